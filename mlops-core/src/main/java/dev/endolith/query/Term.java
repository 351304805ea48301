package dev.endolith.query;

import dev.endolith.data.Texts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A value of a row: a field, and its key where it has one. Immutable.
 *
 * @param field the field
 * @param key the key, empty for a field without
 * @param <F> the fields
 */
public record Term<F extends QueryField<F>>(F field, String key) {
  private static final int MAX_KEY = 250;

  /**
   * Checks the key.
   *
   * @param field the field
   * @param key the key, empty for a field without
   * @throws IllegalArgumentException if there is a key and the field has none, or the other way
   *     round, or the key is longer than 250 characters
   */
  public Term {
    if (field.keyed() == key.isEmpty() || key.length() > MAX_KEY || !Texts.isKept(key)) {
      throw new IllegalArgumentException(
          field.keyed()
              ? "field "
                  + field.name()
                  + " needs a key of 1 to 250 characters, none of them character 0"
              : "field " + field.name() + " has no keys");
    }
  }

  /**
   * Rows that have a value here.
   *
   * @return the filter
   */
  public Filter<F> present() {
    return new Filter.Present<>(this);
  }

  /**
   * Rows whose value is equal to one.
   *
   * @param value the value
   * @return the filter
   */
  public Filter<F> is(Object value) {
    return compare(Filter.Operator.EQUAL, value);
  }

  /**
   * Rows whose value is one of several.
   *
   * @param values the values, at most {@link Filter#MAX_VALUES}
   * @return the filter
   */
  public Filter<F> in(Collection<?> values) {
    Set<Object> checked = new LinkedHashSet<>();
    values.forEach(value -> checked.add(checked(value)));
    return new Filter.In<>(this, checked);
  }

  /**
   * Rows whose text has a form.
   *
   * @param pattern the form: {@code %} is any text, {@code _} any character, {@code \} takes the
   *     next character as it is
   * @return the filter
   */
  public Filter<F> like(String pattern) {
    if (field.kind() != QueryField.Kind.TEXT) {
      throw new IllegalArgumentException("field " + field.name() + " is no text");
    }
    return new Filter.Like<>(this, (String) checked(pattern));
  }

  /**
   * Rows whose value is less than one.
   *
   * @param value the value
   * @return the filter
   */
  public Filter<F> below(Object value) {
    return compare(Filter.Operator.BELOW, value);
  }

  /**
   * Rows whose value is one or more than that.
   *
   * @param value the value
   * @return the filter
   */
  public Filter<F> atLeast(Object value) {
    return compare(Filter.Operator.AT_LEAST, value);
  }

  /**
   * Rows whose value is greater than one.
   *
   * @param value the value
   * @return the filter
   */
  public Filter<F> above(Object value) {
    return compare(Filter.Operator.ABOVE, value);
  }

  /**
   * Rows whose value is one or less than that.
   *
   * @param value the value
   * @return the filter
   */
  public Filter<F> atMost(Object value) {
    return compare(Filter.Operator.AT_MOST, value);
  }

  private Filter<F> compare(Filter.Operator operator, Object value) {
    return new Filter.Compare<>(this, operator, checked(value));
  }

  private Object checked(Object value) {
    Object fitting =
        switch (field.kind()) {
          case TEXT -> value instanceof Enum<?> named ? named.name() : value;
          case INTEGER -> value instanceof Integer number ? Long.valueOf(number) : value;
          case NUMBER -> value instanceof Number number ? number.doubleValue() : value;
          case TIME -> value instanceof Instant at ? at.truncatedTo(ChronoUnit.MICROS) : value;
          case FLAG -> value;
        };
    Class<?> type =
        switch (field.kind()) {
          case TEXT -> String.class;
          case INTEGER -> Long.class;
          case NUMBER -> Double.class;
          case TIME -> Instant.class;
          case FLAG -> Boolean.class;
        };
    if (!type.isInstance(fitting)) {
      throw new IllegalArgumentException(
          "field "
              + field.name()
              + " is compared with a "
              + type.getSimpleName()
              + ", was a "
              + value.getClass().getSimpleName());
    }
    if (fitting instanceof String text
        && (text.length() > Filter.MAX_TEXT || !Texts.isKept(text))) {
      throw new IllegalArgumentException(
          "a text in a filter has at most "
              + Filter.MAX_TEXT
              + " characters, no character 0 and no half of a surrogate pair; had "
              + text.length());
    }
    return fitting;
  }
}
