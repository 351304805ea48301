package dev.endolith.query;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Which rows are meant. Immutable. A row either matches or does not: a value that a row lacks
 * matches no comparison, and so its negation matches.
 *
 * @param <F> the fields
 */
public sealed interface Filter<F extends QueryField<F>> {
  /** How deep filters may be nested. */
  int MAX_DEPTH = 16;

  /** How many comparisons, values and connectives a filter may have together. */
  int MAX_SIZE = 1_000;

  /** How many values {@link Term#in} takes. */
  int MAX_VALUES = 500;

  /** How long a text in a filter may be, in characters. */
  int MAX_TEXT = 1_000;

  /** How two values are compared. */
  enum Operator {
    /** The row's value is the same. */
    EQUAL,
    /** The row's value is less. */
    BELOW,
    /** The row's value is the same or less. */
    AT_MOST,
    /** The row's value is greater. */
    ABOVE,
    /** The row's value is the same or greater. */
    AT_LEAST
  }

  /**
   * Every row.
   *
   * @param <F> the fields
   */
  record All<F extends QueryField<F>>() implements Filter<F> {}

  /**
   * Rows that have a value.
   *
   * @param term which value
   * @param <F> the fields
   */
  record Present<F extends QueryField<F>>(Term<F> term) implements Filter<F> {}

  /**
   * Rows whose value stands in a relation to another; made by {@link Term}, which checks the type.
   *
   * @param term which value
   * @param operator the relation
   * @param value the other value
   * @param <F> the fields
   */
  record Compare<F extends QueryField<F>>(Term<F> term, Operator operator, Object value)
      implements Filter<F> {}

  /**
   * Rows whose value is one of several; made by {@link Term}, which checks the types.
   *
   * @param term which value
   * @param values the values
   * @param <F> the fields
   */
  record In<F extends QueryField<F>>(Term<F> term, Set<Object> values) implements Filter<F> {
    /**
     * Checks the number of values.
     *
     * @param term which value
     * @param values the values
     * @throws IllegalArgumentException if there are more than {@link #MAX_VALUES}
     */
    public In {
      values = Set.copyOf(values);
      if (values.size() > MAX_VALUES) {
        throw new IllegalArgumentException(
            "a filter takes at most " + MAX_VALUES + " values, were " + values.size());
      }
    }
  }

  /**
   * Rows whose text has a form; made by {@link Term}.
   *
   * @param term which value
   * @param pattern the form, as {@link Term#like} says
   * @param <F> the fields
   */
  record Like<F extends QueryField<F>>(Term<F> term, String pattern) implements Filter<F> {}

  /**
   * Rows that match every one of several filters.
   *
   * @param parts the filters; none matches every row
   * @param <F> the fields
   */
  record And<F extends QueryField<F>>(List<Filter<F>> parts) implements Filter<F> {
    /**
     * Copies the filters.
     *
     * @param parts the filters; none matches every row
     */
    public And {
      parts = List.copyOf(parts);
    }
  }

  /**
   * Rows that match one of several filters.
   *
   * @param parts the filters; none matches no row
   * @param <F> the fields
   */
  record Or<F extends QueryField<F>>(List<Filter<F>> parts) implements Filter<F> {
    /**
     * Copies the filters.
     *
     * @param parts the filters; none matches no row
     */
    public Or {
      parts = List.copyOf(parts);
    }
  }

  /**
   * Rows that do not match a filter.
   *
   * @param part the filter
   * @param <F> the fields
   */
  record Not<F extends QueryField<F>>(Filter<F> part) implements Filter<F> {}

  /**
   * Rows that match this filter and another.
   *
   * @param other the other filter
   * @return the filter
   */
  default Filter<F> and(Filter<F> other) {
    return new And<>(List.of(this, other));
  }

  /**
   * Rows that match this filter or another.
   *
   * @param other the other filter
   * @return the filter
   */
  default Filter<F> or(Filter<F> other) {
    return new Or<>(List.of(this, other));
  }

  /**
   * Rows that do not match this filter.
   *
   * @return the filter
   */
  default Filter<F> not() {
    return new Not<>(this);
  }

  /**
   * Whether a row matches; for stores that go through their rows.
   *
   * @param row the row's values by term; several where a row has several, none where it has none
   * @return true if it matches
   */
  default boolean matches(Function<Term<F>, ? extends Collection<?>> row) {
    if (this instanceof Present<F> present) {
      return !row.apply(present.term()).isEmpty();
    } else if (this instanceof Compare<F> compare) {
      return row.apply(compare.term()).stream()
          .anyMatch(value -> holds(value, compare.operator(), compare.value()));
    } else if (this instanceof In<F> in) {
      return row.apply(in.term()).stream()
          .anyMatch(v -> in.values().stream().anyMatch(w -> holds(v, Operator.EQUAL, w)));
    } else if (this instanceof Like<F> like) {
      Pattern form = regex(like.pattern());
      return row.apply(like.term()).stream()
          .anyMatch(value -> form.matcher((String) value).matches());
    } else if (this instanceof And<F> and) {
      return and.parts().stream().allMatch(part -> part.matches(row));
    } else if (this instanceof Or<F> or) {
      return or.parts().stream().anyMatch(part -> part.matches(row));
    } else if (this instanceof Not<F> not) {
      return !not.part().matches(row);
    }
    return true;
  }

  private static boolean holds(Object row, Operator operator, Object value) {
    int order;
    if (row instanceof Double a && value instanceof Double b) {
      if (a.isNaN() || b.isNaN()) {
        return false;
      }
      order = a < b ? -1 : a > b ? 1 : 0; // not compareTo: -0.0 is 0.0, as in SQL
    } else if (row instanceof Long a && value instanceof Long b) {
      order = a.compareTo(b);
    } else if (row instanceof Instant a && value instanceof Instant b) {
      order = a.compareTo(b);
    } else if (row instanceof Boolean a && value instanceof Boolean b) {
      order = a.compareTo(b);
    } else {
      order = CODE_POINTS.compare((String) row, (String) value);
    }
    return switch (operator) {
      case EQUAL -> order == 0;
      case BELOW -> order < 0;
      case AT_MOST -> order <= 0;
      case ABOVE -> order > 0;
      case AT_LEAST -> order >= 0;
    };
  }

  /** The order of texts everywhere: that of their UTF-8 bytes, which databases use too. */
  Comparator<String> CODE_POINTS =
      (a, b) -> {
        int[] left = a.codePoints().toArray();
        int[] right = b.codePoints().toArray();
        return java.util.Arrays.compare(left, right);
      };

  private static Pattern regex(String like) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < like.length(); i++) {
      char c = like.charAt(i);
      if (c == '%') {
        form.append(".*");
      } else if (c == '_') {
        form.append('.');
      } else {
        if (c == '\\' && i + 1 < like.length()) {
          i++;
        }
        form.append(Pattern.quote(like.substring(i, i + 1)));
      }
    }
    return Pattern.compile(form.toString(), Pattern.DOTALL);
  }
}
