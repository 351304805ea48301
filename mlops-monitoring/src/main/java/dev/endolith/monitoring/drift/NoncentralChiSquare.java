package dev.endolith.monitoring.drift;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/*
 * The law of a χ² statistic when something did change: noncentral χ², with a noncentrality λ that
 * grows with the size of the sample and of the change. Turned round, it gives the λ that agree with
 * an observed statistic (the interval of the effect) and the λ that a test would find with a given
 * probability (the minimum detectable effect).
 *
 * From five degrees of freedom on Sankaran's transformation to the normal law is taken (Biometrika
 * 46, 1959; Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2, 1995, 29.61d): its
 * probabilities are off by at most 0.0025, and it costs one power a step, which matters where hundreds
 * of columns are compared. Below five it is worse, and the law is summed:
 * P(χ²ₖ(λ) ≤ x) = Σⱼ Poisson(j; λ/2)·P(χ²ₖ₊₂ⱼ ≤ x). The central probabilities do not depend on λ: one
 * incomplete gamma function and a recurrence give all of them.
 */
final class NoncentralChiSquare {
  private static final double SUMMED_BELOW = 150;
  private static final int SUMMED_DEGREES = 4;
  private static final double TINY = 1e-12;
  private static final int STEPS = 60;

  /** The level that the minimum detectable effects of all tests are stated at. */
  static final double LEVEL = 0.05;

  static final double POWER = 0.8;

  private static final double Z_95 = z(0.975);
  private static final double Z_MISSED = z(1 - POWER);

  /** λ that the test at 0.05 finds with a probability of 0.8, by degrees of freedom from 1. */
  private static final double[] DETECTABLE = new double[512];

  static {
    for (int k = 1; k <= DETECTABLE.length; k++) {
      DETECTABLE[k - 1] = solve(critical(k, LEVEL), k, Z_MISSED);
    }
  }

  private NoncentralChiSquare() {}

  /** The greatest λ at which a statistic of at most x has a probability of at least 0.025. */
  static double high(double x, int degrees) {
    return degrees < 1 || Double.isNaN(x) ? Double.NaN : solve(x, degrees, -Z_95);
  }

  /** The least λ at which a statistic of at least x has a probability of at least 0.025. */
  static double low(double x, int degrees) {
    return degrees < 1 || Double.isNaN(x) ? Double.NaN : solve(x, degrees, Z_95);
  }

  /** The λ that a test at the level 0.05 finds with a probability of 0.8. */
  static double detectable(int degrees) {
    if (degrees < 1) {
      return Double.NaN;
    }
    return degrees <= DETECTABLE.length
        ? DETECTABLE[degrees - 1]
        : solve(critical(degrees, LEVEL), degrees, Z_MISSED);
  }

  /** The λ that a test at some level finds with a probability of 0.8. */
  static double detectable(int degrees, double level) {
    return level == LEVEL
        ? detectable(degrees)
        : solve(critical(degrees, level), degrees, Z_MISSED);
  }

  private static double critical(int degrees, double level) {
    if (degrees <= SUMMED_DEGREES) {
      return ChiSquaredDistribution.of(degrees).inverseSurvivalProbability(level);
    }
    // Wilson and Hilferty (1931), which Sankaran's transformation is at λ = 0
    double part = 2 / (9.0 * degrees);
    return degrees * Math.pow(1 - part - z(level) * Math.sqrt(part), 3);
  }

