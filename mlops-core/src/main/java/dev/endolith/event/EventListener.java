package dev.endolith.event;

/** Is told what has happened, after it is durable, on the thread that did it. */
@FunctionalInterface
public interface EventListener {
  /**
   * Hears one event. A failure is logged once per listener class and never reaches the caller whose
   * change is told.
   *
   * @param event what happened
   */
  void on(Event event);
}
