package dev.endolith.monitoring.drift;

/**
 * The total variation distance between the shares of two samples over bins or categories: the share
 * of the population that has moved, in [0, 1].
 *
 * <pre>{@code
 * TV = ½·Σ|pᵢ − qᵢ|,   p and q the shares of the reference and of the current sample
 * }</pre>
 *
 * <p>Statistic and effect size are both TV; there is no p-value. The 95 % interval is that of the
 * difference of the shares of all bins that gained (by the delta method, with Agresti and Caffo's
 * 2000 adjustment), less below what chance makes of equal shares: chance only adds to TV, so it is
 * conservative. Numbers are counted in the same bins as for {@link Psi}; NaN are left out and
 * counted, and infinities fall into the outer bins. {@link TestResult#enoughData()} is false if a
 * sample is empty. Costs O(n log n + m log B) for numbers, O(B) for counts. Immutable and
 * thread-safe.
 */
public final class TotalVariation implements TwoSampleTest, CategoricalTest {
  private final int bins;

  private TotalVariation(Builder builder) {
    bins = builder.bins;
  }

  /**
   * Returns the distance with the defaults.
   *
   * @return the distance
   */
  public static TotalVariation create() {
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

  private static final String NAME = "total variation distance";

  @Override
  public TestResult compare(double[] reference, double[] current) {
    return BinnedComparison.compare(NAME, reference, current, bins, this);
  }

  @Override
  public TestResult compare(long[] reference, long[] current) {
    Counts.check(reference, current);
    long n = Counts.total("reference", reference);
    long m = Counts.total("current", current);
    if (n == 0 || m == 0) {
      return TestResult.notEnoughData(NAME, n, m, 0, 0);
    }
    double sum = 0;
    for (int i = 0; i < reference.length; i++) {
      double p = (double) reference[i] / n;
      double q = (double) current[i] / m;
      sum += Math.abs(p - q);
    }
    double distance = Math.min(1, sum / 2);
    return interval(
        new TestResult(NAME, distance, Double.NaN, distance, n, m, 0, 0, true), reference, current);
  }

  /*
   * With the signs of q − p held fixed TV is a difference of two shares, whose variance is known.
   * Chance only adds to |q − p|: by at most what it makes of equal shares, which is taken off below.
   */
  private static TestResult interval(TestResult result, long[] reference, long[] current) {
    double n = result.referenceSize();
    double m = result.currentSize();
    double chance = 0;
    double gained = 0;
    double before = 0;
    for (int i = 0; i < reference.length; i++) {
      double p = reference[i] / n;
      double q = current[i] / m;
      double pooled = (reference[i] + (double) current[i]) / (n + m);
      chance += Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m) * 2 / Math.PI) / 2;
      gained += q > p ? q : 0;
      before += q > p ? p : 0;
    }
    // Agresti and Caffo (2000): one success and one failure more, so that 0 and 1 have a width
    double a = (before * n + 1) / (n + 2);
    double b = (gained * m + 1) / (m + 2);
    double half = Normal.Z95 * Math.sqrt(a * (1 - a) / (n + 2) + b * (1 - b) / (m + 2));
    boolean one = Counts.occupied(reference, current) < 2;
    double distance = result.effectSize();
    return one
        ? result
        : result.withEffect(
            Math.max(0, Math.min(distance, distance - chance - half)),
            Math.min(1, distance + half),
            Double.NaN);
  }

  /** Sets up a {@link TotalVariation}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private int bins = 10;

    private Builder() {}

    /**
     * Sets into how many bins numbers are counted.
     *
     * @param bins in [2, 1000]; 10 by default
     * @return this
     * @throws IllegalArgumentException if {@code bins} is not in [2, 1000]
     */
    public Builder bins(int bins) {
      this.bins = BinnedComparison.checkBins(bins);
      return this;
    }

    /**
     * Makes the distance.
     *
     * @return the distance
     */
    public TotalVariation build() {
      return new TotalVariation(this);
    }
  }
}
