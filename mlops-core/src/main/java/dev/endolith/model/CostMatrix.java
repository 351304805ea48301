package dev.endolith.model;

/**
 * What right and wrong answers cost, in any one unit; a gain is a negative cost. Immutable.
 *
 * @param truePositive a positive row answered positive
 * @param falsePositive a negative row answered positive
 * @param falseNegative a positive row answered negative
 * @param trueNegative a negative row answered negative
 */
public record CostMatrix(
    double truePositive, double falsePositive, double falseNegative, double trueNegative) {
  /**
   * Checks that wrong answers cost more than right ones.
   *
   * @param truePositive a positive row answered positive
   * @param falsePositive a negative row answered positive
   * @param falseNegative a positive row answered negative
   * @param trueNegative a negative row answered negative
   * @throws IllegalArgumentException if a right answer costs as much as a wrong one or more, or a
   *     cost is not finite
   */
  public CostMatrix {
    double gaps = (falsePositive - trueNegative) + (falseNegative - truePositive);
    if (!(falsePositive > trueNegative) || !(falseNegative > truePositive) || gaps > 1e300) {
      throw new IllegalArgumentException(
          "a wrong answer must cost more than the right one: falsePositive "
              + falsePositive
              + " > trueNegative "
              + trueNegative
              + " and falseNegative "
              + falseNegative
              + " > truePositive "
              + truePositive);
    }
  }

  /**
   * Costs of wrong answers where right ones cost nothing.
   *
   * @param falsePositive a negative row answered positive, above 0
   * @param falseNegative a positive row answered negative, above 0
   * @return the costs
   */
  public static CostMatrix ofErrors(double falsePositive, double falseNegative) {
    return new CostMatrix(0, falsePositive, falseNegative, 0);
  }

  /**
   * The threshold that is cheapest if scores are true probabilities (Elkan, 2001, equation 2).
   *
   * @return the threshold, in (0, 1)
   */
  public double threshold() {
    double positive = falsePositive - trueNegative;
    return positive / (positive + falseNegative - truePositive);
  }

  double of(boolean truth, boolean answer) {
    return truth
        ? (answer ? truePositive : falseNegative)
        : (answer ? falsePositive : trueNegative);
  }
}
