package dev.endolith.monitoring.drift;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * The least-squares density difference: the integral of the squared difference of two densities,
 * estimated without estimating either.
 *
 * <pre>{@code
 * LSDD = ∫(p − q)² ≈ 2·hᵀθ − θᵀHθ,   θ = (H + λI)⁻¹h
 * h_c = mean k(x, c) − mean k(y, c),   H_cd = (πσ²)^(d/2)·exp(−|c − d|²/(4σ²))
 * }</pre>
 *
 * <p>over Gaussian kernels k of width σ around centres c, which are rows of the reference that take
 * no further part (a twentieth, at least one and at most a hundred). 2σ² is the median squared
 * distance of two rows. λ is the greatest whose regularisation costs at most a fifth of the
 * statistic, judged on permuted samples, so that it does not know which row is from where. H is
 * divided by (πσ²)^(d/2), which else over- or underflows in many dimensions: statistic and effect
 * size are LSDD·(πσ²)^(d/2), free of the unit of the rows. p by permutation, with the seed.
 *
 * <p><b>Interval.</b> If {@link Builder#resamples} asks for it: the statistic is the square of a
 * norm, so that its root misses that of the samples' laws by at most the norm of the error, whose
 * 95 % point is found by drawing both samples again (Giné and Zinn 1990); centres, σ and λ are held
 * fixed, so it is about the difference as they see it. The minimum detectable effect comes with it:
 * what its lower end would tell from 0 in four pairs of samples of five, an upper bound.
 *
 * <p>At least four rows of the reference and two current ones. O(N·centres·permutations) at most.
 * Immutable and thread-safe.
 *
 * <p>Source: M. Sugiyama et al., <i>Density-difference estimation</i>, Neural Computation 25, 2013;
 * L. Bu, C. Alippi and D. Zhao, IEEE Transactions on Neural Networks and Learning Systems 29, 2018.
 */
public final class Lsdd implements MultivariateTest {
  private static final String NAME = "LSDD";
  private static final int MOST_CENTRES = 100;
  private static final int CENTRES_EVERY = 20;
  private static final double MOST_LOST = 0.2;
  private static final int JUDGED = 20;

  private final int permutations;
  private final int mostRows;
  private final long seed;
  private final Resampling resampling;

  private Lsdd(Builder builder) {
    permutations = builder.permutations;
    mostRows = builder.mostRows;
    seed = builder.seed;
    resampling = builder.resampling.withSeed(builder.seed);
  }

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static Lsdd create() {
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
  public TestResult compare(double[][] reference, double[][] current) {
    RowPair all = new RowPair(reference, current);
    if (all.n < 4 || all.m < 2) {
      return all.notEnoughData(NAME);
    }
    SplittableRandom random = new SplittableRandom(seed);
    RowPair pair = all.thinned(mostRows, random);
    int count = Math.max(1, Math.min(MOST_CENTRES, pair.n / CENTRES_EVERY));
    int[] order = RowPair.shuffled(pair.n, random);
    boolean[] centre = new boolean[pair.n + pair.m];
    double[][] centres = new double[count][];
    for (int c = 0; c < count; c++) {
      centre[order[c]] = true;
      centres[c] = pair.rows[order[c]];
    }
    double twoVariances = pair.medianSquaredDistance(random);
    double[][] near = new double[pair.n + pair.m - count][count];
    int row = 0;
    for (int i = 0; i < centre.length; i++) {
      if (!centre[i]) {
        for (int c = 0; c < count; c++) {
          near[row][c] =
              Math.exp(-RowPair.squaredDistance(pair.rows[i], centres[c]) / twoVariances);
        }
        row++;
      }
    }
    int n = pair.n - count;
    double[][] gram = new double[count][count];
    for (int c = 0; c < count; c++) {
      for (int d = 0; d < count; d++) {
        gram[c][d] =
            Math.exp(-RowPair.squaredDistance(centres[c], centres[d]) / (2 * twoVariances));
      }
    }
    SymmetricMatrix.Decomposed decomposed = SymmetricMatrix.decompose(gram);
    double[][] judged = new double[JUDGED][];
    Arrays.setAll(judged, k -> along(decomposed, h(near, dealt(near.length, n, random))));
    double lambda = lambda(decomposed, judged);
    boolean[] given = new boolean[near.length];
    Arrays.fill(given, 0, n, true);
    double observed = form(decomposed, along(decomposed, h(near, given)), lambda);
    int atLeast = 1;
    for (int k = 0; k < permutations; k++) {
      double[] g = along(decomposed, h(near, dealt(near.length, n, random)));
      atLeast += form(decomposed, g, lambda) >= observed - 1e-12 * Math.abs(observed) ? 1 : 0;
    }
    TestResult result =
        pair.result(NAME, observed, (double) atLeast / (permutations + 1), observed);
    return resampling.wanted()
        ? around(result, near, n, g -> form(decomposed, along(decomposed, g), lambda))
        : result;
  }

  /** The statistic is the square of a norm of h, and h is a difference of means. */
  private TestResult around(
      TestResult result, double[][] near, int n, ToDoubleFunction<double[]> form) {
    SplittableRandom random = new SplittableRandom(resampling.seed());
    boolean[] given = new boolean[near.length];
    Arrays.fill(given, 0, n, true);
    double[] h = h(near, given);
    double[][] drawn = new double[near.length][];
    double[] errors = new double[resampling.times()];
    for (int round = 0; round < errors.length; round++) {
      for (int i = 0; i < near.length; i++) {
        drawn[i] = near[i < n ? random.nextInt(n) : n + random.nextInt(near.length - n)];
      }
      double[] error = h(drawn, given);
      for (int c = 0; c < h.length; c++) {
        error[c] -= h[c];
      }
      errors[round] = Math.sqrt(form.applyAsDouble(error));
    }
    double reach = Resampling.quantile(errors, 0.95);
    double root = Math.sqrt(result.effectSize());
    double low = Math.max(0, root - reach);
    double high = root + reach;
    double least = reach + Resampling.quantile(errors, NoncentralChiSquare.POWER);
    return result.withEffect(low * low, high * high, least * least);
  }

  private static boolean[] dealt(int all, int n, SplittableRandom random) {
    int[] order = RowPair.shuffled(all, random);
    boolean[] reference = new boolean[all];
    for (int i = 0; i < n; i++) {
      reference[order[i]] = true;
    }
    return reference;
  }

  private static double[] h(double[][] near, boolean[] reference) {
    double[] x = new double[near[0].length];
    double[] y = new double[near[0].length];
    int n = 0;
    for (int i = 0; i < near.length; i++) {
      double[] sum = reference[i] ? x : y;
      n += reference[i] ? 1 : 0;
      for (int c = 0; c < sum.length; c++) {
        sum[c] += near[i][c];
      }
    }
    for (int c = 0; c < x.length; c++) {
      x[c] = x[c] / n - y[c] / (near.length - n);
    }
    return x;
  }

  /** h in the basis of H's eigenvectors. */
  private static double[] along(SymmetricMatrix.Decomposed decomposed, double[] h) {
    double[] g = new double[h.length];
    Arrays.setAll(g, k -> decomposed.along(k, h));
    return g;
  }

  /** 2hᵀθ − θᵀHθ = Σ g²·(v + 2λ)/(v + λ)². */
  private static double form(SymmetricMatrix.Decomposed decomposed, double[] g, double lambda) {
    double sum = 0;
    for (int k = 0; k < g.length; k++) {
      double v = Math.max(0, decomposed.value(k));
      sum += g[k] * g[k] * (v + 2 * lambda) / ((v + lambda) * (v + lambda));
    }
    return sum;
  }

  /** The greatest λ at which hᵀθ and θᵀHθ, equal without it, differ by at most a fifth. */
  private static double lambda(SymmetricMatrix.Decomposed decomposed, double[][] judged) {
    double lambda = 4;
    for (int step = 0; step < 40; step++) {
      double lost = 0;
      for (double[] g : judged) {
        double linear = 0;
        double square = 0;
        for (int k = 0; k < g.length; k++) {
          double v = Math.max(0, decomposed.value(k));
          linear += g[k] * g[k] / (v + lambda);
          square += g[k] * g[k] * v / ((v + lambda) * (v + lambda));
        }
        lost += linear > 0 ? 1 - square / linear : 0;
      }
      if (lost / judged.length <= MOST_LOST) {
        return lambda;
      }
      lambda /= 1.5;
    }
    return lambda;
  }

  /** Sets up an {@link Lsdd}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private int permutations = 199;
    private int mostRows = 5_000;
    private long seed;
    private Resampling resampling = Resampling.NONE;

    private Builder() {}

    /**
     * Sets how many permutations the p-value is made of; the least it can be is 1/(1 + that).
     *
     * @param permutations in [19, 1000000]; 199 by default
     * @return this
     * @throws IllegalArgumentException if {@code permutations} is out of range
     */
    public Builder permutations(int permutations) {
      this.permutations = Mmd.Builder.atLeast("permutations", permutations, 19);
      return this;
    }

    /**
     * Sets how many rows of each sample, drawn at random, take part.
     *
     * @param mostRows in [4, 1000000]; 5000 by default
     * @return this
     * @throws IllegalArgumentException if {@code mostRows} is out of range
     */
    public Builder mostRows(int mostRows) {
      this.mostRows = Mmd.Builder.atLeast("mostRows", mostRows, 4);
      return this;
    }

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
     * Sets the seed of all chance.
     *
     * @param seed any; 0 by default
     * @return this
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Makes the test.
     *
     * @return the test
     */
    public Lsdd build() {
      return new Lsdd(this);
    }
  }
}
