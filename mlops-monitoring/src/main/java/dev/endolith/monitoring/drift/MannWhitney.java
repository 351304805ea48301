package dev.endolith.monitoring.drift;

/**
 * The Mann-Whitney U test (Wilcoxon's rank sum test): does a value of one sample tend to be larger
 * than one of the other?
 *
 * <pre>{@code
 * U = R − n·(n + 1)/2,  R the sum of the reference's mid-ranks in the pooled sample
 * σ² = nm/12·(N + 1 − Σ(t³ − t)/(N·(N − 1))),  t the sizes of the runs of equal values
 * p = 2·Φ(−(max(U, nm − U) − nm/2 − ½)/σ)
 * }</pre>
 *
 * <p>The statistic is the reference's U. The effect size is U/(nm), in [0, 1]: the probability that
 * a value of the reference exceeds one of the current sample, ties counted as half; ½ means no
 * difference. Its 95 % interval comes from the placements (Brunner and Munzel 2000; NaN below two
 * values). The minimum detectable effect, a distance from ½, is Noether's (1987). As in SciPy, p is
 * exact if a sample has at most eight values and there are no ties. If all values are equal, p = 1.
 * Infinities are ordinary values, which a test by ranks can take. NaN are left out and counted. One
 * value on each side is enough. Costs two sorts. Immutable and thread-safe.
 *
 * <p>Source: H. B. Mann and D. R. Whitney, <i>On a Test of Whether one of Two Random Variables is
 * Stochastically Larger than the Other</i>, Annals of Mathematical Statistics 18, 1947.
 */
public final class MannWhitney implements TwoSampleTest {
  private final Method method;
  private final boolean continuity;

  private MannWhitney(Builder builder) {
    method = builder.method;
    continuity = builder.continuity;
  }

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static MannWhitney create() {
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

  private static final String NAME = "Mann-Whitney";
  private static final int SMALL = 8;

  /** About as many additions twice: the half of n·m for each value of the smaller sample. */
  private static final double MOST_STEPS = 2.5e8;

  /** How the p-value is computed. */
  public enum Method {
    /** Exact if a sample has at most eight values and there are no ties, asymptotic otherwise. */
    AUTO,
    /**
     * The exact law without ties; with ties it is an approximation. It takes O(n·m·min(n, m))
     * steps: beyond 2.5·10<sup>8</sup>, as for two samples of more than 629, some tenths of a
     * second, the law is the asymptotic one, and {@link TestResult#method()} says so.
     */
    EXACT,
    /** The normal law with ties taken into account. */
    ASYMPTOTIC
  }

  @Override
  public TestResult compare(double[] reference, double[] current) {
    SortedPair pair = new SortedPair(reference, current);
    if (pair.isEmpty()) {
      return pair.notEnoughData(NAME);
    }
    Sums sums = new Sums();
    pair.forEachBlock(sums);
    double n = pair.n;
    double m = pair.m;
    double u = sums.above;
    boolean small = Math.min(n, m) <= SMALL && sums.ties == 0;
    boolean exact =
        (method == Method.EXACT || (method == Method.AUTO && small))
            && n * m * Math.min(n, m) <= MOST_STEPS;
    double p = exact ? exact(pair.n, pair.m, u) : asymptotic(n, m, u, sums.ties);
    double effect = u / (n * m);
    double half = halfWidth(pair, effect);
    return pair.result(
            NAME + (exact ? " (exact)" : " (asymptotic)"),
            u,
            p,
            effect,
            Math.max(0, effect - half),
            Math.min(1, effect + half))
        .detecting(Normal.detectable(Math.sqrt((n + m + 1) / (12 * n * m)), 0.5));
  }

  private double asymptotic(double n, double m, double u, double ties) {
    double all = n + m;
    double variance = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
    if (!(variance > 1e-9 * n * m)) {
      return 1;
    }
    double distance = Math.max(u, n * m - u) - n * m / 2 - (continuity ? 0.5 : 0);
    return Math.min(1, 2 * Normal.survival(distance / Math.sqrt(variance)));
  }

  /**
   * Twice P(U >= max(u, nm − u)). The numbers of orders by U are the coefficients of the product
   * over i of (1 − q^(m+i))/(1 − q^i) (the Gaussian binomial). Each factor is divided by its sum,
   * (m + i)/i, so that the coefficients are probabilities at each step: as counts they would leave
   * the range of a double from 515 values a side.
   */
  private static double exact(int n, int m, double u) {
    int few = Math.min(n, m);
    int many = Math.max(n, m);
    // By symmetry the lower tail, where the coefficients are small.
    int most = (int) Math.floor((double) n * m - Math.max(u, (double) n * m - u));
    double[] ways = new double[most + 1];
    ways[0] = 1;
    for (int i = 1; i <= few; i++) {
      for (int k = i; k <= most; k++) {
        ways[k] += ways[k - i];
      }
      for (int k = most; k >= many + i; k--) {
        ways[k] -= ways[k - many - i];
      }
      double share = (double) i / (many + i);
      for (int k = 0; k <= most; k++) {
        ways[k] *= share;
      }
    }
    double tail = 0;
    for (double way : ways) {
      tail += way;
    }
    return Math.max(0, Math.min(1, 2 * tail)); // rounding may leave −1e-320
  }

  private static double halfWidth(SortedPair pair, double effect) {
    if (pair.n < 2 || pair.m < 2) {
      return Double.NaN;
    }
    Placements placements = new Placements(pair, effect);
    pair.forEachBlock(placements);
    double n = pair.n;
    double m = pair.m;
    return Normal.Z95 * Math.sqrt(placements.ofX / ((n - 1) * n) + placements.ofY / ((m - 1) * m));
  }

  /** U, and the sum of t³ − t. */
  private static final class Sums implements SortedPair.Blocks {
    private double above;
    private double ties;
    private double belowY;

    @Override
    public void block(double value, int inX, int inY) {
      above += inX * (belowY + inY / 2.0);
      belowY += inY;
      double t = (double) inX + inY;
      ties += t * t * t - t;
    }
  }

  /** Squared distances of each value's placement in the other sample from the mean placement. */
  private static final class Placements implements SortedPair.Blocks {
    private final SortedPair pair;
    private final double effect;
    private double belowX;
    private double belowY;
    private double ofX;
    private double ofY;

    Placements(SortedPair pair, double effect) {
      this.pair = pair;
      this.effect = effect;
    }

    @Override
    public void block(double value, int inX, int inY) {
      double x = (belowY + inY / 2.0) / pair.m - effect;
      double y = 1 - (belowX + inX / 2.0) / pair.n - effect;
      ofX += inX * x * x;
      ofY += inY * y * y;
      belowX += inX;
      belowY += inY;
    }
  }

  /** Sets up a {@link MannWhitney}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private Method method = Method.AUTO;
    private boolean continuity = true;

    private Builder() {}

    /**
     * Chooses how the p-value is computed.
     *
     * @param method the method; {@link Method#AUTO} by default
     * @return this
     */
    public Builder method(Method method) {
      this.method = method;
      return this;
    }

    /**
     * Chooses whether an asymptotic p-value is corrected by ½ for continuity.
     *
     * @param continuity true to correct; true by default
     * @return this
     */
    public Builder continuity(boolean continuity) {
      this.continuity = continuity;
      return this;
    }

    /**
     * Makes the test.
     *
     * @return the test
     */
    public MannWhitney build() {
      return new MannWhitney(this);
    }
  }
}
