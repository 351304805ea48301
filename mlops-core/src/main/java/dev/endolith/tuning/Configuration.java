package dev.endolith.tuning;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** A value for every parameter of a space whose condition holds. Immutable. */
public final class Configuration {
  private final Map<String, Object> values;

  Configuration(Map<String, Object> values) {
    this.values = new LinkedHashMap<>(values);
  }

  /**
   * The value of a parameter.
   *
   * @param parameter a parameter of the space
   * @param <A> its type
   * @return the value
   * @throws IllegalArgumentException if the space has no such parameter, or its condition does not
   *     hold here
   */
  public <A> A get(Parameter<A> parameter) {
    Object value = values.get(parameter.name());
    if (value == null) {
      throw new IllegalArgumentException(
          "parameter '"
              + parameter.name()
              + "' has no value here; those with one are "
              + values.keySet());
    }
    return parameter.cast(value);
  }

  /**
   * Whether a parameter has a value here.
   *
   * @param parameter a parameter
   * @return false if its condition does not hold
   */
  public boolean has(Parameter<?> parameter) {
    return values.containsKey(parameter.name());
  }

  /**
   * The values as text, for records.
   *
   * @return texts by parameter name, sorted
   */
  public Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    values.forEach((name, value) -> texts.put(name, String.valueOf(value)));
    return texts;
  }

  Map<String, Object> values() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Configuration that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return texts().toString();
  }
}