  /**
   * The λ at which the normal quantile of P(χ²ₖ(λ) ≤ x) is z; 0 where it is less even at 0. The cdf
   * falls in λ.
   */
  private static double solve(double x, int degrees, double z) {
    if (!(x > 0)) {
      return 0;
    }
    if (Double.isInfinite(x)) {
      return x;
    }
    boolean summed = degrees <= SUMMED_DEGREES && x <= SUMMED_BELOW;
    double[] central = summed ? central(x, degrees) : new double[0];
    boolean aboveMedian = x >= degrees; // of the central law, whose score is above 0 there
    if (!(aboveMedian && z < 0) && score(x, degrees, central, 0) <= z) {
      return 0;
    }
    // The law has mean k + λ and variance 2·(k + 2λ): the guess takes it for a normal one, and the
    // first step its slope. Then the secant's steps, all kept in a bracket.
    double over = x - degrees + 2 * z * z;
    double spread = Math.sqrt(Math.max(0, 2 * z * z * (2 * (x - degrees) + 2 * z * z + degrees)));
    double low = 0;
    double high = Math.max(x, 1) + 40 + 10 * Math.sqrt(x + degrees);
    double lambda = Math.min(high / 2, Math.max(0.1, z < 0 ? over + spread : over - spread));
    double slope = -1 / Math.sqrt(2 * (degrees + 2 * lambda));
    double lambdaBefore = lambda;
    double missedBefore = 0;
    for (int step = 0; step < STEPS; step++) {
      double missed = score(x, degrees, central, lambda) - z;
      if (missed > 0) {
        low = lambda;
      } else {
        high = lambda;
      }
      if (step > 0 && lambda != lambdaBefore) {
        slope = (missed - missedBefore) / (lambda - lambdaBefore);
      }
      lambdaBefore = lambda;
      missedBefore = missed;
      double proposed = lambda - missed / slope;
      boolean inside = proposed > low && proposed < high;
      lambda = inside ? proposed : (low + high) / 2;
      // of a step's length some hundredths are wrong
      if (Math.abs(lambda - lambdaBefore) <= 1e-2 * (1e-2 + lambda)
          && (inside || high - low <= 1e-3 * lambda)) {
        break;
      }
    }
    return lambda;
  }

  /** The normal quantile of P(χ²ₖ(λ) ≤ x). */
  private static double score(double x, int degrees, double[] central, double lambda) {
    return central.length == 0
        ? sankaran(x, degrees, lambda)
        : z(Math.min(1 - TINY, Math.max(TINY, mixture(central, lambda))));
  }

  /** P(χ²ₖ₊₂ⱼ ≤ x) for j = 0, 1, … until it vanishes. */
  private static double[] central(double x, int degrees) {
    double[] central = new double[40 + (int) (x + 6 * Math.sqrt(x))];
    double p = 1 - Counts.chiSquareSurvival(x, degrees);
    // (x/2)^a·e^(−x/2)/Γ(a + 1) with a = k/2 is twice a density
    double term = 2 * ChiSquaredDistribution.of(degrees + 2.0).density(x);
    double a = degrees / 2.0;
    for (int j = 0; j < central.length; j++) {
      central[j] = Math.max(0, p);
      p -= term;
      a += 1;
      term *= x / 2 / a;
    }
    return central;
  }

  private static double mixture(double[] central, double lambda) {
    double weight = Math.exp(-lambda / 2);
    double sum = 0;
    for (int j = 0; j < central.length; j++) {
      sum += weight * central[j];
      weight *= lambda / 2 / (j + 1);
    }
    return sum;
  }

  private static double sankaran(double x, double k, double lambda) {
    double s = k + lambda;
    double t = k + 2 * lambda;
    double h = 1 - 2 * s * (k + 3 * lambda) / (3 * t * t);
    double p = t / (s * s);
    double m = (h - 1) * (1 - 3 * h);
    double mean = 1 + h * p * (h - 1 - 0.5 * (2 - h) * m * p);
    double deviation = h * Math.sqrt(2 * p) * (1 + 0.5 * m * p);
    return (Math.pow(x / s, h) - mean) / deviation;
  }

  /**
   * The normal quantile to 4.5e-4 (Abramowitz and Stegun 1964, 26.2.23): it only steers the search.
   */
  private static double z(double p) {
    double tail = Math.min(p, 1 - p);
    double t = Math.sqrt(-2 * Math.log(tail));
    double z =
        t
            - (2.515517 + t * (0.802853 + t * 0.010328))
                / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    return p < 0.5 ? -z : z;
  }
}
