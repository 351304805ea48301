package dev.endolith.monitoring.drift;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/** Tails of the normal law and of Student's, and sums that keep their last digits. */
final class Normal {
  /** Two-sided 95 % point. */
  static final double Z95 = 1.959963984540054;

  /** Two-sided 95 % point and one-sided 80 % point: the level and the power of all tests. */
  private static final double Z95_AND_POWER = Z95 + 0.8416212335729143;

  private Normal() {}

  /**
   * The least effect that a two-sided normal test at 0.05 finds with a probability of 0.8; infinite
   * if it exceeds the greatest there is.
   */
  static double detectable(double standardError, double greatest) {
    double least = Z95_AND_POWER * standardError;
    return least > greatest ? Double.POSITIVE_INFINITY : least;
  }

  /** The point below which so large a share of the normal law lies. */
  static double point(double share) {
    return NormalDistribution.of(0, 1).inverseCumulativeProbability(share);
  }

  static double survival(double z) {
    return NormalDistribution.of(0, 1).survivalProbability(z);
  }

  /** The point below which so large a share of Student's law lies. */
  static double studentPoint(double share, double degreesOfFreedom) {
    return TDistribution.of(degreesOfFreedom).inverseCumulativeProbability(share);
  }

  /** P(|T| >= |t|) of Student's law; infinite t has probability 0. */
  static double twoSidedT(double t, double degreesOfFreedom) {
    if (Double.isInfinite(t)) {
      return 0;
    }
    return Math.min(1, 2 * TDistribution.of(degreesOfFreedom).survivalProbability(Math.abs(t)));
  }

  /** The mean, by a sum that carries its rounding along (Neumaier 1974). */
  static double mean(double[] values) {
    double sum = 0;
    double lost = 0;
    for (double value : values) {
      double next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    }
    return (sum + lost) / values.length;
  }

  /** The sum of squared distances from the mean. */
  static double squares(double[] values, double mean) {
    double sum = 0;
    double drift = 0;
    for (double value : values) {
      double distance = value - mean;
      sum += distance * distance;
      drift += distance;
    }
    return Math.max(0, sum - drift * drift / values.length);
  }
}
