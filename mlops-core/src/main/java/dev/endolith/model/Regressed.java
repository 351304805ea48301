package dev.endolith.model;

/**
 * A predicted number.
 *
 * @param number the number, finite
 */
public record Regressed(double number) implements Prediction<Double> {
  /**
   * Checks the number.
   *
   * @param number the number, finite
   * @throws IllegalArgumentException if it is not finite
   */
  public Regressed {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("a predicted number is finite, was " + number);
    }
  }

  @Override
  public Double value() {
    return number;
  }
}
