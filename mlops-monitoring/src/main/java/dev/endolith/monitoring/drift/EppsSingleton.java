package dev.endolith.monitoring.drift;

import java.util.Arrays;

/**
 * The Epps-Singleton test: compares the empirical characteristic functions at a few points. It
 * suits discrete data, where tests by distribution functions are conservative, and sees changes of
 * any kind.
 *
 * <pre>{@code
 * g(v) = (cos t₁v, sin t₁v, cos t₂v, sin t₂v),   t = (0.4, 0.8)/(half of the pooled interquartile range)
 * W = N·(ḡₓ − ḡᵧ)ᵀ·S⁺·(ḡₓ − ḡᵧ),   S = N/n·Cov(gₓ) + N/m·Cov(gᵧ),   p = P(χ²_r ≥ W), r the rank of S
 * }</pre>
 *
 * <p>Where S is singular, as for values with fewer than five levels, r is its rank with eigenvalues
 * below 1e-13 of the greatest taken for rounding. SciPy's tolerance lets rounding through: on
 * binary data it may find rank 2 where the rank is 1.
 *
 * <p>Below 25 values on both sides W is lessened by 1/(1 + N^−0.45 + 10.1·(n^−1.7 + m^−1.7)). The
 * statistic is W, the effect size √(W/N), at least 0. NaN are left out and counted. There is no
 * answer with fewer than five values on a side, an infinite value, or a pooled interquartile range
 * of 0, where there is no scale to take the points from. Costs a sort and O(N). Immutable and
 * thread-safe.
 *
 * <p><b>Interval.</b> W follows noncentral χ²_r with the noncentrality N·effect² of the population,
 * turned round; the scale and S are taken for known, which makes it rough for samples that hardly
 * overlap. The lower end is 0 where chance alone explains W. The minimum detectable effect is that
 * law's, too.
 *
 * <p>Source: T. W. Epps and K. J. Singleton, <i>An Omnibus Test for the Two-Sample Problem Using
 * the Empirical Characteristic Function</i>, Journal of Statistical Computation and Simulation 26,
 * 1986.
 */
public final class EppsSingleton implements TwoSampleTest {

  private EppsSingleton() {}

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static EppsSingleton create() {
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

  private static final String NAME = "Epps-Singleton";
  private static final int LEAST = 5;
  private static final int SMALL = 25;
  private static final double[] POINTS = {0.4, 0.8};

  @Override
  public TestResult compare(double[] reference, double[] current) {
    SortedPair pair = new SortedPair(reference, current);
    if (pair.n < LEAST || pair.m < LEAST || !pair.isFinite()) {
      return pair.notEnoughData(NAME);
    }
    double[] pooled = Arrays.copyOf(pair.x, pair.n + pair.m);
    System.arraycopy(pair.y, 0, pooled, pair.n, pair.m);
    Arrays.sort(pooled);
    double scale = (quantile(pooled, 0.75) - quantile(pooled, 0.25)) / 2;
    if (!(scale > 0) || Double.isInfinite(scale)) {
      return pair.notEnoughData(NAME);
    }
    double all = (double) pair.n + pair.m;
    double[][] x = waves(pair.x, scale);
    double[][] y = waves(pair.y, scale);
    double[] difference = new double[4];
    double[][] s = new double[4][4];
    addMoments(x, all / pair.n, difference, 1, s);
    addMoments(y, all / pair.m, difference, -1, s);
    SymmetricMatrix.Decomposed parts = SymmetricMatrix.decompose(s);
    int rank = parts.rank();
    double w = all * parts.inverseForm(difference);
    if (Math.max(pair.n, pair.m) < SMALL) {
      w *=
          1 / (1 + Math.pow(all, -0.45) + 10.1 * (Math.pow(pair.n, -1.7) + Math.pow(pair.m, -1.7)));
    }
    TestResult result = pair.result(NAME, w, Counts.chiSquareSurvival(w, rank), Math.sqrt(w / all));
    return rank < 1
        ? result
        : result.withEffect(
            Math.sqrt(NoncentralChiSquare.low(w, rank) / all),
            Math.sqrt(Math.max(w, NoncentralChiSquare.high(w, rank)) / all),
            Math.sqrt(NoncentralChiSquare.detectable(rank) / all));
  }

  /** The quantile that interpolates linearly between order statistics (type 7). */
  private static double quantile(double[] sorted, double q) {
    double position = q * (sorted.length - 1);
    int below = (int) position;
    double low = sorted[below];
    double high = sorted[Math.min(below + 1, sorted.length - 1)];
    return low + (position - below) * (high - low);
  }

  private static double[][] waves(double[] values, double scale) {
    double[][] waves = new double[4][values.length];
    for (int k = 0; k < POINTS.length; k++) {
      double t = POINTS[k] / scale;
      for (int i = 0; i < values.length; i++) {
        waves[k][i] = Math.cos(t * values[i]);
        waves[k + 2][i] = Math.sin(t * values[i]);
      }
    }
    return waves;
  }

  private static void addMoments(
      double[][] waves, double weight, double[] difference, int sign, double[][] s) {
    double[] means = new double[4];
    for (int k = 0; k < 4; k++) {
      means[k] = Normal.mean(waves[k]);
      difference[k] += sign * means[k];
    }
    int size = waves[0].length;
    for (int a = 0; a < 4; a++) {
      for (int b = a; b < 4; b++) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
          sum += (waves[a][i] - means[a]) * (waves[b][i] - means[b]);
        }
        s[a][b] += weight * sum / size;
        s[b][a] = s[a][b];
      }
    }
  }

  /** Sets up an {@link EppsSingleton}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private Builder() {}

    /**
     * Makes the test.
     *
     * @return the test
     */
    public EppsSingleton build() {
      return new EppsSingleton();
    }
  }
}
