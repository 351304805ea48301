package dev.endolith.monitoring.drift;

/**
 * The Anderson-Darling test of two samples: like {@link CramerVonMises}, with more weight on the
 * tails.
 *
 * <pre>{@code
 * A² = (N − 1)/N·Σ_i 1/n_i·Σ_j l_j/N·(N·M_ij − B_j·n_i)²/(B_j·(N − B_j) − N·l_j/4)
 * statistic (A² − 1)/σ_N
 * }</pre>
 *
 * <p>over the distinct pooled values j with l_j copies; M_ij and B_j count the values below, and
 * half of the equal ones, in sample i and in all. The effect size is the statistic per value, A²/N,
 * at least 0.
 *
 * <p><b>P-values.</b> From 0.001 to 0.25 by the quadratic in ln p through Scholz and Stephens'
 * critical values, as SciPy does. SciPy's p stops at these two bounds; here they go on by the limit
 * law: above by the approximation of G. and J. Marsaglia (2004), below by its leading term √3·P(χ²₁
 * ≥ 2z), so that the test can still reject when many columns are tested at once. The two laws
 * differ by some percent where they meet, and p is kept monotone there.
 *
 * <p><b>Ties.</b> σ_N assumes that there are none. A few do no harm; with a large point mass the
 * test rejects too often (9 % instead of 5 % where two thirds of the values are zero): take {@link
 * KolmogorovSmirnov} with ties conditioned on, or {@link MannWhitney}.
 *
 * <p><b>Interval.</b> If {@link Builder#resamples} asks for it: the 95 % point of the error of the
 * effect's root, found by drawing both samples again, is added and taken off, as by the triangle
 * inequality that misses the truth by no more (Giné and Zinn 1990 for the bootstrap). It holds for
 * equal laws as well; far from them it is wider than it need be. Each resample costs O(n + m);
 * there is no interval with an infinite value.
 *
 * <p>The minimum detectable effect is (√2.492 + 0.8416·√½)²/N: the limit law's 5 % point, and the
 * 80 % point of what the observed norm may fall short by, whose variance is at most the greatest
 * eigenvalue ½ of the law (Anderson and Darling 1952). An upper bound, for effects that are small.
 *
 * <p>If all values are equal, the statistic is 0 and p = 1. Infinities are ordinary values. NaN are
 * left out and counted. At least two values in all and one on each side. Costs two sorts. Immutable
 * and thread-safe.
 *
 * <p>Source: F. W. Scholz and M. A. Stephens, <i>K-Sample Anderson-Darling Tests</i>, JASA 82,
 * 1987, equations 6 and 7.
 */
public final class AndersonDarling implements TwoSampleTest {
  private final boolean midrank;
  private final Resampling resampling;

