package dev.endolith.model;

import java.util.Locale;

/**
 * A value with its confidence interval. Immutable.
 *
 * @param name what was estimated
 * @param rows the number of rows behind it
 * @param value the value, NaN where it is not defined on the rows
 * @param low the lower end of the interval, NaN where the rows do not allow one
 * @param high the upper end of the interval, NaN where the rows do not allow one
 * @param confidence the interval's level, for example 0.95
 * @param method how the interval was made
 */
public record Estimate(
    String name,
    int rows,
    double value,
    double low,
    double high,
    double confidence,
    String method) {
  /**
   * Whether the interval holds a value.
   *
   * @param other the value
   * @return false where there is no interval
   */
  public boolean holds(double other) {
    return low <= other && other <= high;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s %.4f on %d rows, %s %% interval [%.4f, %.4f] (%s)",
        name,
        value,
        rows,
        Math.round(confidence * 1_000) / 10.0,
        low,
        high,
        method);
  }
}
