package dev.endolith.event;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands events to listeners in the order in which they registered. Thread-safe. */
public final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  private final List<EventListener> listeners = new CopyOnWriteArrayList<>();
  private final Set<String> complained = ConcurrentHashMap.newKeySet();

  /** Creates a dispatcher without listeners. */
  public Events() {}

  /**
   * Adds a listener.
   *
   * @param listener who is told from now on
   * @return removes the listener again when closed
   */
  public AutoCloseable listen(EventListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /**
   * Tells every listener. A listener's failure is logged the first time its class fails, and goes
   * no further.
   *
   * @param event what happened
   */
  public void publish(Event event) {
    for (EventListener listener : listeners) {
      try {
        listener.on(event);
      } catch (RuntimeException e) {
        String name = listener.getClass().getName();
        if (complained.add(name)) {
          LOG.warn("Event listener {} failed; its further failures are not logged", name, e);
        }
      }
    }
  }
}
