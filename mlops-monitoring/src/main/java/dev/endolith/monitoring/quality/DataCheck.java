package dev.endolith.monitoring.quality;

import dev.endolith.data.FieldType;
import java.time.Duration;
import java.util.List;

/** A rule about all rows together. */
public sealed interface DataCheck extends Check {
  /**
   * A column is there and of a type.
   *
   * @param column the column
   * @param type the type
   */
  record Type(String column, FieldType type) implements DataCheck {
    /**
     * Checks the name.
     *
     * @param column the column
     * @param type the type
     */
    public Type {
      Names.check(column);
    }

    @Override
    public List<String> columns() {
      return List.of(column);
    }

    @Override
    public String text() {
      return column + " is a " + type;
    }
  }

  /**
   * The rows have these columns and no others.
   *
   * @param columns the columns, sorted, each once
   */
  record Columns(List<String> columns) implements DataCheck {
    /**
     * Sorts the names.
     *
     * @param columns the columns, sorted, each once
     */
    public Columns {
      columns.forEach(Names::check);
      columns = columns.stream().distinct().sorted().toList();
    }

    @Override
    public String text() {
      return "the columns are " + columns;
    }
  }

  /**
   * A figure is in a range.
   *
   * @param measure the figure
   * @param column the column, empty for {@link Measure#ROWS}
   * @param min the least value
   * @param max the greatest value
   */
  record Bounded(Measure measure, String column, double min, double max) implements DataCheck {
    /**
     * Checks column and range.
     *
     * @param measure the figure
     * @param column the column, empty for {@link Measure#ROWS}
     * @param min the least value
     * @param max the greatest value
     * @throws IllegalArgumentException if {@code min <= max} does not hold, or the figure needs a
     *     column and has none
     */
    public Bounded {
      check(measure, column);
      Names.range(measure.of(column), min, max);
    }

    private static void check(Measure measure, String column) {
      if ((measure == Measure.ROWS) != column.isEmpty()) {
        throw new IllegalArgumentException(
            "every measure but ROWS is of a column, was " + measure + " of '" + column + "'");
      }
    }

    @Override
    public List<String> columns() {
      return column.isEmpty() ? List.of() : List.of(column);
    }

    @Override
    public String text() {
      return measure.of(column) + " in " + Names.range(min, max);
    }
  }

  /**
   * No two rows have the same values in some columns.
   *
   * @param columns the columns
   */
  record Unique(List<String> columns) implements DataCheck {
    /**
     * Copies the names.
     *
     * @param columns the columns
     * @throws IllegalArgumentException if there is none
     */
    public Unique {
      columns = List.copyOf(columns);
      columns.forEach(Names::check);
      if (columns.isEmpty()) {
        throw new IllegalArgumentException("a key has at least one column, had none");
      }
    }

    @Override
    public String text() {
      return String.join(", ", columns) + " is unique";
    }
  }

  /**
   * Every value of a column is a value of another column of the same data.
   *
   * @param column the column
   * @param key the other column
   */
  record References(String column, String key) implements DataCheck {
    /**
     * Checks the names.
     *
     * @param column the column
     * @param key the other column
     */
    public References {
      Names.check(column);
      Names.check(key);
    }

    @Override
    public List<String> columns() {
      return List.of(column, key);
    }

    @Override
    public String text() {
      return column + " is a value of " + key;
    }
  }

  /**
   * The newest row is not too old.
   *
   * @param column a column of timestamps or dates
   * @param maxAge how old the newest may be
   */
  record Fresh(String column, Duration maxAge) implements DataCheck {
    /**
     * Checks the age.
     *
     * @param column a column of timestamps or dates
     * @param maxAge how old the newest may be
     * @throws IllegalArgumentException if it is negative
     */
    public Fresh {
      Names.check(column);
      if (maxAge.isNegative()) {
        throw new IllegalArgumentException("an age is not negative, was " + maxAge);
      }
    }

    @Override
    public List<String> columns() {
      return List.of(column);
    }

    @Override
    public String text() {
      return column + " is at most " + maxAge + " old";
    }
  }

  /**
   * Columns are distributed as in a reference.
   *
   * @param columns the columns, sorted; empty for all that the reference has
   * @param alpha the level, in (0, 1)
   * @param minimumEffect the least {@link dev.endolith.monitoring.drift.ColumnDrift#effect()}
   */
  record Distributed(List<String> columns, double alpha, double minimumEffect)
      implements DataCheck {
    /**
     * Checks the level.
     *
     * @param columns the columns, sorted; empty for all that the reference has
     * @param alpha the level, in (0, 1)
     * @param minimumEffect the least {@link dev.endolith.monitoring.drift.ColumnDrift#effect()}
     * @throws IllegalArgumentException if the level or the effect is out of range
     */
    public Distributed {
      columns = columns.stream().distinct().sorted().toList();
      columns.forEach(Names::check);
      if (!(alpha > 0 && alpha < 1) || !(minimumEffect >= 0 && minimumEffect < 1e9)) {
        throw new IllegalArgumentException(
            "a distribution is judged at a level in (0, 1) and an effect of at least 0, was "
                + alpha
                + " and "
                + minimumEffect);
      }
    }

    @Override
    public String text() {
      return (columns.isEmpty() ? "every column" : String.join(", ", columns))
          + " is distributed as in the reference";
    }
  }

  /**
   * A figure is as it usually was.
   *
   * @param measure the figure
   * @param column the column, empty for {@link Measure#ROWS}
   * @param usual what usual means
   */
  record Usual(Measure measure, String column, UsualRange usual) implements DataCheck {
    /**
     * Checks the column.
     *
     * @param measure the figure
     * @param column the column, empty for {@link Measure#ROWS}
     * @param usual what usual means
     */
    public Usual {
      Bounded.check(measure, column);
    }

    @Override
    public List<String> columns() {
      return column.isEmpty() ? List.of() : List.of(column);
    }

    @Override
    public String text() {
      return measure.of(column) + " is usual, by " + usual.text();
    }
  }
}
