package dev.endolith.sequential;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * Checks that units were assigned in the shares that were declared. A mismatch means that who is in
 * which arm depends on something, and then no metric can be believed.
 *
 * <p>The sequential check is the Bayes factor of a Dirichlet-multinomial against the declared
 * shares (Lindon and Malek, 2020, arXiv 2011.03567): it ever reaches 1/α with probability at most
 * α. Where the authors fix one concentration of the prior, this takes the mean over 100, 1 000 and
 * 10 000, so that gross mismatches are found early and small ones at all. Units are keys, not
 * requests: requests of one key share their arm.
 */
public final class SampleRatio {
  /** The level that experiment platforms use: a mismatch is an alarm about the machinery. */
  public static final double ALPHA = 0.001;

  private static final double[] CONCENTRATIONS = {100, 1_000, 10_000};

  private SampleRatio() {}

  /**
   * The evidence for a mismatch.
   *
   * @param counts units by arm
   * @param shares declared shares by arm, positive; scaled to a sum of 1
   * @return ln of the Bayes factor; a mismatch is found at α once it was at least −ln α at any look
   * @throws IllegalArgumentException if the sizes differ or a share is not positive
   */
  public static double logEvidence(long[] counts, double[] shares) {
    double total = total(counts, shares);
    double[] logs = new double[CONCENTRATIONS.length];
    for (int c = 0; c < logs.length; c++) {
      double concentration = CONCENTRATIONS[c];
      double n = 0;
      double log = 0;
      for (int i = 0; i < counts.length; i++) {
        double share = shares[i] / total;
        log += rise(concentration * share, (double) counts[i]) - counts[i] * Math.log(share);
        n += counts[i];
      }
      logs[c] = log - rise(concentration, n);
    }
    return Bets.mean(logs);
  }

  /**
   * The p-value of a sequential check at one look.
   *
   * @param counts units by arm
   * @param shares declared shares by arm, positive; scaled to a sum of 1
   * @return min(1, 1 / Bayes factor), valid at all looks
   * @throws IllegalArgumentException if the sizes differ or a share is not positive
   */
  public static double pValue(long[] counts, double[] shares) {
    return Math.min(1, Math.exp(-logEvidence(counts, shares)));
  }

  /**
   * Pearson's χ² test (1900), for one look at the end.
   *
   * @param counts units by arm, at least two arms
   * @param shares declared shares by arm, positive; scaled to a sum of 1
   * @return the p-value; 1 without units
   * @throws IllegalArgumentException if the sizes differ or a share is not positive
   */
  public static double chiSquarePValue(long[] counts, double[] shares) {
    double total = total(counts, shares);
    double n = 0;
    for (long count : counts) {
      n += count;
    }
    if (n == 0) {
      return 1;
    }
    double statistic = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = n * shares[i] / total;
      statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    return ChiSquaredDistribution.of(counts.length - 1.0).survivalProbability(statistic);
  }

  private static double total(long[] counts, double[] shares) {
    if (counts.length != shares.length || counts.length < 2) {
      throw new IllegalArgumentException(
          "a sample ratio needs a count and a share for each of at least two arms, were "
              + counts.length
              + " and "
              + shares.length);
    }
    double total = 0;
    for (double share : shares) {
      if (!(share > 0)) {
        throw new IllegalArgumentException("a share must be positive, was " + share);
      }
      total += share;
    }
    return total;
  }

  /** ln Γ(x + n) − ln Γ(x). */
  private static double rise(double x, double n) {
    return logGamma(x + n) - logGamma(x);
  }

  /** Stirling's series (Abramowitz and Stegun, 6.1.41), after a shift to where it is exact. */
  private static double logGamma(double x) {
    double shift = 0;
    double z = x;
    while (z < 12) {
      shift += Math.log(z);
      z++;
    }
    double inverse = 1 / z;
    double square = inverse * inverse;
    double series =
        inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
    return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
  }
}
