package dev.endolith.monitoring.drift;

/**
 * The Jensen-Shannon distance between the shares of two samples over bins or categories.
 *
 * <pre>{@code
 * JS = √(½·Σ pᵢ·log(pᵢ/rᵢ) + ½·Σ qᵢ·log(qᵢ/rᵢ)),   rᵢ = (pᵢ + qᵢ)/2,   0·log 0 = 0
 * }</pre>
 *
 * <p>Statistic and effect size are both the distance: a metric (Endres and Schindelin 2003), 0 for
 * equal shares. With the default base 2 it is 1 for samples that share no category; with the
 * natural logarithm √ln 2 ≈ 0.8326. Libraries of the same name differ: NannyML and TFDV take base
 * 2, Evidently and SciPy's default the natural logarithm, TFDV the divergence, which is the square.
 * No smoothing is needed, as empty bins are harmless.
 *
 * <p><b>P-value.</b> If nothing changed, 8·JS²/(1/n + 1/m), in nats, approximately follows χ² with
 * one degree of freedom less than there are bins that either sample fills: to second order JS² is
 * an eighth of Σ(q − p)²/p. It holds where bins are well filled, as for {@link Psi}.
 *
 * <p><b>Interval.</b> That law with a noncentrality of 8·JS²/(1/n + 1/m) of the population, turned
 * round: for changes that are not large a 95 % interval, for large ones a rough one. The lower end
 * is 0 where chance alone explains the distance.
 *
 * <p>Numbers are counted in the same bins as for {@link Psi}; NaN are left out and counted, and
 * infinities fall into the outer bins. {@link TestResult#enoughData()} is false if a sample is
 * empty. Costs O(n log n + m log B) for numbers, O(B) for counts. Immutable and thread-safe.
 *
 * <p>Source: J. Lin, <i>Divergence measures based on the Shannon entropy</i>, IEEE Transactions on
 * Information Theory 37(1), 1991.
 */
public final class JensenShannon implements TwoSampleTest, CategoricalTest {
  private static final String NATURAL = "Jensen-Shannon distance (natural logarithm)";
  private static final String BASE_2 = "Jensen-Shannon distance (base 2)";

  private static final double LN_2 = Math.log(2);

  private final int bins;
  private final boolean natural;

  private JensenShannon(Builder builder) {
    bins = builder.bins;
    natural = builder.natural;
  }

  /**
   * Returns the distance with base 2 and, for numbers, ten bins.
   *
   * @return the distance
   */
  public static JensenShannon create() {
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
  public TestResult compare(double[] reference, double[] current) {
    return BinnedComparison.compare(name(), reference, current, bins, this);
  }

  @Override
  public TestResult compare(long[] reference, long[] current) {
    Counts.check(reference, current);
    long n = Counts.total("reference", reference);
    long m = Counts.total("current", current);
    if (n == 0 || m == 0) {
      return TestResult.notEnoughData(name(), n, m, 0, 0);
    }
    double[][] work = WorkArrays.of(4, reference.length);
    Counts.shares(reference, n, 0, (double) n, work[0]);
    Counts.shares(current, m, 0, (double) m, work[1]);
    double sum = divergence(work[0], work[1], reference.length, work[2], work[3]);
    double nats = Math.min(LN_2, Math.max(0, sum / 2));
    double distance = natural ? Math.sqrt(nats) : Math.sqrt(nats / LN_2);
    int degrees = Counts.occupied(reference, current) - 1;
    double unit = (1.0 / n + 1.0 / m) / 8;
    double p = Counts.chiSquareSurvival(nats / unit, degrees);
    TestResult result = new TestResult(name(), distance, p, distance, n, m, 0, 0, true);
    if (degrees < 1) {
      return result;
    }
    double greatest = natural ? Math.sqrt(LN_2) : 1;
    double scale = natural ? unit : unit / LN_2;
    double least = Math.sqrt(NoncentralChiSquare.detectable(degrees) * scale);
    return result.withEffect(
        Math.sqrt(NoncentralChiSquare.low(nats / unit, degrees) * scale),
        Math.min(greatest, Math.sqrt(NoncentralChiSquare.high(nats / unit, degrees) * scale)),
        least > greatest ? Double.POSITIVE_INFINITY : least);
  }

  private String name() {
    return natural ? NATURAL : BASE_2;
  }

  /**
   * Σ p·ln(p/r) + q·ln(q/r) with r the mean of both, which is r·((1 + d)·ln(1 + d) + (1 − d)·ln(1 −
   * d)) for d = (q − p)/(q + p). For near-equal shares, where logarithms lose their last digits, it
   * is its series Σ d²ᵏ/(k·(2k − 1)).
   */
  private static double divergence(
      double[] p, double[] q, int bins, double[] differences, double[] parts) {
    LogRatio.relative(p, q, bins, differences);
    series(p, q, differences, bins, parts);
    for (int i = 0; i < bins; i++) {
      double d = differences[i];
      if (!(Math.abs(d) <= LogRatio.NEAR)) { // NaN where both are 0
        double both = p[i] + q[i];
        parts[i] = both == 0 ? 0 : both / 2 * (timesLog(1 + d) + timesLog(1 - d));
      }
    }
    return Sums.of(parts, bins);
  }

  /** x·ln x, which is 0 at 0. */
  private static double timesLog(double x) {
    return x == 0 ? 0 : x * Math.log(x);
  }

  /** By a polynomial in d² in place of the series, as in {@link LogRatio}, for the same reason. */
  private static void series(double[] p, double[] q, double[] d, int bins, double[] parts) {
    for (int i = 0; i < bins; i++) {
      double s = d[i] * d[i];
      double tail =
          0.010991955730822364
              + s
                  * (0.008292467101424393
                      + s
                          * (0.006882391109389019
                              + s * (0.003533311890293757 + s * 0.008809319759843233)));
      double head =
          1
              + s
                  * (0.16666666666666652
                      + s
                          * (0.06666666666686183
                              + s
                                  * (0.03571428567417319
                                      + s * (0.022222225410232742 + s * 0.015151386973709874))));
      parts[i] = (p[i] + q[i]) * 0.5 * s * (head + s * s * s * s * s * s * tail);
    }
  }

  /** Sets up a {@link JensenShannon}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private int bins = 10;
    private boolean natural;

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
     * Chooses the natural logarithm instead of base 2.
     *
     * @param natural true for the natural logarithm; false by default
     * @return this
     */
    public Builder naturalLogarithm(boolean natural) {
      this.natural = natural;
      return this;
    }

    /**
     * Makes the distance.
     *
     * @return the distance
     */
    public JensenShannon build() {
      return new JensenShannon(this);
    }
  }
}
