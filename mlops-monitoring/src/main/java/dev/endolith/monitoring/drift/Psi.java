package dev.endolith.monitoring.drift;

/**
 * The population stability index: the symmetrised Kullback-Leibler divergence between the shares of
 * two samples over B bins or categories.
 *
 * <pre>{@code
 * PSI = Σ (qᵢ − pᵢ)·ln(qᵢ/pᵢ),   pᵢ = (aᵢ + ½)/(n + B/2),   qᵢ = (bᵢ + ½)/(m + B/2)
 * }</pre>
 *
 * <p>where a are the n counts of the reference and b the m counts of the current sample. The half
 * (Laplace, Jeffreys' choice) keeps an empty bin finite, and shrinks with the sample; see {@link
 * Builder#smoothing} and {@link Builder#zeroShare}. Statistic and effect size are both PSI, at
 * least 0. Banking practice calls 0.1 a change worth a look and 0.25 a large one, but a fixed
 * threshold fires on noise below some 300 values, so there is a p-value, too.
 *
 * <p><b>P-value.</b> If nothing changed, PSI/(1/n + 1/m) approximately follows χ² with one degree
 * of freedom less than there are bins that either sample fills (B. Yurdakul and J. Naranjo, Journal
 * of Risk Model Validation 14(4), 2020). It holds where bins are well filled; with fewer than about
 * ten values expected in a bin it is rough.
 *
 * <p><b>Interval.</b> Of the population's PSI, so that it may lie below the statistic, to which
 * chance alone adds (B − 1)(1/n + 1/m) on average. The wider of two at each end: the null law above
 * with a noncentrality of PSI/(1/n + 1/m), which is right for small changes, and the delta method,
 * which is for large ones.
 *
 * <p><b>Numbers</b> are first counted in bins made from the reference only: ten by default, between
 * its quantiles, the outer ones open, with a bin of its own for a value on which several quantiles
 * fall. NaN are left out and counted; infinities fall into the outer bins. The reference's bins
 * make its own counts equal by construction, which does not disturb the law above noticeably.
 *
 * <p>{@link TestResult#enoughData()} is false if a sample is empty. Costs O(n log n + m log B) for
 * numbers, O(B) for counts. Immutable and thread-safe.
 */
public final class Psi implements TwoSampleTest, CategoricalTest {
  private static final String NAME = "PSI";

  private final int bins;
  private final double smoothing;
  private final double zeroShare;

  private Psi(Builder builder) {
    bins = builder.bins;
    smoothing = builder.smoothing;
    zeroShare = builder.zeroShare;
  }

  /**
   * Returns the index with ten bins and a smoothing of one half.
   *
   * @return the index
   */
  public static Psi create() {
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
    int bins = reference.length;
    double[][] work = WorkArrays.of(8, bins);
    double[] p = work[0];
    double[] q = work[1];
    double[] logs = work[2];
    shares(reference, n, p);
    shares(current, m, q);
    if (smoothing == 0 && zeroShare == 0) {
      leaveOutEmpty(p, q, bins);
    }
    LogRatio.of(p, q, bins, work[3], logs);
    terms(p, q, logs, bins, work[4], work[5]);
    squares(p, q, logs, bins, work[6], work[7]);
    double sum = Sums.of(work[4], bins);
    double ofCurrent = Sums.of(work[5], bins);
    double ofReference = ofCurrent - sum;
    double ofCurrentSquared = Sums.of(work[6], bins);
    double ofReferenceSquared = Sums.of(work[7], bins);
    int degrees = Counts.occupied(reference, current) - 1;
    double unit = 1.0 / n + 1.0 / m;
    double chance = Counts.chiSquareSurvival(sum / unit, degrees);
    TestResult result = new TestResult(NAME, sum, chance, sum, n, m, 0, 0, true);
    if (degrees < 1) {
      return result;
    }
    double deviation =
        Math.sqrt(
            Math.max(0, ofReferenceSquared - ofReference * ofReference) / n
                + Math.max(0, ofCurrentSquared - ofCurrent * ofCurrent) / m);
    double half = Normal.Z95 * deviation;
    double low = NoncentralChiSquare.low(sum / unit, degrees) * unit;
    double high = NoncentralChiSquare.high(sum / unit, degrees) * unit;
    return result.withEffect(
        Math.max(0, Math.min(low, sum - degrees * unit - half)),
        Math.max(high, sum - degrees * unit + half),
        NoncentralChiSquare.detectable(degrees) * unit);
  }

  private void shares(long[] counts, long total, double[] shares) {
    Counts.shares(counts, total, smoothing, total + smoothing * counts.length, shares);
    if (zeroShare > 0) {
      for (int i = 0; i < counts.length; i++) {
        shares[i] = shares[i] == 0 ? zeroShare : shares[i];
      }
    }
  }

  /** A bin that neither sample fills adds as much as one that both fill equally: nothing. */
  private static void leaveOutEmpty(double[] p, double[] q, int bins) {
    for (int i = 0; i < bins; i++) {
      if (p[i] == 0 && q[i] == 0) {
        p[i] = 1;
        q[i] = 1;
      }
    }
  }

  private static void terms(
      double[] p, double[] q, double[] logs, int bins, double[] terms, double[] ofCurrent) {
    for (int i = 0; i < bins; i++) {
      terms[i] = (q[i] - p[i]) * logs[i];
      ofCurrent[i] = q[i] * logs[i] + (q[i] - p[i]);
    }
  }

  /**
   * What the delta method squares: ln(q/p) + 1 − p/q over the current sample, and the same with p
   * and q exchanged over the reference.
   */
  private static void squares(
      double[] p, double[] q, double[] logs, int bins, double[] ofCurrent, double[] ofReference) {
    for (int i = 0; i < bins; i++) {
      double change = q[i] - p[i];
      double onCurrent = q[i] * logs[i] + change;
      double onReference = p[i] * logs[i] + change;
      ofCurrent[i] = onCurrent * onCurrent / q[i];
      ofReference[i] = onReference * onReference / p[i];
    }
  }

  /** Sets up a {@link Psi}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private int bins = 10;
    private double smoothing = 0.5;
    private double zeroShare;

    private Builder() {}

    /**
     * Sets into how many bins numbers are counted.
     *
     * @param bins in [2, 1000]; 10 by default. More see finer changes and need more data.
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
     * @param smoothing at least 0; 0.5 by default. With 0 a bin that is empty on one side makes the
     *     index infinite, unless {@link #zeroShare} is set.
     * @return this
     * @throws IllegalArgumentException if {@code smoothing} is negative, NaN or infinite
     */
    public Builder smoothing(double smoothing) {
      if (!(smoothing >= 0 && smoothing < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "smoothing must be finite and at least 0, was " + smoothing);
      }
      this.smoothing = smoothing;
      return this;
    }

    /**
     * Sets the share that an empty bin is given, without smoothing and without renormalising: the
     * rule of Evidently and of much banking practice, with 0.0001. The result then depends on the
     * choice more than on the data where bins are empty. Sets {@link #smoothing} to 0.
     *
     * @param zeroShare in (0, 1)
     * @return this
     * @throws IllegalArgumentException if {@code zeroShare} is not in (0, 1)
     */
    public Builder zeroShare(double zeroShare) {
      if (!(zeroShare > 0 && zeroShare < 1)) {
        throw new IllegalArgumentException("zeroShare must be in (0, 1), was " + zeroShare);
      }
      this.zeroShare = zeroShare;
      smoothing = 0;
      return this;
    }

    /**
     * Makes the index.
     *
     * @return the index
     */
    public Psi build() {
      return new Psi(this);
    }
  }
}
