package dev.endolith.registry;

import dev.endolith.event.Event;
import java.util.List;

/**
 * Events that were committed with the changes that they tell of, to be delivered afterwards. SPI:
 * hosts use {@link Relay}. Thread-safe.
 */
public interface Outbox {
  /**
   * An event, and its place in the order.
   *
   * @param position its place, for {@link #after}; of two places the later is greater as text
   * @param event the event
   */
  record Entry(String position, Event event) {}

  /**
   * Events in the order in which they became visible. An event that is committed later than another
   * was read never stands before it.
   *
   * @param position only events after this place; empty for the first
   * @param limit how many at most
   * @return the events
   */
  List<Entry> after(String position, int limit);

  /**
   * Forgets events that all who wanted them have.
   *
   * @param position the last of them
   */
  void forget(String position);
}
