package dev.endolith.conformal;

/**
 * Numbers between which the true one is with the probability of {@link ConformalIntervals#level()}.
 *
 * @param low the least; negative infinity if there were too few rows to calibrate on
 * @param value the model's own answer
 * @param high the greatest; infinity if there were too few rows to calibrate on
 */
public record PredictionInterval(double low, double value, double high) {
  /**
   * Whether it holds a number.
   *
   * @param number the number
   * @return true if it is in [low, high]
   */
  public boolean contains(double number) {
    return number >= low && number <= high;
  }
}
