package dev.endolith.monitoring.drift;

/**
 * The Z test of two proportions: is the share of the first of two categories the same?
 *
 * <pre>{@code
 * z = (p̂ − q̂)/√(P(1 − P)(1/n + 1/m)),   P the pooled share,   p = 2·Φ(−|z|)
 * }</pre>
 *
 * <p>The statistic is z, positive if the reference's share is the greater. The effect size is the
 * risk difference q̂ − p̂ in [−1, 1]: how much the share has grown; its 95 % interval is
 * Newcombe's, from the Wilson intervals of both shares (R. Newcombe, Statistics in Medicine 17,
 * 1998, method 10), which stays in [−1, 1] and has a width at shares of 0 and 1 as well. If the
 * pooled share is 0 or 1 nothing differs: z = 0 and p = 1. The normal law needs some five expected
 * values in each cell; below, take {@link FisherExact}.
 *
 * <p>Counts are {first, second}. One category is compared as {all, 0}; with more than two, the
 * first is compared with all others, as {@link TestResult#method()} says. {@link
 * TestResult#enoughData()} is false if a sample is empty. O(k). Immutable and thread-safe.
 */
public final class TwoProportionZ implements CategoricalTest {
  private static final String NAME = "two-proportion Z";

  private TwoProportionZ() {}

  /**
   * Returns the test.
   *
   * @return the test
   */
  public static TwoProportionZ create() {
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

  @Override
  public TestResult compare(long[] reference, long[] current) {
    Counts.check(reference, current);
    long n = Counts.total("reference", reference);
    long m = Counts.total("current", current);
    if (n == 0 || m == 0) {
      return TestResult.notEnoughData(NAME, n, m, 0, 0);
    }
    double p = (double) reference[0] / n;
    double q = (double) current[0] / m;
    double pooled = ((double) reference[0] + current[0]) / ((double) n + m);
    double error = Math.sqrt(pooled * (1 - pooled) * (1.0 / n + 1.0 / m));
    double z = error > 0 ? (p - q) / error : 0;
    double[] before = wilson(p, (double) n);
    double[] now = wilson(q, (double) m);
    double difference = q - p;
    return new TestResult(
        NAME + (reference.length > 2 ? " (first category against all others)" : ""),
        z,
        Math.min(1, 2 * Normal.survival(Math.abs(z))),
        difference,
        Math.max(-1, difference - Math.hypot(q - now[0], before[1] - p)),
        Math.min(1, difference + Math.hypot(now[1] - q, p - before[0])),
        error > 0 ? Normal.detectable(error, 1) : Double.NaN,
        n,
        m,
        0,
        0,
        true);
  }

  /** The 95 % interval of a share (E. Wilson, JASA 22, 1927). */
  static double[] wilson(double share, double n) {
    double squared = Normal.Z95 * Normal.Z95;
    double centre = (share + squared / (2 * n)) / (1 + squared / n);
    double half =
        Normal.Z95 / (1 + squared / n) * Math.sqrt(share * (1 - share) / n + squared / (4 * n * n));
    return new double[] {Math.max(0, centre - half), Math.min(1, centre + half)};
  }

  /** Sets up a {@link TwoProportionZ}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private Builder() {}

    /**
     * Makes the test.
     *
     * @return the test
     */
    public TwoProportionZ build() {
      return new TwoProportionZ();
    }
  }
}
