package dev.endolith.monitoring.drift;

/**
 * Cramér's V of the table sample × category, corrected for bias: how much the category says about
 * which sample a row is from, in [0, 1].
 *
 * <pre>{@code
 * φ² = max(0, X²/N − (k − 1)/(N − 1)),   k̃ = k − (k − 1)²/(N − 1),   r̃ = 2 − 1/(N − 1)
 * V = √(φ²/min(k̃ − 1, r̃ − 1)),   X² Pearson's statistic without correction
 * }</pre>
 *
 * <p>Statistic and effect size are both V. Chance alone makes √(X²/N), the effect of {@link
 * ChiSquare}, about √((k − 1)/N); of this V it makes 0 for half of all samples. The p-value is that
 * of X², whose law the 95 % interval is from, too. Differences to Deepchecks: the larger sample is
 * not shrunk to the size of the smaller, a rounding that costs power, and rare categories are
 * pooled by the rule of {@link ChiSquare} for the p-value and for V alike.
 *
 * <p>With one category left V = 0 and p = 1. {@link TestResult#enoughData()} is false if a sample
 * is empty. O(k log k). Immutable and thread-safe.
 *
 * <p>Source: W. Bergsma, <i>A bias-correction for Cramér's V and Tschuprow's T</i>, Journal of the
 * Korean Statistical Society 42, 2013.
 */
public final class CramersV implements CategoricalTest {
  private static final String NAME = "Cramer's V";

  private final double rareBelow;
  private final boolean corrected;

  private CramersV(Builder builder) {
    rareBelow = builder.rareBelow;
    corrected = builder.corrected;
  }

  /**
   * Returns V with the defaults.
   *
   * @return the measure
   */
  public static CramersV create() {
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
    double[][] columns = ChiSquare.columns(reference, current);
    double[][] kept = rareBelow > 0 ? ChiSquare.pooled(columns, n, m, rareBelow) : columns;
    int degrees = kept.length - 1;
    double all = (double) n + m;
    double square = ChiSquare.statistic(kept, n, m, false);
    double plain = Math.min(1, Math.sqrt(square / all));
    double v = corrected ? corrected(square, kept.length, all) : plain;
    TestResult interval =
        ChiSquare.withInterval(
            new TestResult(NAME, plain, Double.NaN, plain, n, m, 0, 0, true), degrees);
    String name =
        NAME + (corrected ? " (bias-corrected)" : "") + ChiSquare.poolingOf(columns, kept);
    return new TestResult(
        name,
        v,
        Counts.chiSquareSurvival(square, degrees),
        v,
        interval.effectLow(),
        interval.effectHigh(),
        interval.minimumDetectableEffect(),
        n,
        m,
        0,
        0,
        true);
  }

  private static double corrected(double square, int k, double all) {
    double columns = k - (k - 1.0) * (k - 1) / (all - 1);
    double rows = 2 - 1 / (all - 1);
    double phi = Math.max(0, square / all - (k - 1) / (all - 1));
    double most = Math.min(columns, rows) - 1;
    return k < 2 || !(most > 0) ? 0 : Math.min(1, Math.sqrt(phi / most));
  }

  /** Sets up a {@link CramersV}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private double rareBelow = 5;
    private boolean corrected = true;

    private Builder() {}

    /**
     * Sets how often a category must occur to stand for itself, as for {@link ChiSquare}.
     *
     * @param rareBelow at least 0; 5 by default; 0 turns pooling off
     * @return this
     * @throws IllegalArgumentException if {@code rareBelow} is negative, NaN or infinite
     */
    public Builder rareBelow(double rareBelow) {
      this.rareBelow = Counts.checkRare(rareBelow);
      return this;
    }

    /**
     * Chooses whether V is corrected for bias.
     *
     * @param corrected true for Bergsma's V, the default; false for √(X²/N)
     * @return this
     */
    public Builder corrected(boolean corrected) {
      this.corrected = corrected;
      return this;
    }

    /**
     * Makes the measure.
     *
     * @return the measure
     */
    public CramersV build() {
      return new CramersV(this);
    }
  }
}
