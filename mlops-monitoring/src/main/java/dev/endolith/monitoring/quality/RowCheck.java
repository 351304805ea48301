package dev.endolith.monitoring.quality;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;

/** A rule that holds, or does not, for a row alone. */
public sealed interface RowCheck extends Check {
  /** How two values of a row compare. */
  enum Comparison {
    /** The left is less. */
    LESS("<"),
    /** The left is at most the right. */
    AT_MOST("<="),
    /** They are equal. */
    EQUAL("="),
    /** They differ. */
    DIFFERENT("!=");

    private final String symbol;

    Comparison(String symbol) {
      this.symbol = symbol;
    }

    /** Given what a comparator answers. */
    boolean holds(int order) {
      return switch (this) {
        case LESS -> order < 0;
        case AT_MOST -> order <= 0;
        case EQUAL -> order == 0;
        case DIFFERENT -> order != 0;
      };
    }
  }

  /**
   * A value is there.
   *
   * @param column the column
   */
  record Present(String column) implements RowCheck {
    /**
     * Checks the name.
     *
     * @param column the column
     */
    public Present {
      Names.check(column);
    }

    @Override
    public List<String> columns() {
      return List.of(column);
    }

    @Override
    public String text() {
      return column + " is present";
    }
  }

  /**
   * A number is in a range.
   *
   * @param column the column
   * @param min the least number
   * @param max the greatest number
   */
  record Range(String column, double min, double max) implements RowCheck {
    /**
     * Checks the range.
     *
     * @param column the column
     * @param min the least number
     * @param max the greatest number
     * @throws IllegalArgumentException if {@code min <= max} does not hold
     */
    public Range {
      Names.check(column);
      Names.range(column, min, max);
    }

    @Override
    public List<String> columns() {
      return List.of(column);
    }

    @Override
    public String text() {
      return column + " in " + Names.range(min, max);
    }
  }

  /**
   * A number is whole.
   *
   * @param column the column
   */
  record Whole(String column) implements RowCheck {
    /**
     * Checks the name.
     *
     * @param column the column
     */
    public Whole {
      Names.check(column);
    }

    @Override
    public List<String> columns() {
      return List.of(column);
    }

    @Override
    public String text() {
      return column + " is whole";
    }
  }

  /**
   * A value is one of a few.
   *
   * @param column the column
   * @param values the values, sorted, each once
   */
  record OneOf(String column, List<String> values) implements RowCheck {
    /**
     * Sorts the values, so that equal rules are equal.
     *
     * @param column the column
     * @param values the values, sorted, each once
     */
    public OneOf {
      Names.check(column);
      values = values.stream().distinct().sorted().toList();
    }

    @Override
    public List<String> columns() {
      return List.of(column);
    }

    @Override
    public String text() {
      return column + " is one of " + Names.few(values);
    }
  }

  /**
   * A value is one of those that the host knows by a name.
   *
   * @param column the column
   * @param set the name of the values
   */
  record Known(String column, String set) implements RowCheck {
    /**
     * Checks the names.
     *
     * @param column the column
     * @param set the name of the values
     */
    public Known {
      Names.check(column);
      Names.check(set);
    }

    @Override
    public List<String> columns() {
      return List.of(column);
    }

    @Override
    public String text() {
      return column + " is known to " + set;
    }
  }

  /**
   * A text has a length in a range.
   *
   * @param column the column
   * @param min the least number of characters
   * @param max the greatest number of characters
   */
  record Length(String column, int min, int max) implements RowCheck {
    /**
     * Checks the range.
     *
     * @param column the column
     * @param min the least number of characters
     * @param max the greatest number of characters
     * @throws IllegalArgumentException if {@code 0 <= min <= max} does not hold
     */
    public Length {
      Names.check(column);
      if (min < 0 || min > max) {
        throw new IllegalArgumentException(
            "the length of " + column + " needs 0 <= min <= max, was " + min + " and " + max);
      }
    }

    @Override
    public List<String> columns() {
      return List.of(column);
    }

    @Override
    public String text() {
      return column + " has " + min + " to " + max + " characters";
    }
  }

  /**
   * A text as a whole matches a regular expression in RE2's syntax: no back-references and no
   * look-around, so that matching takes time linear in the text, whatever expression and text are
   * (R. Cox, "Regular Expression Matching Can Be Simple And Fast", 2007). A text of more than
   * {@value #MOST_CHARACTERS} characters breaks the rule.
   *
   * @param column the column
   * @param pattern the expression, at most {@value #MOST_PATTERN} characters; the product of its
   *     counted repetitions is at most {@value #MOST_REPEATS}
   */
  record Matches(String column, String pattern) implements RowCheck {
    /** A longer text breaks the rule. */
    public static final int MOST_CHARACTERS = 10_000;

