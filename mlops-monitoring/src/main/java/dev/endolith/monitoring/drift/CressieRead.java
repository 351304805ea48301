package dev.endolith.monitoring.drift;

/**
 * Cressie and Read's power divergence test with λ = ⅔ of homogeneity for a 2 × k table: between χ²
 * and G, and closest to its law in sparse tables.
 *
 * <pre>{@code
 * CR = 2/(λ·(λ + 1))·Σ O·((O/E)^λ − 1) over all 2k cells,   λ = 2/3
 * E = row total · column total / N,   p = P(χ²ₖ₋₁ ≥ statistic)
 * }</pre>
 *
 * <p>Both samples are treated as samples, whatever their sizes. The effect size is Cramér's V of
 * the table, in [0, 1]; see {@link ChiSquare}. Categories that occur in neither sample are dropped;
 * with one left the statistic is 0 and p = 1. {@link TestResult#enoughData()} is false if a sample
 * is empty. O(k). Immutable and thread-safe.
 *
 * <p>Source: N. Cressie and T. R. C. Read, <i>Multinomial Goodness-of-Fit Tests</i>, JRSS B 46,
 * 1984.
 */
public final class CressieRead implements CategoricalTest {
  private final double rareBelow;

  private CressieRead(Builder builder) {
    rareBelow = builder.rareBelow;
  }

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static CressieRead create() {
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
    return PowerDivergence.compare("Cressie-Read", 2.0 / 3, rareBelow, reference, current);
  }

  /** Sets up a {@link CressieRead}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private double rareBelow = 0;

    private Builder() {}

    /**
     * Sets how often a category must occur, in both samples together, to stand for itself; rarer
     * ones are pooled as {@link ChiSquare.Builder#rareBelow} describes.
     *
     * @param rareBelow at least 0; 0, no pooling, by default
     * @return this
     * @throws IllegalArgumentException if {@code rareBelow} is negative, NaN or infinite
     */
    public Builder rareBelow(double rareBelow) {
      this.rareBelow = Counts.checkRare(rareBelow);
      return this;
    }

    /**
     * Makes the test.
     *
     * @return the test
     */
    public CressieRead build() {
      return new CressieRead(this);
    }
  }
}
