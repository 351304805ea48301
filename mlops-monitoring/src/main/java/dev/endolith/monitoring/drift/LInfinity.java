package dev.endolith.monitoring.drift;

/**
 * The greatest difference between the shares of two samples in any bin or category, in [0, 1].
 *
 * <pre>{@code
 * L∞ = max|pᵢ − qᵢ|,   p and q the shares of the reference and of the current sample
 * }</pre>
 *
 * <p>Statistic and effect size are both L∞; there is no p-value. Numbers are counted in the same
 * bins as for {@link Psi}; NaN are left out and counted, and infinities fall into the outer bins.
 * {@link TestResult#enoughData()} is false if a sample is empty. Costs O(n log n + m log B) for
 * numbers, O(B) for counts. Immutable and thread-safe.
 *
 * <p><b>Interval.</b> From the greatest lower to the greatest upper end of intervals of all |pᵢ −
 * qᵢ|, normal ones that hold together (Bonferroni) and count one value more in and out of the
 * category (Agresti and Caffo 2000), so that rare ones have a width. The minimum detectable effect
 * is what its lower end tells from 0 four times of five in a category with a share of ½: an upper
 * bound.
 */
public final class LInfinity implements TwoSampleTest, CategoricalTest {
  private final int bins;

  private LInfinity(Builder builder) {
    bins = builder.bins;
  }

  /**
   * Returns the distance with the defaults.
   *
   * @return the distance
   */
  public static LInfinity create() {
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

  private static final String NAME = "L-infinity distance";

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
      sum = Math.max(sum, Math.abs(p - q));
    }
    double distance = sum;
    return interval(
        new TestResult(NAME, distance, Double.NaN, distance, n, m, 0, 0, true), reference, current);
  }

  private static TestResult interval(TestResult result, long[] reference, long[] current) {
    int occupied = Counts.occupied(reference, current);
    if (occupied < 2) {
      return result;
    }
    double n = result.referenceSize();
    double m = result.currentSize();
    // of two categories one difference is the other's
    double point = Normal.point(1 - 0.025 / (occupied == 2 ? 1 : occupied));
    double low = 0;
    double high = 0;
    for (int i = 0; i < reference.length; i++) {
      if (reference[i] == 0 && current[i] == 0) {
        continue;
      }
      double distance = Math.abs(reference[i] / n - current[i] / m);
      double p = (reference[i] + 1) / (n + 2);
      double q = (current[i] + 1) / (m + 2);
      double half = point * Math.sqrt(p * (1 - p) / (n + 2) + q * (1 - q) / (m + 2));
      low = Math.max(low, distance - half);
      high = Math.max(high, distance + half);
    }
    double least = (point + Normal.point(NoncentralChiSquare.POWER)) * Math.sqrt(1 / n + 1 / m) / 2;
    return result.withEffect(
        Math.min(low, result.effectSize()),
        Math.min(1, high),
        least > 1 ? Double.POSITIVE_INFINITY : least);
  }

  /** Sets up an {@link LInfinity}. Not thread-safe; can be used again after a build. */
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
    public LInfinity build() {
      return new LInfinity(this);
    }
  }
}