    /** A longer expression is refused. */
    public static final int MOST_PATTERN = 500;

    /** Expressions that repeat more would need much memory, as repetitions are written out. */
    public static final int MOST_REPEATS = 2_000;

    /**
     * Checks the expression.
     *
     * @param column the column
     * @param pattern the expression, at most {@value #MOST_PATTERN} characters; the product of its
     *     counted repetitions is at most {@value #MOST_REPEATS}
     * @throws IllegalArgumentException if it is not one, or too large
     */
    public Matches {
      Names.check(column);
      compile(pattern);
    }

    Pattern compiled() {
      return compile(pattern);
    }

    private static Pattern compile(String pattern) {
      if (pattern.length() > MOST_PATTERN || repeats(pattern) > MOST_REPEATS) {
        throw new IllegalArgumentException(
            "a pattern has at most "
                + MOST_PATTERN
                + " characters and counted repetitions whose product is at most "
                + MOST_REPEATS
                + "; use length(...) for long texts");
      }
      try {
        return Pattern.compile(pattern);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "a pattern is a regular expression as RE2 reads it, without back-references and"
                + " look-around: "
                + e.getDescription(),
            e);
      }
    }

    /** The product of all {n} and {n,m}, nested or not, in classes or not: an upper bound. */
    private static double repeats(String pattern) {
      double product = 1;
      long number = 0;
      boolean counting = false;
      for (int i = 0; i < pattern.length(); i++) {
        char c = pattern.charAt(i);
        if (c == '{') {
          counting = true;
          number = 0;
        } else if (counting && c == ',') {
          product *= i + 1 < pattern.length() && pattern.charAt(i + 1) == '}' ? number + 1.0 : 1;
          number = 0;
        } else if (counting && c >= '0' && c <= '9') {
          number = Math.min(1_000_000, number * 10 + c - '0');
        } else {
          product *= counting && c == '}' ? Math.max(1, number) : 1;
          counting = false;
        }
      }
      return product;
    }

    @Override
    public List<String> columns() {
      return List.of(column);
    }

    @Override
    public String text() {
      return column + " matches " + pattern;
    }
  }

  /**
   * Two columns of a row compare.
   *
   * @param left a column
   * @param comparison how
   * @param right a column
   */
  record Compare(String left, Comparison comparison, String right) implements RowCheck {
    /**
     * Checks the names.
     *
     * @param left a column
     * @param comparison how
     * @param right a column
     */
    public Compare {
      Names.check(left);
      Names.check(right);
    }

    @Override
    public List<String> columns() {
      return List.of(left, right);
    }

    @Override
    public String text() {
      return left + " " + comparison.symbol + " " + right;
    }
  }

  /**
   * Some numbers of a row add up to another one.
   *
   * @param total a column
   * @param parts columns
   * @param tolerance by how much the sum may differ
   */
  record Sum(String total, List<String> parts, double tolerance) implements RowCheck {
    /**
     * Checks the tolerance.
     *
     * @param total a column
     * @param parts columns
     * @param tolerance by how much the sum may differ
     * @throws IllegalArgumentException if there are no parts, or the tolerance is negative or NaN
     */
    public Sum {
      Names.check(total);
      parts = List.copyOf(parts);
      parts.forEach(Names::check);
      if (parts.isEmpty() || !(tolerance >= 0)) {
        throw new IllegalArgumentException(
            "a sum has parts and a tolerance of at least 0, was " + tolerance);
      }
    }

    @Override
    public List<String> columns() {
      List<String> all = new ArrayList<>(parts);
      all.add(total);
      return all;
    }

    @Override
    public String text() {
      return String.join(" + ", parts)
          + " = "
          + total
          + (tolerance == 0 ? "" : " within " + Names.number(tolerance));
    }
  }

  /**
   * A rule for some rows only.
   *
   * @param column the column that says which
   * @param values the values of that column, sorted, each once
   * @param then the rule for rows that have one of them; no condition again
   */
  record When(String column, List<String> values, RowCheck then) implements RowCheck {
    /**
     * Sorts the values.
     *
     * @param column the column that says which
     * @param values the values of that column, sorted, each once
     * @param then the rule for rows that have one of them; no condition again
     * @throws IllegalArgumentException if the rule has a condition itself
     */
    public When {
      Names.check(column);
      values = values.stream().distinct().sorted().toList();
      if (then instanceof When) {
        throw new IllegalArgumentException("a rule has one condition, '" + then.text() + "' has");
      }
    }

    @Override
    public List<String> columns() {
      List<String> all = new ArrayList<>(then.columns());
      all.add(column);
      return all;
    }

    @Override
    public String text() {
      return then.text() + " where " + column + " is one of " + Names.few(values);
    }
  }
}
