package dev.endolith.registry;

import dev.endolith.data.CanonicalJson;
import dev.endolith.error.DataException;
import dev.endolith.event.Event;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Events as JSON, for outboxes and for whoever is told over a wire: an object of {@code type}, the
 * event's name, and {@code event}, its fields.
 */
public final class EventJson {
  private static final Map<String, Class<? extends Event>> TYPES = types();

  private EventJson() {}

  private static Map<String, Class<? extends Event>> types() {
    Map<String, Class<? extends Event>> types = new TreeMap<>();
    for (Class<?> type : Event.class.getPermittedSubclasses()) {
      types.put(type.getSimpleName(), type.asSubclass(Event.class));
    }
    return Map.copyOf(types);
  }

  /**
   * Writes an event.
   *
   * @param event the event
   * @return its JSON
   */
  public static String write(Event event) {
    return CanonicalJson.write(Map.of("type", event.getClass().getSimpleName(), "event", event));
  }

  /**
   * Reads an event back. Which types there are is said here, never by the text.
   *
   * @param json the text
   * @return the event
   * @throws DataException if it is no event
   */
  public static Event read(String json) {
    Map<?, ?> read = CanonicalJson.read(json, Map.class);
    Class<? extends Event> type =
        read == null ? null : TYPES.get(String.valueOf(read.get("type"))); // "null" is JSON too
    if (type == null) {
      throw new DataException(
          "outbox", 0, "type", "there is no such event; events are " + TYPES.keySet());
    }
    return CanonicalJson.read(
        CanonicalJson.write(Objects.requireNonNullElse(read.get("event"), Map.of())), type);
  }
}
