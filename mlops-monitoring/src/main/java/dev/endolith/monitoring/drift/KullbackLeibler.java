package dev.endolith.monitoring.drift;

/**
 * The Kullback-Leibler divergence of the current sample from the reference over bins or categories,
 * in nats: how many nats per value a code made for the current sample wastes on the reference.
 *
 * <pre>{@code
 * KL(reference ‖ current) = Σ pᵢ·ln(pᵢ/qᵢ),   0·ln 0 = 0,   p and q the shares of the reference and of the current sample
 * }</pre>
 *
 * <p>Not symmetric: the reference is the first argument, as in Evidently; Frouros takes the other
 * direction. Infinite if a category of the reference is gone, unless {@link Builder#smoothing} is
 * set. Statistic and effect size are both KL; there is no p-value. {@link JensenShannon} is the
 * bounded and symmetric relative. Numbers are counted in the same bins as for {@link Psi}; NaN are
 * left out and counted, and infinities fall into the outer bins. {@link TestResult#enoughData()} is
 * false if a sample is empty. Costs O(n log n + m log B) for numbers, O(B) for counts. Immutable
 * and thread-safe.
 *
 * <p><b>Interval.</b> Near equal shares 2·KL/(1/n + 1/m) follows noncentral χ², as for {@link
 * JensenShannon}; far from them KL is normal with the variance Var_p(ln(p/q))/n + (Σ p²/q − 1)/m of
 * the delta method, and a bias of (B − 1)/2·(1/n + 1/m) is taken off. The interval is the hull of
 * both. The minimum detectable effect is that of the test by the first law. There is neither with
 * smoothing, which moves KL by more than chance does, nor where KL is infinite.
 *
 * <p>Source: S. Kullback and R. A. Leibler, <i>On Information and Sufficiency</i>, Annals of
 * Mathematical Statistics 22, 1951.
 */
public final class KullbackLeibler implements TwoSampleTest, CategoricalTest {
  private final int bins;
  private final double smoothing;

  private KullbackLeibler(Builder builder) {
    bins = builder.bins;
    smoothing = builder.smoothing;
  }

  /**
   * Returns the distance with the defaults.
   *
   * @return the distance
   */
  public static KullbackLeibler create() {
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

  private static final String NAME = "Kullback-Leibler divergence";

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
      double p = (reference[i] + smoothing) / (n + smoothing * reference.length);
      double q = (current[i] + smoothing) / (m + smoothing * reference.length);
      // q − p is added, which cancels in the sum: all terms are positive then, and keep their
      // digits.
      sum += p == 0 ? q : q == 0 ? Double.POSITIVE_INFINITY : p * Math.log(p / q) + (q - p);
    }
    double distance = Math.max(0, sum);
    return interval(
        new TestResult(NAME, distance, Double.NaN, distance, n, m, 0, 0, true), reference, current);
  }

  private TestResult interval(TestResult result, long[] reference, long[] current) {
    double distance = result.effectSize();
    int degrees = Counts.occupied(reference, current) - 1;
    if (smoothing > 0 || degrees < 1 || Double.isInfinite(distance)) {
      return result;
    }
    double n = result.referenceSize();
    double m = result.currentSize();
    double squares = 0;
    double ratios = 0;
    for (int i = 0; i < reference.length; i++) {
      if (reference[i] > 0) {
        double p = reference[i] / n;
        double q = current[i] / m;
        double log = Math.log(p / q) - distance;
        squares += p * log * log;
        ratios += (p - q) * (p - q) / q; // Σ p²/q − 1, but for what only q fills
      } else {
        ratios += current[i] / m;
      }
    }
    double unit = (1 / n + 1 / m) / 2;
    double error = Normal.Z95 * Math.sqrt(squares / n + ratios / m);
    double center = distance - degrees * unit;
    double low = NoncentralChiSquare.low(distance / unit, degrees) * unit;
    double high = NoncentralChiSquare.high(distance / unit, degrees) * unit;
    return result.withEffect(
        Math.max(0, Math.min(low, center - error)),
        Math.max(high, center + error),
        NoncentralChiSquare.detectable(degrees) * unit);
  }

  /** Sets up a {@link KullbackLeibler}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private int bins = 10;
    private double smoothing = 0;

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
     * Sets what is added to each count before shares are taken.
     *
     * @param smoothing at least 0; 0 by default
     * @return this
     * @throws IllegalArgumentException if {@code smoothing} is negative, NaN or infinite
     */
    public Builder smoothing(double smoothing) {
      this.smoothing = Counts.checkRare("smoothing", smoothing);
      return this;
    }

    /**
     * Makes the distance.
     *
     * @return the distance
     */
    public KullbackLeibler build() {
      return new KullbackLeibler(this);
    }
  }
}
