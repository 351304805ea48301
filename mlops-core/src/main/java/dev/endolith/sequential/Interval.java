package dev.endolith.sequential;

/**
 * A range of numbers. Immutable.
 *
 * @param low its lower end, −∞ if it has none
 * @param high its upper end, ∞ if it has none
 */
public record Interval(double low, double high) {
  /** All numbers. */
  public static final Interval ALL =
      new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /**
   * What differences of numbers of two ranges lie in.
   *
   * @param other the range that is subtracted
   * @return the range of differences
   */
  public Interval minus(Interval other) {
    return new Interval(low - other.high, high - other.low);
  }

  /**
   * Whether a number lies in the range.
   *
   * @param value the number
   * @return true if it does, ends included
   */
  public boolean contains(double value) {
    return value >= low && value <= high;
  }
}
