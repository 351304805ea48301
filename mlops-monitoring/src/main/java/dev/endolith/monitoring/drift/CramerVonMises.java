package dev.endolith.monitoring.drift;

/**
 * The Cramér-von Mises test of two samples: the mean squared distance between the empirical
 * distribution functions.
 *
 * <pre>{@code
 * U = n·Σ(r_i − i)² + m·Σ(s_j − j)²,  r and s the mid-ranks of the sorted samples in the pooled one
 * T = U/(nm·N) − (4nm − 1)/(6N)
 * }</pre>
 *
 * <p>The statistic is T. The effect size is T·N/(nm), the mean of (F − G)² over the pooled values,
 * in [0, 1].
 *
 * <p><b>P-values.</b> {@link Method#EXACT} counts the orders with at least this T (Xiao, Gordon and
 * Yakovlev 2007), and assumes no ties; {@link Method#ASYMPTOTIC} takes the limit law of T
 * standardised to its mean and variance (Anderson 1962): in its body by the series of Csörgő and
 * Faraway (1996), in its tail by Smirnov's integral, which keeps its relative accuracy where 1 − F
 * (SciPy's way) is rounding from about 10<sup>-10</sup> down.
 *
 * <p><b>Interval.</b> If {@link Builder#resamples} asks for it: the 95 % point of the error of the
 * effect's root, found by drawing both samples again, is added and taken off, as by the triangle
 * inequality that misses the truth by no more (Giné and Zinn 1990 for the bootstrap). It holds for
 * equal laws as well; far from them it is wider than it need be. With ties it is about the mean of
 * (F − G)² at the middle of the jumps. Each resample costs O(n + m); there is no interval with an
 * infinite value.
 *
 * <p>The minimum detectable effect is (√0.4614 + 0.8416/π)²·N/(nm): the limit law's 5 % point, and
 * the 80 % point of what the observed norm may fall short by, whose variance is at most the
 * greatest eigenvalue 1/π² of the law (Anderson and Darling 1952). An upper bound, for effects that
 * are small.
 *
 * <p>Infinities are ordinary values. NaN are left out and counted. One value on each side is
 * enough. Costs two sorts; exact some milliseconds. Immutable and thread-safe.
 */
public final class CramerVonMises implements TwoSampleTest {
  private final Method method;
  private final Resampling resampling;

  private CramerVonMises(Builder builder) {
    method = builder.method;
    resampling = builder.resampling;
  }

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static CramerVonMises create() {
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

  private static final String NAME = "Cramer-von Mises";

  /** The limit law's 5 % point, and the root of its greatest eigenvalue times the 80 % point. */
  private static final double DETECTABLE = Math.pow(Math.sqrt(0.46136) + 0.8416212 / Math.PI, 2);

  /** The effect of samples that lie apart: the mean of a squared share. */
  private static final double GREATEST = 1.0 / 3;

  private static final int LARGEST_EXACT_SAMPLE = 20;
  private static final int LARGEST_EXACT_AT_ALL = 40;

  /** How the p-value is computed. */
  public enum Method {
    /** Exact if neither sample has more than 20 values, asymptotic otherwise. */
    AUTO,
    /** Exact up to 40 values on each side, asymptotic above. */
    EXACT,
    /** The limit law. */
    ASYMPTOTIC
  }

  @Override
  public TestResult compare(double[] reference, double[] current) {
    SortedPair pair = new SortedPair(reference, current);
    if (pair.isEmpty()) {
      return pair.notEnoughData(NAME);
    }
    Squares squares = new Squares();
    pair.forEachBlock(squares);
    double n = pair.n;
    double m = pair.m;
    double all = n + m;
    double u = n * squares.ofX + m * squares.ofY;
    double t = u / (n * m * all) - (4 * n * m - 1) / (6 * all);
    int largest = Math.max(pair.n, pair.m);
    boolean exact =
        largest <= (method == Method.EXACT ? LARGEST_EXACT_AT_ALL : LARGEST_EXACT_SAMPLE)
            && method != Method.ASYMPTOTIC;
    double p;
    if (pair.isConstant()) {
      p = 1;
      t = 0;
    } else {
      p = exact ? CramerVonMisesLaw.exact(pair.n, pair.m, t) : asymptotic(n, m, t);
    }
    double least = DETECTABLE * all / (n * m);
    TestResult result =
        pair.result(
                NAME + (exact ? " (exact)" : " (asymptotic)"), t, p, Math.max(0, t) * all / (n * m))
            .detecting(least > GREATEST ? Double.POSITIVE_INFINITY : least);
    return resampling.around(result, pair, NORM, true, false);
  }

  private static final Resampling.Norm NORM =
      new Resampling.Norm() {
        @Override
        public double of(double[] difference, Resampling.Sampled sampled) {
          double sum = 0;
          for (int k = 0; k < difference.length; k++) {
            sum += sampled.pooled(k) * difference[k] * difference[k];
          }
          return Math.sqrt(sum);
        }

        @Override
        public boolean midpoints() {
          return true;
        }
      };

  private static double asymptotic(double n, double m, double t) {
    double all = n + m;
    double mean = (1 + 1 / all) / 6;
    double variance =
        (all + 1)
            / (45 * all * all)
            * (4 * n * m * all - 3 * (n * n + m * m) - 2 * n * m)
            / (4 * n * m);
    return CramerVonMisesLaw.survival(1.0 / 6 + (t - mean) / Math.sqrt(45 * variance));
  }

  /** Σ(mid-rank − place)² of each sample. */
  private static final class Squares implements SortedPair.Blocks {
    private double ofX;
    private double ofY;
    private double belowX;
    private double belowY;

    @Override
    public void block(double value, int inX, int inY) {
      double rank = belowX + belowY + (1.0 + inX + inY) / 2;
      ofX += squares(rank - belowX, inX);
      ofY += squares(rank - belowY, inY);
      belowX += inX;
      belowY += inY;
    }

    /** Σ over i = 1..count of (offset − i)². */
    private static double squares(double offset, double count) {
      double middle = offset - (count + 1) / 2;
      return count * middle * middle + count * (count * count - 1) / 12;
    }
  }

  /** Sets up a {@link CramerVonMises}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private Method method = Method.AUTO;
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
     * Makes the test.
     *
     * @return the test
     */
    public CramerVonMises build() {
      return new CramerVonMises(this);
    }
  }
}
