package dev.endolith.monitoring.drift;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The maximum mean discrepancy: how far apart the means of two samples of rows are in the feature
 * space of a Gaussian kernel, in which only equal laws have equal means.
 *
 * <pre>{@code
 * k(x, y) = exp(−|x − y|²/(2σ²))
 * MMD² = Σ_{i≠j} k(xᵢ, xⱼ)/(n(n − 1)) + Σ_{i≠j} k(yᵢ, yⱼ)/(m(m − 1)) − 2·Σ k(xᵢ, yⱼ)/(nm)
 * }</pre>
 *
 * <p>The statistic is this unbiased MMD², which may be slightly negative; the effect size is its
 * root, 0 where it is negative, below √2. By default 2σ² is the median squared distance between two
 * rows of both samples together: scale the columns first, or the widest decides alone.
 *
 * <p>{@link Method#EXACT} needs O(N²) time and memory, which is why no more than {@link
 * Builder#mostRows} rows of each sample, drawn at random, take part. {@link Method#RANDOM_FEATURES}
 * replaces the kernel by the inner product of D random cosines (Rahimi and Recht 2007), with an
 * error of about 1/√D, in O(N·D). Both have p-values by permutation, which keep the level exactly
 * whatever the approximation. {@link Method#BLOCK} averages over blocks of √N rows (Zaremba,
 * Gretton and Blaschko 2013): normal p-value, linear memory, less power. All chance comes from the
 * seed: same rows, same answer.
 *
 * <p><b>Interval.</b> {@link Method#BLOCK} has Student's interval of its mean. The others have one
 * if {@link Builder#resamples} asks for it: MMD is a norm, so that the biased estimate misses the
 * truth by at most the norm of its error, whose 95 % point is found by drawing both samples again
 * (Giné and Zinn 1990); the kernel, or its cosines, are held fixed. It holds for equal laws as well
 * and is wider than it need be far from them. A resample costs as much as a permutation. The
 * minimum detectable effect comes with the interval: what its lower end would tell from 0 in four
 * pairs of samples of five, an upper bound.
 *
 * <p>At least two rows on each side; {@link Method#BLOCK} needs sixteen and falls back to exact.
 * Immutable and thread-safe.
 *
 * <p>Source: A. Gretton et al., <i>A Kernel Two-Sample Test</i>, JMLR 13, 2012.
 */
public final class Mmd implements MultivariateTest {
  private static final String NAME = "MMD";
  private static final int LEAST_FOR_BLOCKS = 16;

  /** How it is computed. */
  public enum Method {
    /** Exact up to 500 rows on each side, random features above. */
    AUTO,
    /** All pairs of rows. */
    EXACT,
    /** Pairs within blocks. */
    BLOCK,
    /** Random cosines in place of the kernel. */
    RANDOM_FEATURES
  }

  private static final int AUTO_EXACT = 500;

  private final Method method;
  private final double bandwidth;
  private final int permutations;
  private final int features;
  private final int mostRows;
  private final long seed;
  private final int resamples;

  private Mmd(Builder builder) {
    method = builder.method;
    bandwidth = builder.bandwidth;
    permutations = builder.permutations;
    features = builder.features;
    mostRows = builder.mostRows;
    seed = builder.seed;
    resamples = builder.resamples;
  }

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static Mmd create() {
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
    if (all.n < 2 || all.m < 2) {
      return all.notEnoughData(NAME);
    }
    SplittableRandom random = new SplittableRandom(seed);
    boolean small = Math.max(all.n, all.m) <= AUTO_EXACT;
    boolean blocks = method == Method.BLOCK && Math.min(all.n, all.m) >= LEAST_FOR_BLOCKS;
    boolean cosines = method == Method.RANDOM_FEATURES || (method == Method.AUTO && !small);
    RowPair pair = blocks || cosines ? all : all.thinned(mostRows, random);
    double twoVariances =
        Double.isNaN(bandwidth) ? pair.medianSquaredDistance(random) : 2 * bandwidth * bandwidth;
    if (blocks) {
      return block(pair, twoVariances, random);
    }
    if (cosines) {
      return cosines(pair, twoVariances, random);
    }
    double[][] kernel = kernel(pair, twoVariances);
    double observed = squared(kernel, pair.asGiven());
    double p = pair.permutationP(observed, dealt -> squared(kernel, dealt), permutations, random);
    return interval(
        result(pair, "exact", observed, p), pair, weights -> length(kernel, weights), random);
  }

  private static TestResult result(RowPair pair, String variant, double squared, double p) {
    return pair.result(NAME + " (" + variant + ")", squared, p, Math.sqrt(Math.max(0, squared)));
  }

  /** The length of a weighted sum of the rows' features. */
  private interface Length {
    double of(double[] weights);
  }

  private static double length(double[][] kernel, double[] weights) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double row = weights[i] / 2; // k(x, x) = 1
      for (int j = 0; j < i; j++) {
        row += weights[j] * kernel[i][j];
      }
      sum += 2 * weights[i] * row;
    }
    return Math.sqrt(Math.max(0, sum));
  }

  private TestResult interval(
      TestResult result, RowPair pair, Length length, SplittableRandom random) {
    if (resamples == 0) {
      return result;
    }
    double[] given = new double[pair.n + pair.m];
    Arrays.fill(given, 0, pair.n, 1.0 / pair.n);
    Arrays.fill(given, pair.n, given.length, -1.0 / pair.m);
    double[] errors = new double[resamples];
    for (int round = 0; round < resamples; round++) {
      double[] weights = new double[given.length];
      for (int i = 0; i < weights.length; i++) {
        boolean x = i < pair.n;
        int drawn = x ? random.nextInt(pair.n) : pair.n + random.nextInt(pair.m);
        weights[drawn] += given[drawn];
        weights[i] -= given[i];
      }
      errors[round] = length.of(weights);
    }
    double biased = length.of(given);
    double reach = Resampling.quantile(errors, 0.95);
    return result.withEffect(
        Math.max(0, Math.min(result.effectSize(), biased - reach)),
        Math.min(Math.sqrt(2), biased + reach),
        reach + Resampling.quantile(errors, NoncentralChiSquare.POWER));
  }

  private static double[][] kernel(RowPair pair, double twoVariances) {
    int all = pair.n + pair.m;
    double[][] kernel = new double[all][all];
    for (int i = 0; i < all; i++) {
      for (int j = 0; j < i; j++) {
        kernel[i][j] = Math.exp(-pair.squaredDistance(i, j) / twoVariances);
      }
    }
    return kernel;
  }

  /** MMD² from the lower triangle. */
  private static double squared(double[][] kernel, boolean[] reference) {
    double withinX = 0;
    double withinY = 0;
    double between = 0;
    int n = 0;
    for (int i = 0; i < kernel.length; i++) {
      double same = 0;
      double other = 0;
      for (int j = 0; j < i; j++) {
        if (reference[i] == reference[j]) {
          same += kernel[i][j];
        } else {
          other += kernel[i][j];
        }
      }
      between += other;
      if (reference[i]) {
        withinX += same;
        n++;
      } else {
        withinY += same;
      }
    }
    double x = n;
    double y = kernel.length - x;
    return 2 * withinX / (x * (x - 1)) + 2 * withinY / (y * (y - 1)) - 2 * between / (x * y);
  }

  private TestResult cosines(RowPair pair, double twoVariances, SplittableRandom random) {
    int all = pair.n + pair.m;
    double[][] directions = new double[features][pair.width];
    double[] phases = new double[features];
    double scale = Math.sqrt(2 / twoVariances);
    for (int k = 0; k < features; k++) {
      Arrays.setAll(directions[k], i -> random.nextGaussian() * scale);
      phases[k] = random.nextDouble() * 2 * Math.PI;
    }
    double[][] mapped = new double[all][features];
    double[] total = new double[features];
    double norm = Math.sqrt(2.0 / features);
    for (int i = 0; i < all; i++) {
      for (int k = 0; k < features; k++) {
        double along = phases[k];
        for (int c = 0; c < pair.width; c++) {
          along += directions[k][c] * pair.rows[i][c];
        }
        double value = norm * Math.cos(along);
        mapped[i][k] = Double.isNaN(value) ? 0 : value;
        total[k] += mapped[i][k];
      }
    }
    double squares = 0;
    double[] lengths = new double[all];
    for (int i = 0; i < all; i++) {
      for (double value : mapped[i]) {
        lengths[i] += value * value;
      }
      squares += lengths[i];
    }
    double all2 = squares;
    RowPair.Statistic statistic =
        dealt -> {
          // the sums over the smaller sample; the other's follow from the total
          boolean smaller = pair.n <= pair.m;
          double[] sum = new double[features];
          double own = 0;
          for (int i = 0; i < all; i++) {
            if (dealt[i] == smaller) {
              own += lengths[i];
              for (int k = 0; k < features; k++) {
                sum[k] += mapped[i][k];
              }
            }
          }
          double x = Math.min(pair.n, pair.m);
          double y = all - x;
          double xx = 0;
          double yy = 0;
          double xy = 0;
          for (int k = 0; k < features; k++) {
            double rest = total[k] - sum[k];
            xx += sum[k] * sum[k];
            yy += rest * rest;
            xy += sum[k] * rest;
          }
          return (xx - own) / (x * (x - 1))
              + (yy - (all2 - own)) / (y * (y - 1))
              - 2 * xy / (x * y);
        };
    double observed = statistic.of(pair.asGiven());
    double p = pair.permutationP(observed, statistic, permutations, random);
    return interval(
        result(pair, features + " random features", observed, p),
        pair,
        weights -> length(mapped, features, weights),
        random);
  }

  private static double length(double[][] mapped, int features, double[] weights) {
    double[] sum = new double[features];
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        for (int k = 0; k < features; k++) {
          sum[k] += weights[i] * mapped[i][k];
        }
      }
    }
    double squares = 0;
    for (double value : sum) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  /** The mean of unbiased estimates over blocks, with its own standard error: one-sided. */
  private static TestResult block(RowPair pair, double twoVariances, SplittableRandom random) {
    int blocks = Math.max(4, (int) Math.sqrt(Math.min(pair.n, pair.m)));
    int[] orderX = RowPair.shuffled(pair.n, random);
    int[] orderY = RowPair.shuffled(pair.m, random);
    double[] estimates = new double[blocks];
    for (int b = 0; b < blocks; b++) {
      double[][] x = part(pair, orderX, 0, b, blocks);
      double[][] y = part(pair, orderY, pair.n, b, blocks);
      estimates[b] = squared(x, y, twoVariances);
    }
    double mean = Normal.mean(estimates);
    double error = Math.sqrt(Normal.squares(estimates, mean) / (blocks - 1.0) / blocks);
    double p;
    if (error > 0) {
      double one = Normal.twoSidedT(mean / error, blocks - 1.0) / 2;
      p = mean > 0 ? one : 1 - one;
    } else {
      p = mean > 0 ? 0 : 1;
    }
    double half = Normal.studentPoint(0.975, blocks - 1.0) * error;
    double least =
        (Normal.studentPoint(0.95, blocks - 1.0)
                + Normal.studentPoint(NoncentralChiSquare.POWER, blocks - 1.0))
            * error;
    return result(pair, blocks + " blocks", mean, p)
        .withEffect(
            Math.sqrt(Math.max(0, mean - half)),
            Math.sqrt(Math.max(0, mean + half)),
            Math.sqrt(least));
  }

  private static double[][] part(RowPair pair, int[] order, int offset, int block, int blocks) {
    int from = (int) ((long) order.length * block / blocks);
    int to = (int) ((long) order.length * (block + 1) / blocks);
    double[][] part = new double[to - from][];
    Arrays.setAll(part, i -> pair.rows[offset + order[from + i]]);
    return part;
  }

  private static double squared(double[][] x, double[][] y, double twoVariances) {
    double n = x.length;
    double m = y.length;
    return within(x, twoVariances) / (n * (n - 1))
        + within(y, twoVariances) / (m * (m - 1))
        - 2 * between(x, y, twoVariances) / (n * m);
  }

  private static double within(double[][] rows, double twoVariances) {
    double sum = 0;
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += 2 * Math.exp(-RowPair.squaredDistance(rows[i], rows[j]) / twoVariances);
      }
    }
    return sum;
  }

  private static double between(double[][] x, double[][] y, double twoVariances) {
    double sum = 0;
    for (double[] a : x) {
      for (double[] b : y) {
        sum += Math.exp(-RowPair.squaredDistance(a, b) / twoVariances);
      }
    }
    return sum;
  }

  /** Sets up an {@link Mmd}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private Method method = Method.AUTO;
    private double bandwidth = Double.NaN;
    private int permutations = 199;
    private int features = 128;
    private int mostRows = 1_000;
    private long seed;
    private int resamples;

    private Builder() {}

    /**
     * Chooses how it is computed.
     *
     * @param method the method; {@link Method#AUTO} by default
     * @return this
     */
    public Builder method(Method method) {
      this.method = method;
      return this;
    }

    /**
     * Sets the kernel's width σ in place of that from the median distance.
     *
     * @param bandwidth positive and finite, in the unit of the rows
     * @return this
     * @throws IllegalArgumentException if {@code bandwidth} is not positive and finite
     */
    public Builder bandwidth(double bandwidth) {
      if (!(bandwidth > 0 && bandwidth < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "bandwidth must be positive and finite, was " + bandwidth);
      }
      this.bandwidth = bandwidth;
      return this;
    }

    /**
     * Sets how many permutations the p-value is made of; the least it can be is 1/(1 + that).
     *
     * @param permutations in [19, 1000000]; 199 by default
     * @return this
     * @throws IllegalArgumentException if {@code permutations} is out of range
     */
    public Builder permutations(int permutations) {
      this.permutations = atLeast("permutations", permutations, 19);
      return this;
    }

    /**
     * Sets the number of random cosines.
     *
     * @param features in [2, 1000000]; 128 by default
     * @return this
     * @throws IllegalArgumentException if {@code features} is out of range
     */
    public Builder features(int features) {
      this.features = atLeast("features", features, 2);
      return this;
    }

    /**
     * Sets how many rows of each sample take part in the exact computation.
     *
     * @param mostRows in [2, 1000000]; 1000 by default, which takes 16 MB
     * @return this
     * @throws IllegalArgumentException if {@code mostRows} is out of range
     */
    public Builder mostRows(int mostRows) {
      this.mostRows = atLeast("mostRows", mostRows, 2);
      return this;
    }

    /**
     * Sets how often the samples are drawn again to find the interval of the effect; {@link
     * Method#BLOCK} has one without.
     *
     * @param times 0 for no interval, which is the default, or in [99, 10000]
     * @return this
     * @throws IllegalArgumentException if {@code times} is neither
     */
    public Builder resamples(int times) {
      this.resamples = Resampling.check(times);
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

    static int atLeast(String name, int value, int least) {
      if (value < least || value > 1_000_000) {
        throw new IllegalArgumentException(
            name + " must be in [" + least + ", 1000000], was " + value);
      }
      return value;
    }

    /**
     * Makes the test.
     *
     * @return the test
     */
    public Mmd build() {
      return new Mmd(this);
    }
  }
}
