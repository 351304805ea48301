package dev.endolith.monitoring.quality;

import dev.endolith.data.FieldType;
import java.time.Duration;
import java.util.List;

/**
 * A rule about data. One that {@linkplain RowCheck holds row by row} can be asked of a single row
 * at serving, too; one {@linkplain DataCheck about all rows} needs them all. Immutable.
 *
 * <p>A missing value breaks {@link #present} and no other rule. A rule about a column that the rows
 * lack, or that is of a type that the rule cannot be asked of, is broken.
 */
public sealed interface Check permits RowCheck, DataCheck {
  /**
   * The columns that it reads.
   *
   * @return the names; empty for a rule about rows as such
   */
  List<String> columns();

  /**
   * What it says, for people; names it among others.
   *
   * @return for example {@code age in [0, 130]}
   */
  String text();

  /**
   * Whether it says which rows break it while they are read, so that they can be set aside.
   *
   * @return true for rules of single rows and for {@link #unique}
   */
  default boolean namesRows() {
    return this instanceof RowCheck || this instanceof DataCheck.Unique;
  }

  /**
   * A value is there.
   *
   * @param column the column
   * @return the rule
   */
  static RowCheck present(String column) {
    return new RowCheck.Present(column);
  }

  /**
   * A number is in a range.
   *
   * @param column a numeric column; a date is days, a timestamp seconds since 1970
   * @param min the least number, may be negative infinity
   * @param max the greatest number, may be infinity
   * @return the rule
   */
  static RowCheck range(String column, double min, double max) {
    return new RowCheck.Range(column, min, max);
  }

  /**
   * A number is whole.
   *
   * @param column a numeric column
   * @return the rule
   */
  static RowCheck whole(String column) {
    return new RowCheck.Whole(column);
  }

  /**
   * A value is one of a few.
   *
   * @param column the column
   * @param values the values; numbers as in {@code 3} or {@code 0.5}, booleans as {@code true}
   * @return the rule
   */
  static RowCheck oneOf(String column, String... values) {
    return new RowCheck.OneOf(column, List.of(values));
  }

  /**
   * A value is one of many, which the host knows: those of a table, for example.
   *
   * @param column the column
   * @param set the name that the host gives the values in {@link QualityContext#withKnown}
   * @return the rule
   */
  static RowCheck known(String column, String set) {
    return new RowCheck.Known(column, set);
  }

  /**
   * A text has a length in a range.
   *
   * @param column a column of categories or texts
   * @param min the least number of characters
   * @param max the greatest number of characters
   * @return the rule
   */
  static RowCheck length(String column, int min, int max) {
    return new RowCheck.Length(column, min, max);
  }

  /**
   * A text as a whole matches a regular expression.
   *
   * @param column a column of categories or texts
   * @param pattern the expression; see {@link RowCheck.Matches}
   * @return the rule
   */
  static RowCheck matches(String column, String pattern) {
    return new RowCheck.Matches(column, pattern);
  }

  /**
   * Two columns of a row compare.
   *
   * @param left a column
   * @param comparison how
   * @param right a column, both numeric or neither
   * @return the rule
   */
  static RowCheck compare(String left, RowCheck.Comparison comparison, String right) {
    return new RowCheck.Compare(left, comparison, right);
  }

  /**
   * Some numbers of a row add up to another one.
   *
   * @param total a numeric column
   * @param parts numeric columns
   * @param tolerance by how much the sum may differ, at least 0
   * @return the rule
   */
  static RowCheck sum(String total, List<String> parts, double tolerance) {
    return new RowCheck.Sum(total, parts, tolerance);
  }

  /**
   * A rule for some rows only.
   *
   * @param column the column that says which
   * @param values the values of that column
   * @param then the rule for rows that have one of them
   * @return the rule
   */
  static RowCheck when(String column, List<String> values, RowCheck then) {
    return new RowCheck.When(column, values, then);
  }

  /**
   * A column is there and of a type.
   *
   * @param column the column
   * @param type the type
   * @return the rule
   */
  static DataCheck type(String column, FieldType type) {
    return new DataCheck.Type(column, type);
  }

  /**
   * The rows have these columns and no others.
   *
   * @param names the columns, in any order
   * @return the rule
   */
  static DataCheck columns(String... names) {
    return new DataCheck.Columns(List.of(names));
  }

  /**
   * So many rows.
   *
   * @param min the least number
   * @param max the greatest number
   * @return the rule
   */
  static DataCheck rows(long min, long max) {
    return new DataCheck.Bounded(Measure.ROWS, "", min, max);
  }

  /**
   * At most a share of the values is missing.
   *
   * @param column the column
   * @param most the share, in [0, 1]
   * @return the rule
   */
  static DataCheck missing(String column, double most) {
    return new DataCheck.Bounded(Measure.MISSING_SHARE, column, 0, most);
  }

  /**
   * A figure is in a range.
   *
   * @param measure the figure
   * @param column the column, empty for {@link Measure#ROWS}
   * @param min the least value, may be negative infinity
   * @param max the greatest value, may be infinity
   * @return the rule
   */
  static DataCheck measure(Measure measure, String column, double min, double max) {
    return new DataCheck.Bounded(measure, column, min, max);
  }

  /**
   * No two rows have the same values in some columns. Rows that lack all of them are not compared.
   *
   * @param columns the columns
   * @return the rule
   */
  static DataCheck unique(String... columns) {
    return new DataCheck.Unique(List.of(columns));
  }

  /**
   * Every value of a column is a value of another column of the same data.
   *
   * @param column the column
   * @param key the other column
   * @return the rule
   */
  static DataCheck references(String column, String key) {
    return new DataCheck.References(column, key);
  }

  /**
   * The newest row is not too old. Values after now are not believed.
   *
   * @param column a column of timestamps or dates; a date counts as its end in UTC
   * @param maxAge how old the newest may be
   * @return the rule
   */
  static DataCheck fresh(String column, Duration maxAge) {
    return new DataCheck.Fresh(column, maxAge);
  }

  /**
   * Columns are distributed as in {@link QualityContext#withReference the reference}, judged as
   * {@link dev.endolith.monitoring.drift.Drift} does.
   *
   * @param columns the columns; none for all that the reference has
   * @return the rule, at α = 0.01 and a least effect of 0.1
   */
  static DataCheck distributed(String... columns) {
    return new DataCheck.Distributed(List.of(columns), 0.01, 0.1);
  }

  /**
   * A figure is as it usually was.
   *
   * @param measure the figure
   * @param column the column, empty for {@link Measure#ROWS}
   * @param usual what usual means, judged on {@link QualityContext#withHistory the history}
   * @return the rule
   */
  static DataCheck usual(Measure measure, String column, UsualRange usual) {
    return new DataCheck.Usual(measure, column, usual);
  }
}
