package dev.endolith.monitoring.drift;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Adjusts p-values for the number of tests made at once, so that comparing an adjusted value with α
 * keeps the error rate of the whole family at α.
 *
 * <p>With the d values sorted, p<sub>(1)</sub> ≤ … ≤ p<sub>(d)</sub>, the adjusted ones are given
 * at each constant. Family-wise error is the probability of any false alarm; false discovery rate
 * is the expected share of false ones among all alarms.
 */
public enum Correction {
  /** Leaves the values as they are. Among d independent tests, expect α·d false alarms. */
  NONE {
    @Override
    void adjustSorted(double[] p) {}
  },
  /**
   * Benjamini and Hochberg (1995): min over j ≥ i of p<sub>(j)</sub>·d/j. Keeps the false discovery
   * rate for independent, or positively dependent, tests: the usual choice for the columns of a
   * data set.
   */
  BENJAMINI_HOCHBERG {
    @Override
    void adjustSorted(double[] p) {
      stepUp(p, 1);
    }
  },
  /** Bonferroni: d·p. Keeps the family-wise error under any dependence. */
  BONFERRONI {
    @Override
    void adjustSorted(double[] p) {
      for (int i = 0; i < p.length; i++) {
        p[i] = Math.min(1, p[i] * p.length);
      }
    }
  },
  /**
   * Holm (1979): max over j ≤ i of (d − j + 1)·p<sub>(j)</sub>. Keeps the family-wise error under
   * any dependence and finds at least as much as {@link #BONFERRONI}.
   */
  HOLM {
    @Override
    void adjustSorted(double[] p) {
      double highest = 0;
      for (int i = 0; i < p.length; i++) {
        highest = Math.max(highest, p[i] * (p.length - i));
        p[i] = Math.min(1, highest);
      }
    }
  },
  /**
   * Benjamini and Yekutieli (2001): {@link #BENJAMINI_HOCHBERG} times 1 + 1/2 + … + 1/d. Keeps the
   * false discovery rate under any dependence.
   */
  BENJAMINI_YEKUTIELI {
    @Override
    void adjustSorted(double[] p) {
      double harmonic = 0;
      for (int i = 1; i <= p.length; i++) {
        harmonic += 1.0 / i;
      }
      stepUp(p, harmonic);
    }
  };

  /**
   * Adjusts the p-values of tests that were made together.
   *
   * @param pValues the p-values, each in [0, 1] or NaN. NaN means that a test had no answer: it
   *     stays NaN and does not count as a test.
   * @return the adjusted values in the order of {@code pValues}, a fresh array; each at least its
   *     original and at most 1
   * @throws IllegalArgumentException if a value is below 0 or above 1
   */
  public double[] adjust(double[] pValues) {
    int[] order = new int[pValues.length];
    int d = 0;
    for (int i = 0; i < pValues.length; i++) {
      if (pValues[i] < 0 || pValues[i] > 1) {
        throw new IllegalArgumentException(
            "pValues[" + i + "] must be in [0, 1] or NaN, was " + pValues[i]);
      }
      if (!Double.isNaN(pValues[i])) {
        order[d++] = i;
      }
    }
    int[] sorted =
        Arrays.stream(order, 0, d)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> pValues[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ascending = new double[d];
    for (int rank = 0; rank < d; rank++) {
      ascending[rank] = pValues[sorted[rank]];
    }
    adjustSorted(ascending);
    double[] adjusted = new double[pValues.length];
    Arrays.fill(adjusted, Double.NaN);
    for (int rank = 0; rank < d; rank++) {
      adjusted[sorted[rank]] = ascending[rank];
    }
    return adjusted;
  }

  /** Replaces ascending p-values, all in [0, 1], by the adjusted ones. */
  abstract void adjustSorted(double[] p);

  private static void stepUp(double[] p, double factor) {
    double lowest = 1;
    for (int i = p.length - 1; i >= 0; i--) {
      // Factor times at least 1; the maximum only guards the last bit.
      lowest = Math.min(lowest, Math.max(p[i], p[i] * p.length * factor / (i + 1)));
      p[i] = lowest;
    }
  }
}
