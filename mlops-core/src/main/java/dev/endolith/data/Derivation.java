package dev.endolith.data;

import java.util.Map;
import java.util.TreeMap;

/**
 * How a dataset was taken from another: enough to take the same part again with {@link
 * Dataset#rebuild}. Immutable.
 *
 * @param method how: {@code slice}, {@code where}, or a splitter's or folds' name
 * @param settings its settings as text, for example the seed and the share
 * @param part which part: {@code first} or {@code second}; empty where there is one only
 * @param of the fingerprint of the rows it was taken from, as 64 hex digits; empty for a slice and
 *     a condition, which do not need all rows to be read
 */
public record Derivation(String method, Map<String, String> settings, String part, String of) {
  /**
   * Copies the settings.
   *
   * @param method how: {@code slice}, {@code where}, or a splitter's or folds' name
   * @param settings its settings as text, for example the seed and the share
   * @param part which part: {@code first} or {@code second}; empty where there is one only
   * @param of the fingerprint of the rows it was taken from, as 64 hex digits; empty for a slice
   *     and a condition, which do not need all rows to be read
   */
  public Derivation {
    settings = Map.copyOf(settings);
  }

  static Derivation slice(int from, int to) {
    return new Derivation(
        "slice", Map.of("from", Integer.toString(from), "to", Integer.toString(to)), "", "");
  }

  static Derivation where(String condition) {
    return new Derivation("where", Map.of("condition", condition), "", "");
  }

  int from() {
    return Integer.parseInt(get("from"));
  }

  int to() {
    return Integer.parseInt(get("to"));
  }

  String get(String setting) {
    String value = settings.get(setting);
    if (value == null) {
      throw new IllegalArgumentException(
          "the derivation '" + method + "' lacks the setting '" + setting + "'");
    }
    return value;
  }

  @Override
  public String toString() {
    return method + new TreeMap<>(settings) + (part.isEmpty() ? "" : " " + part);
  }
}
