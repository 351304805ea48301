package dev.endolith.conformal;

import java.util.Arrays;

/** The quantile of split conformal prediction (Vovk, Gammerman and Shafer, 2005). */
final class ConformalQuantile {
  private ConformalQuantile() {}

  /**
   * The ⌈(n + 1) · level⌉-th smallest of n scores: a new score, exchangeable with them, is at most
   * that with probability {@code level} or more, and with less than 1 / (n + 1) more if no two are
   * equal.
   *
   * @return infinity if there are too few scores for the level
   */
  static double of(double[] scores, double level) {
    int n = scores.length;
    // a product that should be whole may be a little more
    double rank = Math.ceil((n + 1) * level - 1e-9);
    if (rank > n) {
      return Double.POSITIVE_INFINITY;
    }
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.max(1, rank) - 1];
  }

  static double checkLevel(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("a level must be in (0, 1), was " + level);
    }
    return level;
  }
}
