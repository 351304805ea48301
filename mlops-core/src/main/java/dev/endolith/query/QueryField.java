package dev.endolith.query;

import java.util.Collection;

/**
 * Something that rows can be filtered by. Implemented by enums, so that the set of fields is
 * closed.
 *
 * @param <F> the enum
 */
public interface QueryField<F extends QueryField<F>> {
  /** What a field's values are, and which Java type they have in a filter. */
  enum Kind {
    /** {@link String}, compared by code point. */
    TEXT,
    /** {@link Long}; an {@link Integer} is widened. */
    INTEGER,
    /** {@link Double}; any {@link Number} is widened. NaN matches nothing. */
    NUMBER,
    /** {@link java.time.Instant}, to the microsecond. */
    TIME,
    /** {@link Boolean}. */
    FLAG
  }

  /**
   * The field's name.
   *
   * @return the name of the enum constant
   */
  String name();

  /**
   * What its values are.
   *
   * @return the kind
   */
  Kind kind();

  /**
   * Whether a row has one value a key, as it has one tag a name.
   *
   * @return true if a filter on it must name a key, with {@link #of}
   */
  default boolean keyed() {
    return false;
  }

  /**
   * The field itself.
   *
   * @return this
   */
  F self();

  /**
   * The value under a key, for a field that is {@link #keyed}.
   *
   * @param key the key, for example the name of a tag
   * @return what a filter can be made of
   */
  default Term<F> of(String key) {
    return new Term<>(self(), key);
  }

  /**
   * Rows whose value is equal to one.
   *
   * @param value the value
   * @return the filter
   */
  default Filter<F> is(Object value) {
    return of("").is(value);
  }

  /**
   * Rows whose value is one of several.
   *
   * @param values the values, at most {@link Filter#MAX_VALUES}
   * @return the filter
   */
  default Filter<F> in(Collection<?> values) {
    return of("").in(values);
  }

  /**
   * Rows whose text has a form.
   *
   * @param pattern the form: {@code %} is any text, {@code _} any character, {@code \} takes the
   *     next character as it is
   * @return the filter
   */
  default Filter<F> like(String pattern) {
    return of("").like(pattern);
  }

  /**
   * Rows whose value is less than one.
   *
   * @param value the value
   * @return the filter
   */
  default Filter<F> below(Object value) {
    return of("").below(value);
  }

  /**
   * Rows whose value is one or more than that.
   *
   * @param value the value
   * @return the filter
   */
  default Filter<F> atLeast(Object value) {
    return of("").atLeast(value);
  }

  /**
   * Rows whose value is greater than one.
   *
   * @param value the value
   * @return the filter
   */
  default Filter<F> above(Object value) {
    return of("").above(value);
  }

  /**
   * Rows whose value is one or less than that.
   *
   * @param value the value
   * @return the filter
   */
  default Filter<F> atMost(Object value) {
    return of("").atMost(value);
  }
}
