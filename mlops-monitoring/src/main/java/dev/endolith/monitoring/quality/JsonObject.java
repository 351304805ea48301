package dev.endolith.monitoring.quality;

import dev.endolith.error.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An object of JSON that somebody may have edited: every word is read, or named as an error. */
final class JsonObject {
  private final Map<?, ?> fields;
  private final String place;
  private final Set<Object> read = new HashSet<>();

  private JsonObject(Map<?, ?> fields, String place) {
    this.fields = fields;
    this.place = place;
  }

  static JsonObject of(@Nullable Object value, String place) {
    if (!(value instanceof Map<?, ?> map)) {
      throw broken(place, "must be an object");
    }
    return new JsonObject(map, place);
  }

  static DataException broken(String place, String rule) {
    return new DataException("JSON", 0, place, place + " " + rule);
  }

  String place() {
    return place;
  }

  boolean has(String name) {
    return get(name) != null;
  }

  private @Nullable Object get(String name) {
    read.add(name);
    return fields.get(name);
  }

  private DataException wrong(String name, String rule) {
    return broken(place, "needs '" + name + "', " + rule);
  }

  String text(String name) {
    if (get(name) instanceof String text) {
      return text;
    }
    throw wrong(name, "a text");
  }

  String text(String name, String otherwise) {
    return has(name) ? text(name) : otherwise;
  }

  double number(String name, double otherwise) {
    Object value = get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw wrong(name, "a number; leave a bound out for none");
  }

  int whole(String name, int otherwise) {
    double value = number(name, otherwise);
    if (value != (int) value) {
      throw wrong(name, "a whole number of up to ten digits");
    }
    return (int) value;
  }

  List<Object> list(String name) {
    if (get(name) instanceof List<?> list && list.stream().allMatch(item -> item != null)) {
      return new ArrayList<>(list);
    }
    throw wrong(name, "a list without nulls");
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Object item : list(name)) {
      if (!(item instanceof String text)) {
        throw wrong(name, "a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  <E extends Enum<E>> E constant(String name, Class<E> type) {
    String text = text(name);
    for (E constant : type.getEnumConstants()) {
      if (word(constant).equals(text)) {
        return constant;
      }
    }
    throw wrong(
        name, "one of " + Arrays.stream(type.getEnumConstants()).map(JsonObject::word).toList());
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  JsonObject object(String name) {
    return of(get(name), place + ": '" + name + "'");
  }

  /** Ends the reading; what was not read is unknown. */
  void end() {
    for (Object name : fields.keySet()) {
      if (!read.contains(name)) {
        String shown = String.valueOf(name);
        throw broken(
            place,
            "has the unknown name '"
                + shown.substring(0, Math.min(shown.length(), 60))
                + "'; known here are "
                + read.stream().map(String::valueOf).sorted().toList());
      }
    }
  }
}
