package dev.endolith.monitoring.drift;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * Combines the p-values of d columns into one for the question whether anything changed at all. A
 * change that is spread over many columns and clear in none of them is clear here. Immutable.
 */
public enum GlobalTest {
  /**
   * Simes (1986): min over i of d·p<sub>(i)</sub>/i. Valid for independent and for positively
   * dependent columns; the least adjusted p-value of {@link Correction#BENJAMINI_HOCHBERG}, so it
   * never contradicts that.
   */
  SIMES {
    @Override
    double ofSorted(double[] p) {
      double least = 1;
      for (int i = 0; i < p.length; i++) {
        least = Math.min(least, p[i] * p.length / (i + 1));
      }
      return least;
    }
  },
  /**
   * Liu and Xie (2020): the mean of tan((½ − pᵢ)π) has Cauchy's tail whatever the dependence, which
   * makes small results right for columns of any correlation; large ones are rough.
   */
  CAUCHY {
    @Override
    double ofSorted(double[] p) {
      double sum = 0;
      for (double value : p) {
        // near 0 tan((½ − p)π) = 1/tan(pπ) keeps its digits; at 1 the tail is cut, as one exact
        // p of 1 (a discrete test without a difference) would otherwise outweigh all others
        double capped = Math.min(value, 1 - 1.0 / (10.0 * p.length));
        sum +=
            capped < 1e-15
                ? 1 / (Math.max(capped, 1e-300) * Math.PI)
                : 1 / Math.tan(capped * Math.PI);
      }
      double mean = sum / p.length;
      return mean > 1e15 ? 1 / (mean * Math.PI) : 0.5 - Math.atan(mean) / Math.PI;
    }
  },
  /**
   * Fisher (1932): −2·Σ ln pᵢ follows χ² with 2d degrees of freedom. The most powerful for a change
   * spread evenly, but for independent columns only: correlated ones make it alarm too often.
   */
  FISHER {
    @Override
    double ofSorted(double[] p) {
      double sum = 0;
      for (double value : p) {
        sum -= 2 * Math.log(value);
      }
      return Double.isInfinite(sum)
          ? 0
          : ChiSquaredDistribution.of(2.0 * p.length).survivalProbability(sum);
    }
  },
  /**
   * Tippett (1931): 1 − (1 − p<sub>(1)</sub>)<sup>d</sup>, for one column that changed much. Valid
   * for independent and for positively dependent columns.
   */
  TIPPETT {
    @Override
    double ofSorted(double[] p) {
      return -Math.expm1(p.length * Math.log1p(-p[0]));
    }
  };

  /**
   * Combines p-values.
   *
   * @param pValues the p-values, each in [0, 1] or NaN, which does not count as one
   * @return a p-value in [0, 1]; NaN if there is none to combine
   * @throws IllegalArgumentException if a value is below 0 or above 1
   */
  public double combine(double[] pValues) {
    for (int i = 0; i < pValues.length; i++) {
      if (pValues[i] < 0 || pValues[i] > 1) {
        throw new IllegalArgumentException(
            "pValues[" + i + "] must be in [0, 1] or NaN, was " + pValues[i]);
      }
    }
    double[] sorted = Arrays.stream(pValues).filter(p -> !Double.isNaN(p)).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : Math.max(0, Math.min(1, ofSorted(sorted)));
  }

  /** Combines at least one p-value, ascending. */
  abstract double ofSorted(double[] p);
}
