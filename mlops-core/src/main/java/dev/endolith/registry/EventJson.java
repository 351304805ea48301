package dev.endolith.registry;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.endolith.data.CanonicalJson;
import dev.endolith.error.DataException;
import dev.endolith.event.Event;
import java.util.Map;
import java.util.Optional;
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
    String name = CanonicalJson.read(json, Typed.class).type();
    Class<? extends Event> type =
        Optional.ofNullable(TYPES.get(name))
            .orElseThrow(
                () ->
                    new DataException(
                        "outbox",
                        0,
                        "type",
                        "there is no such event; events are " + TYPES.keySet()));
    int fields = json.indexOf("\"event\":") + "\"event\":".length();
    // canonical: keys are in alphabetical order, so the fields stand between "event" and "type"
    return CanonicalJson.read(json.substring(fields, json.lastIndexOf(",\"type\":")), type);
  }

  private record Typed(String type) {
    @JsonCreator
    Typed(@JsonProperty("type") String type) {
      this.type = type == null ? "" : type;
    }
  }
}
