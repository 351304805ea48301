package dev.endolith.monitoring.drift;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/** Checked sums over counts of categories, and the law that their distances share. */
final class Counts {
  private static final double EXACT = 0x1p52;
  private static final long EXACT_BITS = Double.doubleToRawLongBits(EXACT);

  private Counts() {}

  static void check(long[] reference, long[] current) {
    if (reference.length != current.length) {
      throw new IllegalArgumentException(
          "reference and current must count the same categories, had "
              + reference.length
              + " and "
              + current.length);
    }
  }

  /** The sum of counts, none of which may be negative. */
  static long total(String name, long[] counts) {
    long total = 0;
    long signs = 0; // negative once a count or a sum is
    for (long count : counts) {
      total += count;
      signs |= count | total;
    }
    if (signs < 0) {
      throw refused(name, counts);
    }
    return total;
  }

  private static IllegalArgumentException refused(String name, long[] counts) {
    long total = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 0) {
        return new IllegalArgumentException(
            name + "[" + i + "] must not be negative, was " + counts[i]);
      }
      total += counts[i];
      if (total < 0) {
        return new IllegalArgumentException(
            name + " must not sum to more than " + Long.MAX_VALUE + ", did at index " + i);
      }
    }
    throw new IllegalStateException(name + " has changed while it was read");
  }

  static double checkRare(double rareBelow) {
    return checkRare("rareBelow", rareBelow);
  }

  static double checkRare(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be finite and at least 0, was " + value);
    }
    return value;
  }

  /**
   * The counts divided by something, after something was added to each. Converting is a loop of its
   * own, as the division then runs several counts at a time.
   *
   * @param total their sum
   */
  static void shares(long[] counts, long total, double added, double by, double[] shares) {
    if (total < EXACT) {
      for (int i = 0; i < counts.length; i++) {
        // the count as the fraction of 2⁵²: the conversion of the processor waits for the one
        // before
        shares[i] = Double.longBitsToDouble(counts[i] | EXACT_BITS) - EXACT;
      }
    } else {
      for (int i = 0; i < counts.length; i++) {
        shares[i] = (double) counts[i];
      }
    }
    for (int i = 0; i < counts.length; i++) {
      shares[i] = (shares[i] + added) / by;
    }
  }

  /** How many categories occur in at least one of the samples. */
  static int occupied(long[] reference, long[] current) {
    int occupied = 0;
    for (int i = 0; i < reference.length; i++) {
      occupied += reference[i] > 0 || current[i] > 0 ? 1 : 0;
    }
    return occupied;
  }

  /** P(χ² >= x) with so many degrees of freedom; 1 where there are none, as nothing can differ. */
  static double chiSquareSurvival(double x, int degreesOfFreedom) {
    return degreesOfFreedom < 1
        ? 1
        : ChiSquaredDistribution.of(degreesOfFreedom).survivalProbability(x);
  }
}
