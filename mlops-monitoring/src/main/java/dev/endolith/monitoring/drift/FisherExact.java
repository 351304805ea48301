package dev.endolith.monitoring.drift;

/**
 * Fisher's exact test of a 2 × 2 table: are two shares of a binary category the same?
 *
 * <pre>{@code
 * p = Σ of the hypergeometric probabilities of all tables with the same margins that are at most that of the observed one
 * }</pre>
 *
 * <p>(with a slack of 10<sup>-7</sup>, relative, for tables that tie but for rounding; as in R and
 * SciPy). The statistic is the odds ratio (a·d)/(b·c) of the table with the reference in the first
 * row: infinite where only b·c is 0, and 1 where both products are, as nothing speaks against equal
 * odds. The effect size is its logarithm's distance from 0 in the form of Yule's Q, (ad − bc)/(ad +
 * bc), in [−1, 1], with the 95 % interval of the log odds ratio (Woolf 1955, ½ added to each cell).
 *
 * <p>Categories that occur in neither sample are dropped; with one left p = 1. Tables of more than
 * two categories are beyond this test: they get the p-value of {@link GTest} and V as effect, as
 * {@link TestResult#method()} then says, and so do tables whose totals exceed 10<sup>12</sup>.
 * {@link TestResult#enoughData()} is false if a sample is empty. O(√N). Immutable and thread-safe.
 *
 * <p>Source: R. A. Fisher, <i>The Logic of Inductive Inference</i>, JRSS 98, 1935.
 */
public final class FisherExact implements CategoricalTest {

  private FisherExact() {}

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static FisherExact create() {
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

  private static final String NAME = "Fisher exact";
  private static final double SLACK = 1 + 1e-7;
  private static final double MOST = 1e12;

  @Override
  public TestResult compare(long[] reference, long[] current) {
    Counts.check(reference, current);
    long n = Counts.total("reference", reference);
    long m = Counts.total("current", current);
    if (n == 0 || m == 0) {
      return TestResult.notEnoughData(NAME, n, m, 0, 0);
    }
    double[][] columns = ChiSquare.columns(reference, current);
    if (columns.length == 1) {
      return new TestResult(NAME, 1, 1, 0, n, m, 0, 0, true);
    }
    if (columns.length > 2 || (double) n + m > MOST) {
      return PowerDivergence.compare(NAME + " (too large, by G)", 0, 0, reference, current);
    }
    double a = columns[0][0];
    double b = columns[1][0];
    double c = columns[0][1];
    double d = columns[1][1];
    double odds = a * d == 0 && b * c == 0 ? 1 : a * d / (b * c);
    double effect = a * d + b * c == 0 ? 0 : (a * d - b * c) / (a * d + b * c);
    double log = Math.log((a + 0.5) / (b + 0.5) * ((d + 0.5) / (c + 0.5)));
    double half =
        Normal.Z95 * Math.sqrt(1 / (a + 0.5) + 1 / (b + 0.5) + 1 / (c + 0.5) + 1 / (d + 0.5));
    // Yule's Q of odds e^l is tanh(l/2).
    return new TestResult(
        NAME,
        odds,
        p((long) a, (long) b, (long) c, (long) d),
        effect,
        Math.min(effect, Math.tanh((log - half) / 2)),
        Math.max(effect, Math.tanh((log + half) / 2)),
        Math.tanh(Normal.detectable(half / Normal.Z95, Double.POSITIVE_INFINITY) / 2),
        n,
        m,
        0,
        0,
        true);
  }

  /**
   * Weights relative to the most probable table, by the ratio of neighbours, out to where they no
   * longer count.
   */
  static double p(long a, long b, long c, long d) {
    double row = (double) a + b;
    double column = (double) a + c;
    double all = row + c + d;
    long low = Math.max(0, a - d);
    long high = a + Math.min(b, c);
    long mode =
        Math.max(low, Math.min(high, (long) Math.floor((row + 1) * (column + 1) / (all + 2))));
    // d − a is the same in all tables with these margins.
    double spare = (double) d - a;
    double observed = weight(a, mode, row, column, spare);
    double total = 0;
    double extreme = 0;
    double w = 1;
    for (long x = mode; x <= high && w > 0; x++) {
      total += w;
      extreme += w <= observed * SLACK ? w : 0;
      w *= (row - x) * (column - x) / ((x + 1.0) * (spare + x + 1));
    }
    w = 1;
    for (long x = mode; x > low && w > 0; x--) {
      w *= (double) x * (spare + x) / ((row - x + 1) * (column - x + 1));
      total += w;
      extreme += w <= observed * SLACK ? w : 0;
    }
    return Math.min(1, extreme / total);
  }

  private static double weight(long a, long mode, double row, double column, double spare) {
    double w = 1;
    for (long x = mode; x < a && w > 0; x++) {
      w *= (row - x) * (column - x) / ((x + 1.0) * (spare + x + 1));
    }
    for (long x = mode; x > a && w > 0; x--) {
      w *= (double) x * (spare + x) / ((row - x + 1) * (column - x + 1));
    }
    return w;
  }

  /** Sets up a {@link FisherExact}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private Builder() {}

    /**
     * Makes the test.
     *
     * @return the test
     */
    public FisherExact build() {
      return new FisherExact();
    }
  }
}
