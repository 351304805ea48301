package dev.endolith.monitoring.drift;

/**
 * The Hellinger distance between the shares of two samples over bins or categories: a metric in [0,
 * 1], 1 for samples that share no category.
 *
 * <pre>{@code
 * H = √(½·Σ(√pᵢ − √qᵢ)²),   p and q the shares of the reference and of the current sample
 * }</pre>
 *
 * <p>Statistic and effect size are both H; there is no p-value. This form keeps its digits near 0,
 * where √(1 − Σ√(pq)) loses half of them. The effect's 95 % interval comes from the law of
 * 8·H²/(1/n + 1/m), which is approximately noncentral χ² (to second order H² is an eighth of Σ(q −
 * p)²/p); it is rough for large distances. Numbers are counted in the same bins as for {@link Psi};
 * NaN are left out and counted, and infinities fall into the outer bins. {@link
 * TestResult#enoughData()} is false if a sample is empty. Costs O(n log n + m log B) for numbers,
 * O(B) for counts. Immutable and thread-safe.
 *
 * <p>Source: E. Hellinger, Journal für die reine und angewandte Mathematik 136, 1909.
 */
public final class Hellinger implements TwoSampleTest, CategoricalTest {
  private final int bins;

  private Hellinger(Builder builder) {
    bins = builder.bins;
  }

  /**
   * Returns the distance with the defaults.
   *
   * @return the distance
   */
  public static Hellinger create() {
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

  private static final String NAME = "Hellinger distance";

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
      double d = Math.sqrt(p) - Math.sqrt(q);
      sum += d * d;
    }
    double distance = Math.min(1, Math.sqrt(sum / 2));
    TestResult result = new TestResult(NAME, distance, Double.NaN, distance, n, m, 0, 0, true);
    int degrees = Counts.occupied(reference, current) - 1;
    if (degrees < 1) {
      return result;
    }
    double unit = (1.0 / n + 1.0 / m) / 8;
    double observed = distance * distance / unit;
    return result.withEffect(
        Math.sqrt(NoncentralChiSquare.low(observed, degrees) * unit),
        Math.min(1, Math.sqrt(NoncentralChiSquare.high(observed, degrees) * unit)),
        Double.NaN);
  }

  /** Sets up a {@link Hellinger}. Not thread-safe; can be used again after a build. */
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
    public Hellinger build() {
      return new Hellinger(this);
    }
  }
}
