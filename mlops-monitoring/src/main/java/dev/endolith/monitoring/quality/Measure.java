package dev.endolith.monitoring.quality;

/** A figure of a column, or of the rows. It is NaN where there is nothing to measure. */
public enum Measure {
  /** How many rows there are. */
  ROWS,
  /** The share of rows without a value, in [0, 1]. */
  MISSING_SHARE,
  /** The share of values that are infinite, in [0, 1]; of numbers. */
  INFINITE_SHARE,
  /**
   * How many different values there are; beyond {@link QualityContext#mostDistinct()} estimated.
   */
  DISTINCT,
  /** The mean of the finite values. */
  MEAN,
  /** The standard deviation of the finite values, with n − 1. */
  DEVIATION,
  /** The least value. */
  MIN,
  /** The greatest value. */
  MAX,
  /** The mean length in characters; of categories and texts. */
  MEAN_LENGTH;

  /** Whether it may tell a value of a row. */
  boolean tellsValues() {
    return switch (this) {
      case MEAN, DEVIATION, MIN, MAX -> true;
      case ROWS, MISSING_SHARE, INFINITE_SHARE, DISTINCT, MEAN_LENGTH -> false;
    };
  }

  /**
   * Its name in a {@link MetricHistory}.
   *
   * @param column the column, empty for {@link #ROWS}
   * @return for example {@code MEAN(amount)}
   */
  public String of(String column) {
    return column.isEmpty() ? name() : name() + "(" + column + ")";
  }
}
