package dev.endolith.registry;

import dev.endolith.event.Event;

/** Is told of events by a {@link Relay}, each at least once. */
@FunctionalInterface
public interface Subscriber {
  /**
   * Takes an event. If it throws, it is told again later.
   *
   * @param id the event's id, the same each time it is told, so that a repetition can be told apart
   * @param event the event
   */
  void on(String id, Event event);
}
