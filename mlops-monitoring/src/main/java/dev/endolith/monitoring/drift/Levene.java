package dev.endolith.monitoring.drift;

import java.util.Arrays;

/**
 * Levene's test in the form of Brown and Forsythe: do two samples have the same spread? Distances
 * from each sample's median are compared by an analysis of variance.
 *
 * <pre>{@code
 * z = |v − median|,   W = (N − 2)·(n·(z̄ₓ − z̄)² + m·(z̄ᵧ − z̄)²)/Σ(z − z̄_i)²,   p = P(F_{1, N−2} ≥ W)
 * }</pre>
 *
 * <p>The effect size is ln(z̄ᵧ/z̄ₓ), the logarithm of how much wider the current sample is; 0 means
 * equally wide, and it is infinite if one sample is constant. If no distance varies: p = 1 for
 * equal ones and 0 for different ones. NaN are left out and counted. At least two values on each
 * side and three in all; with an infinite value there is no answer. Costs two sorts. Immutable and
 * thread-safe.
 *
 * <p><b>Interval.</b> The effect ± 1.96·s with s² = s²_z/(n·z̄²) summed over both samples, as the
 * logarithm of a mean distance from the median is normal in the limit, and an estimated median does
 * not change its variance there (Bonett and Seier 2003); the minimum detectable effect is 2.80·s.
 * Below some fifty values, or with heavy tails, it is too short. There is none where a sample is
 * constant.
 *
 * <p>Source: M. B. Brown and A. B. Forsythe, <i>Robust Tests for the Equality of Variances</i>,
 * JASA 69, 1974.
 */
public final class Levene implements TwoSampleTest {

  private Levene() {}

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static Levene create() {
    return builder().build();
  }

  /**
   * Returns a builder with the defaults.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  private static final String NAME = "Levene (median)";

  @Override
  public TestResult compare(double[] reference, double[] current) {
    SortedPair pair = new SortedPair(reference, current);
    if (pair.n < 2 || pair.m < 2 || pair.n + pair.m < 3 || !pair.isFinite()) {
      return pair.notEnoughData(NAME);
    }
    double[] x = distances(pair.x, pair.scale());
    double[] y = distances(pair.y, pair.scale());
    double meanX = Normal.mean(x);
    double meanY = Normal.mean(y);
    double n = pair.n;
    double m = pair.m;
    double within = Normal.squares(x, meanX) + Normal.squares(y, meanY);
    // n·(z̄ₓ − z̄)² + m·(z̄ᵧ − z̄)², without the common mean.
    double between = n * m / (n + m) * (meanX - meanY) * (meanX - meanY);
    double effect = meanX == meanY ? 0 : Math.log(meanY / meanX);
    if (!(within > 0)) {
      return pair.result(
          NAME, between > 0 ? Double.POSITIVE_INFINITY : 0, between > 0 ? 0 : 1, effect);
    }
    double w = (n + m - 2) * between / within;
    double error =
        Math.sqrt(
            Normal.squares(x, meanX) / ((n - 1) * n * meanX * meanX)
                + Normal.squares(y, meanY) / ((m - 1) * m * meanY * meanY));
    TestResult result = pair.result(NAME, w, Normal.twoSidedT(Math.sqrt(w), n + m - 2), effect);
    return Double.isFinite(effect) && Double.isFinite(error)
        ? result.withEffect(
            effect - Normal.Z95 * error,
            effect + Normal.Z95 * error,
            Normal.detectable(error, Double.POSITIVE_INFINITY))
        : result;
  }

  private static double[] distances(double[] sorted, double scale) {
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : sorted[half - 1] / 2 + sorted[half] / 2;
    return Arrays.stream(sorted).map(v -> Math.abs(v * scale - median * scale)).toArray();
  }

  /** Sets up a {@link Levene}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private Builder() {}

    /**
     * Makes the test.
     *
     * @return the test
     */
    public Levene build() {
      return new Levene();
    }
  }
}
