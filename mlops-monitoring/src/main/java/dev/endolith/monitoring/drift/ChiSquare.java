package dev.endolith.monitoring.drift;

import java.util.Arrays;

/**
 * Pearson's χ² test of homogeneity for a 2 × k table: do two samples have the same shares of k
 * categories?
 *
 * <pre>{@code
 * X² = Σ (O − E)² / E over all 2k cells,   E = row total · column total / N,   p = P(χ²ₖ₋₁ ≥ X²)
 * }</pre>
 *
 * <p>The statistic is X²; the effect size is Cramér's V = √(X²/N), in [0, 1]: 0 for equal shares, 1
 * for no category in common. Both samples are treated as samples (Pearson 1900); a test that takes
 * the reference's shares as exact alarms far too often. Categories that occur in neither sample are
 * dropped. With one category left X² = 0 and p = 1.
 *
 * <p><b>Rare categories.</b> The χ² law needs some data in every column. By default a category that
 * occurs fewer than five times in both samples together, or is expected less than once in one of
 * them (Cochran 1952), is added to a category OTHER; if OTHER is still rare, the next rarest joins
 * it. At least two categories stay; for a small 2 × 2 table p is then rough. See {@link
 * Builder#rareBelow}; {@link TestResult#method()} says when this happened. A category that is new
 * is a finding of its own, which pooling may hide: check for it apart.
 *
 * <p>{@link TestResult#enoughData()} is false if a sample is empty. Costs O(k) without, O(k log k)
 * with pooling. Immutable and thread-safe.
 */
public final class ChiSquare implements CategoricalTest {
  private static final String NAME = "chi-square";
  private static final double LEAST_EXPECTED = 1;

  private final double rareBelow;
  private final boolean yates;

  private ChiSquare(Builder builder) {
    rareBelow = builder.rareBelow;
    yates = builder.yates;
  }

  /**
   * Returns the test with pooling of rare categories and without Yates' correction.
   *
   * @return the test
   */
  public static ChiSquare create() {
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
    double[][] columns = columns(reference, current);
    double[][] kept = rareBelow > 0 ? pooled(columns, n, m, rareBelow) : columns;
    int degreesOfFreedom = kept.length - 1;
    double statistic = statistic(kept, n, m, yates && degreesOfFreedom == 1);
    double effect = Math.min(1, Math.sqrt(statistic(kept, n, m, false) / ((double) n + m)));
    String method =
        NAME + (yates && degreesOfFreedom == 1 ? ", Yates" : "") + poolingOf(columns, kept);
    double p = Counts.chiSquareSurvival(statistic, degreesOfFreedom);
    return withInterval(
        new TestResult(method, statistic, p, effect, n, m, 0, 0, true), degreesOfFreedom);
  }

  /**
   * Adds the interval of V: N·V² is noncentral χ² with noncentrality N·V² of the population, so
   * that the noncentralities that agree with the observed one bound it (Smithson, Confidence
   * Intervals, 2003, 4.3).
   */
  static TestResult withInterval(TestResult result, int degreesOfFreedom) {
    double all = (double) result.referenceSize() + result.currentSize();
    double observed = all * result.effectSize() * result.effectSize();
    double least = Math.sqrt(NoncentralChiSquare.detectable(degreesOfFreedom) / all);
    return degreesOfFreedom < 1
        ? result
        : result.withEffect(
            Math.sqrt(NoncentralChiSquare.low(observed, degreesOfFreedom) / all),
            Math.min(1, Math.sqrt(NoncentralChiSquare.high(observed, degreesOfFreedom) / all)),
            least > 1 ? Double.POSITIVE_INFINITY : least);
  }

  /** The columns that are not empty, in their order, each as {reference, current}. */
  static double[][] columns(long[] reference, long[] current) {
    // Doubles, as sums may exceed a long.
    double[][] columns = new double[Counts.occupied(reference, current)][];
    int k = 0;
    for (int i = 0; i < reference.length; i++) {
      if (reference[i] > 0 || current[i] > 0) {
        columns[k++] = new double[] {reference[i], current[i]};
      }
    }
    return columns;
  }

  /** What a method's name says of rare categories. */
  static String poolingOf(double[][] columns, double[][] kept) {
    return kept.length < columns.length
        ? ", " + (columns.length - kept.length + 1) + " rare categories pooled"
        : "";
  }

  static double statistic(double[][] columns, long n, long m, boolean yates) {
    double all = (double) n + m;
    double sum = 0;
    for (double[] column : columns) {
      double both = column[0] + column[1];
      sum += cell(column[0], both * (n / all), yates);
      sum += cell(column[1], both * (m / all), yates);
    }
    return sum;
  }

  private static double cell(double observed, double expected, boolean yates) {
    double difference = Math.abs(observed - expected);
    if (yates) {
      difference -= Math.min(0.5, difference);
    }
    return difference * difference / expected;
  }

  /** Adds the rarest columns together until none is rare or only two are left. */
  static double[][] pooled(double[][] columns, long n, long m, double rareBelow) {
    double leastTotal = Math.max(rareBelow, LEAST_EXPECTED * ((double) n + m) / Math.min(n, m));
    if (columns.length <= 2 || Arrays.stream(columns).allMatch(c -> c[0] + c[1] >= leastTotal)) {
      return columns;
    }
    double[][] ascending = columns.clone();
    Arrays.sort(ascending, (a, b) -> Double.compare(a[0] + a[1], b[0] + b[1]));
    double[] other = {0, 0};
    int taken = 0;
    while (taken < ascending.length - 1
        && (ascending[taken][0] + ascending[taken][1] < leastTotal
            || (other[0] + other[1] < leastTotal && taken > 0))) {
      other[0] += ascending[taken][0];
      other[1] += ascending[taken][1];
      taken++;
    }
    double[][] kept = Arrays.copyOfRange(ascending, taken - 1, ascending.length);
    kept[0] = other;
    return kept;
  }

  /** Sets up a {@link ChiSquare}. Not thread-safe; can be used again after {@link #build()}. */
  public static final class Builder {
    private double rareBelow = 5;
    private boolean yates;

    private Builder() {}

    /**
     * Sets how often a category must occur, in both samples together, to stand for itself. Rarer
     * ones, and ones that are expected less than once in one of the samples, are pooled.
     *
     * @param rareBelow at least 0; 5 by default; 0 turns pooling off altogether, and the p-value is
     *     then for the caller to judge
     * @return this
     * @throws IllegalArgumentException if {@code rareBelow} is negative, NaN or infinite
     */
    public Builder rareBelow(double rareBelow) {
      if (!(rareBelow >= 0 && rareBelow < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "rareBelow must be finite and at least 0, was " + rareBelow);
      }
      this.rareBelow = rareBelow;
      return this;
    }

    /**
     * Chooses whether |O − E| is lessened by ½ in 2 × 2 tables (Yates 1934), which makes the test
     * conservative.
     *
     * @param yates true to correct; false by default
     * @return this
     */
    public Builder yates(boolean yates) {
      this.yates = yates;
      return this;
    }

    /**
     * Makes the test.
     *
     * @return the test
     */
    public ChiSquare build() {
      return new ChiSquare(this);
    }
  }
}