  private AndersonDarling(Builder builder) {
    midrank = builder.midrank;
    resampling = builder.resampling;
  }

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static AndersonDarling create() {
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

  private static final String NAME = "Anderson-Darling";
  // ln p as a quadratic in the statistic: least squares through the critical values for two samples
  // at 0.25, 0.1, 0.05, 0.025, 0.01, 0.005 and 0.001 (Scholz and Stephens 1987, table 1).
  private static final double SQUARE = 0.01819809457411147;
  private static final double LINEAR = -1.0082265644652515;
  private static final double CONSTANT = -1.077770279820484;

  /** The limit law's 5 % point, and the root of its greatest eigenvalue times the 80 % point. */
  private static final double DETECTABLE =
      Math.pow(Math.sqrt(2.4924) + 0.8416212 * Math.sqrt(0.5), 2);

  private static final double LEAST_CRITICAL = 0.325;
  private static final double GREATEST_CRITICAL = 6.546;
  // Variance of the limit law: 2·(π² − 9)/3.
  private static final double LIMIT_DEVIATION = Math.sqrt(2 * (Math.PI * Math.PI - 9) / 3);

  @Override
  public TestResult compare(double[] reference, double[] current) {
    SortedPair pair = new SortedPair(reference, current);
    if (pair.isEmpty()) {
      return pair.notEnoughData(NAME);
    }
    if (pair.isConstant() || pair.n + pair.m < 4) {
      return pair.isConstant() ? pair.result(NAME, 0, 1, 0) : pair.notEnoughData(NAME);
    }
    Sum sum = new Sum(pair, midrank);
    pair.forEachBlock(sum);
    double all = (double) pair.n + pair.m;
    double a2 = (sum.ofX / pair.n + sum.ofY / pair.m) * (midrank ? (all - 1) / all : 1);
    double statistic = (a2 - 1) / Math.sqrt(variance(pair.n, pair.m));
    double least = DETECTABLE / all;
    TestResult result =
        pair.result(NAME, statistic, p(statistic), a2 / all)
            .detecting(least > greatest(pair.n / all) ? Double.POSITIVE_INFINITY : least);
    return resampling.around(result, pair, NORM, true, false);
  }

  private static final Resampling.Norm NORM =
      new Resampling.Norm() {
        @Override
        public double of(double[] difference, Resampling.Sampled sampled) {
          double sum = 0;
          double below = 0;
          for (int k = 0; k < difference.length; k++) {
            double share = sampled.pooled(k);
            double at = below + share / 2;
            below += share;
            double weight = at * (1 - at) - share / 4;
            sum += weight > 0 ? share * difference[k] * difference[k] / weight : 0;
          }
          return Math.sqrt(sum * sampled.weightX * (1 - sampled.weightX));
        }

        @Override
        public boolean midpoints() {
          return true;
        }
      };

  /** The effect of samples that lie apart: w(1 − w)·(g(w) + g(1 − w)), g(w) = ∫ u/(1 − wu) du. */
  private static double greatest(double weight) {
    double x = -1 / weight - Math.log1p(-weight) / (weight * weight);
    double rest = 1 - weight;
    double y = -1 / rest - Math.log1p(-rest) / (rest * rest);
    return weight * rest * (x + y);
  }

  static double p(double statistic) {
    double fitted = Math.exp((SQUARE * statistic + LINEAR) * statistic + CONSTANT);
    double z = 1 + LIMIT_DEVIATION * statistic;
    if (statistic < LEAST_CRITICAL) {
      return z <= 0 ? 1 : Math.max(0.25, 1 - limit(z));
    }
    if (statistic > GREATEST_CRITICAL) {
      return Math.min(0.001, Math.sqrt(3) * Counts.chiSquareSurvival(2 * z, 1));
    }
    return fitted;
  }

  /** The limit law below 2, with an error below 2e-6. */
  private static double limit(double z) {
    double polynomial =
        2.00012 + (.247105 - (.0649821 - (.0347962 - (.011672 - .00168691 * z) * z) * z) * z) * z;
    return Math.min(1, Math.exp(-1.2337141 / z) / Math.sqrt(z) * polynomial);
  }

  /** Scholz and Stephens' σ²_N for k = 2. g is summed from the far end, so that it takes O(N). */
  private static double variance(int n, int m) {
    int all = n + m;
    double h = 0;
    double g = 0;
    for (int i = all - 1; i >= 1; i--) {
      // h is Σ_{j>i} 1/j here; the double sum is Σ_i h_i/(N − i).
      g += h / (all - i);
      h += 1.0 / i;
    }
    double k = 2;
    double inverse = 1.0 / n + 1.0 / m;
    double a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverse;
    double b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6;
    double c =
        (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverse + 4 * h;
    double d = (2 * h + 6) * k * k - 4 * h * k;
    double size = all;
    return (((a * size + b) * size + c) * size + d) / ((size - 1) * (size - 2) * (size - 3));
  }

  private static final class Sum implements SortedPair.Blocks {
    private final double n;
    private final double m;
    private final boolean midrank;
    private double belowX;
    private double belowY;
    private double ofX;
    private double ofY;

    Sum(SortedPair pair, boolean midrank) {
      n = pair.n;
      m = pair.m;
      this.midrank = midrank;
    }

    @Override
    public void block(double value, int inX, int inY) {
      double all = n + m;
      double copies = (double) inX + inY;
      double share = midrank ? 0.5 : 1;
      double atX = belowX + inX * share;
      double atY = belowY + inY * share;
      double at = atX + atY;
      belowX += inX;
      belowY += inY;
      double weight = at * (all - at) - (midrank ? all * copies / 4 : 0);
      // At the last value the plain version is 0/0, and left out.
      if (!midrank && at == all) {
        return;
      }
      double x = all * atX - at * n;
      double y = all * atY - at * m;
      ofX += copies / all * x * x / weight;
      ofY += copies / all * y * y / weight;
    }
  }

  /** Sets up an {@link AndersonDarling}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private boolean midrank = true;
    private Resampling resampling = Resampling.NONE;

    private Builder() {}

    /**
     * Sets how often the samples are drawn again to find the interval of the effect.
     *
     * @param times 0 for no interval, which is the default, or in [99, 10000]
     * @return this
     * @throws IllegalArgumentException if {@code times} is neither
     */
    public Builder resamples(int times) {
      resampling = resampling.withTimes(times);
      return this;
    }

    /**
     * Sets the seed of these draws.
     *
     * @param seed any; 0 by default
     * @return this
     */
    public Builder seed(long seed) {
      resampling = resampling.withSeed(seed);
      return this;
    }

    /**
     * Chooses between the version with mid-ranks, for data with ties, and the plain one, which
     * takes the distribution functions as they are.
     *
     * @param midrank true for mid-ranks; true by default
     * @return this
     */
    public Builder midrank(boolean midrank) {
      this.midrank = midrank;
      return this;
    }

    /**
     * Makes the test.
     *
     * @return the test
     */
    public AndersonDarling build() {
      return new AndersonDarling(this);
    }
  }
}
