package dev.endolith.monitoring.drift;

import java.util.Arrays;

/**
 * The Kolmogorov-Smirnov test, two-sided unless told otherwise: the greatest distance between the
 * two empirical distribution functions.
 *
 * <pre>{@code
 * D = max over x of |F(x) − G(x)|,   F(x) = #{reference ≤ x}/n,   G(x) = #{current ≤ x}/m
 * }</pre>
 *
 * <p>Statistic and effect size are both D, in [0, 1]: the largest share of the population that lies
 * on the other side of some threshold. D sees a shift best and a change of the tails worst. With a
 * million values D = 0.002 is significant: look at the effect, too.
 *
 * <p><b>P-values.</b> {@link Method#EXACT} counts lattice paths: for n = m by the reflection series
 * (Gnedenko and Korolyuk 1951), otherwise by the probability that a random path from (0, 0) to (n,
 * m) meets |i/n − j/m| ≥ D, summed over first meetings, so that small values keep their relative
 * accuracy (the idea of Viehmann 2021). {@link Method#ASYMPTOTIC} takes the law of the one-sample D
 * with round(nm/(n + m)) values, by the methods of Simard and L'Ecuyer (2011). {@link Method#AUTO}
 * is exact up to 10 000 values a sample and asymptotic above: the rule of SciPy, whose p-values
 * these agree with to 1e-9 (exact) and 1e-8 (asymptotic). P-values below 1e-290 may be given as 0.
 *
 * <p><b>Ties.</b> Equal values are consumed together, so D is right. The p-value assumes that there
 * are none; with ties it is conservative (too large), the more so the fewer distinct values there
 * are. {@link Builder#conditionOnTies} gives the exact p-value for the ties at hand (Schröer and
 * Trenkler 1995).
 *
 * <p><b>Interval.</b> D ± 1.481·(1/√n + 1/√m), which holds for any law, discrete ones too, as each
 * empirical function leaves a band of √(ln 80/2)/√n with a probability of at most 0.025
 * (Dvoretzky-Kiefer-Wolfowitz with the constant of Massart 1990); it is wide. The minimum
 * detectable effect is an upper bound in the same spirit (Massey 1950): where F and G are farthest
 * apart, the observed distance is normal with a deviation of at most ½√(1/n + 1/m).
 *
 * <p>NaN are left out and counted. Infinities are ordinary values. One value on each side is enough
 * for an answer; {@link TestResult#enoughData()} is false only if a sample is empty.
 *
 * <p>Cost: a sorted copy of both samples and one pass over them; exact p-values O(n) for n = m,
 * else up to O(D·n·m). Immutable and thread-safe.
 */
public final class KolmogorovSmirnov implements TwoSampleTest {
  private static final String NAME = "Kolmogorov-Smirnov";
  private static final String EXACT = NAME + " (exact)";
  private static final String EXACT_ON_TIES = NAME + " (exact, conditional on ties)";
  private static final String ASYMPTOTIC = NAME + " (asymptotic)";
  private static final long[] NO_BLOCKS = {};
  private static final int LARGEST_EXACT_SAMPLE = 10_000;
  // About a second of lattice cells; only reached by asking for EXACT explicitly.
  private static final double MOST_CELLS = 1e9;
  private static final double MOST_CELLS_OF_COUNTS = 1e4;
  private static final double NEGLIGIBLE = 1e-300;
  // Below this exponent of 2·exp(−2·nm/(n+m)·D²) no double is left.
  private static final double UNDERFLOW_NDD = 370;

  /**
   * √(ln(2/0.025)/2): each distribution function stays in its band with 97.5 %, so both with 95 %.
   */
  private static final double BAND = 1.4810;

  /** The limit law's 5 % point, and the 80 % point of a share's deviation, which is at most ½. */
  private static final double DETECTABLE = 1.3581 + 0.8416 / 2;

  /** How the p-value is computed. */
  public enum Method {
    /** Exact if neither sample has more than 10 000 values, asymptotic otherwise. */
    AUTO,
    /**
     * Exact for any size, except that samples of unequal size whose sizes multiply to more than
     * 10<sup>9</sup> fall back to asymptotic, as {@link TestResult#method()} then says.
     */
    EXACT,
    /** The one-sample law for round(nm/(n + m)) values. */
    ASYMPTOTIC
  }

  /** Which differences count. */
  public enum Alternative {
    /** D is the greatest |F − G|. */
    TWO_SIDED,
    /** D is the greatest G − F: the reference tends to lie above the current sample. */
    LESS,
    /** D is the greatest F − G: the reference tends to lie below the current sample. */
    GREATER
  }

  private final Method method;
  private final boolean conditionOnTies;
  private final Alternative alternative;

  private KolmogorovSmirnov(Builder builder) {
    method = builder.method;
    conditionOnTies = builder.conditionOnTies;
    alternative = builder.alternative;
  }

  /**
   * Returns the test with {@link Method#AUTO} and p-values that assume no ties.
   *
   * @return the test
   */
  public static KolmogorovSmirnov create() {
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
  public TestResult compare(double[] reference, double[] current) {
    if (alternative != Alternative.TWO_SIDED) {
      return oneSided(new SortedPair(reference, current));
    }
    double[] x = reference.clone();
    double[] y = current.clone();
    Arrays.sort(x);
    Arrays.sort(y);
    int n = withoutNaN(x);
    int m = withoutNaN(y);
    if (n == 0 || m == 0) {
      return TestResult.notEnoughData(NAME, n, m, x.length - n, y.length - m);
    }
    long distance = greatestDistance(x, n, y, m);
    boolean exact = exactWanted(n, m);
    long[] blocks = conditionOnTies && exact ? tieBlocks(x, n, y, m) : new long[0];
    return result(
        exact,
        n,
        m,
        x.length - n,
        y.length - m,
        (double) distance / ((double) n * m),
        (double) distance,
        blocks);
  }

  private TestResult oneSided(SortedPair pair) {
    if (pair.isEmpty()) {
      return pair.notEnoughData(NAME);
    }
    Kuiper.Distances distances = new Kuiper.Distances(pair);
    pair.forEachBlock(distances);
    boolean greater = alternative == Alternative.GREATER;
    long distance = greater ? distances.above() : distances.below();
    long n = pair.n;
    long m = pair.m;
    double d = distance / ((double) n * m);
    boolean exact = exactWanted(n, m);
    double p;
    if (distance == 0) {
      p = 1;
    } else if (!exact) {
      p = oneSidedLimit((double) n, (double) m, d);
    } else if (n == m) {
      p = 1;
      for (long j = 0; j < distance / n; j++) {
        p *= (double) (n - j) / (n + j + 1);
      }
    } else {
      p = pathsLeaving(n, m, (double) distance, new long[0], greater ? 1 : -1);
    }
    String name = NAME + " (one-sided, " + (exact ? "exact" : "asymptotic") + ")";
    return pair.result(name, d, p, d);
  }

  /** Hodges 1957, equation 5.3: the limit law with a correction of the order 1/√n. */
  private static double oneSidedLimit(double n, double m, double d) {
    double larger = Math.max(n, m);
    double smaller = Math.min(n, m);
    double z = Math.sqrt(larger * smaller / (larger + smaller)) * d;
    double correction =
        2 * z * (larger + 2 * smaller) / Math.sqrt(larger * smaller * (larger + smaller)) / 3;
    return Math.exp(-2 * z * z - correction);
  }

  /**
   * Compares two samples that are given as counts on common bins in ascending order, as two
   * profiles have them. D is then the greatest distance at the edges between bins, which is at most
   * the D of the values; the p-value is that of {@link #compare} for data with these ties, so
   * conservative unless {@link Builder#conditionOnTies} is set.
   *
   * <p>As the exact p-value without ties is a bound only, and as this is meant to take
   * microseconds, {@link Method#AUTO} is exact here up to n·m = 10 000, or if ties are taken into
   * account, and asymptotic above. O(bins) then.
   *
   * @param referenceCounts how many values of the reference fell into each bin, lowest bin first
   * @param currentCounts the same for the current sample and the same bins
   * @return the result; {@link TestResult#enoughData()} is false if a sample is empty
   * @throws IllegalArgumentException if the lengths differ, a count is negative, or a sample's
   *     total exceeds {@link Long#MAX_VALUE}
   */
  public TestResult compareBinned(long[] referenceCounts, long[] currentCounts) {
    Counts.check(referenceCounts, currentCounts);
    long n = Counts.total("referenceCounts", referenceCounts);
    long m = Counts.total("currentCounts", currentCounts);
    if (n == 0 || m == 0) {
      return TestResult.notEnoughData(NAME, n, m, 0, 0);
    }
    double distance =
        n <= Integer.MAX_VALUE && m <= Integer.MAX_VALUE
            ? greatestDistance(referenceCounts, n, currentCounts, m)
            : greatestDistanceOfMany(referenceCounts, (double) n, currentCounts, (double) m);
    boolean cheap = (double) n * m <= MOST_CELLS_OF_COUNTS || conditionOnTies;
    return result(
        exactWanted(n, m) && (cheap || method == Method.EXACT),
        n,
        m,
        0,
        0,
        distance / ((double) n * m),
        distance,
        conditionOnTies ? tieBlocks(referenceCounts, currentCounts) : NO_BLOCKS);
  }

  /** The greatest |i·m − j·n| over the ends of the bins, in whole numbers. */
  private static long greatestDistance(long[] reference, long n, long[] current, long m) {
    long at = 0; // i·m − j·n, kept up by addition
    long greatest = 0;
    for (int bin = 0; bin < reference.length; bin++) {
      at += reference[bin] * m - current[bin] * n;
      greatest = Math.max(greatest, Math.abs(at));
    }
    return greatest;
  }

  /** The same where whole numbers would not hold the products. */
  private static double greatestDistanceOfMany(
      long[] reference, double n, long[] current, double m) {
    long i = 0;
    long j = 0;
    double greatest = 0;
    for (int bin = 0; bin < reference.length; bin++) {
      i += reference[bin];
      j += current[bin];
      greatest = Math.max(greatest, Math.abs(i / n - j / m));
    }
    return greatest * (n * m);
  }

  /** How many pooled values there are up to the end of each bin that has any. */
  private static long[] tieBlocks(long[] reference, long[] current) {
    long[] ends = new long[reference.length];
    int blocks = 0;
    long end = 0;
    for (int bin = 0; bin < reference.length; bin++) {
      long values = reference[bin] + current[bin];
      if (values > 0) {
        end += values;
        ends[blocks++] = end;
      }
    }
    return Arrays.copyOf(ends, blocks);
  }

  private TestResult result(
      boolean exact,
      long n,
      long m,
      long missingReference,
      long missingCurrent,
      double d,
      double distance,
      long[] blocks) {
    double p;
    String name;
    if (distance == 0) {
      p = 1;
      name = exact ? EXACT : ASYMPTOTIC;
    } else if (!exact) {
      p = asymptotic(n, m, d);
      name = ASYMPTOTIC;
    } else if (blocks.length > 0) {
      p = pathsLeaving(n, m, distance, blocks, 0);
      name = EXACT_ON_TIES;
    } else if (n == m) {
      p = reflectionSeries(n, Math.round(distance / n));
      name = EXACT;
    } else {
      p = pathsLeaving(n, m, distance, blocks, 0);
      name = EXACT;
    }
    double band = BAND * (1 / Math.sqrt((double) n) + 1 / Math.sqrt((double) m));
    double least = DETECTABLE * Math.sqrt(1.0 / n + 1.0 / m);
    return new TestResult(
        name,
        d,
        p,
        d,
        Math.max(0, d - band),
        Math.min(1, d + band),
        least > 1 ? Double.POSITIVE_INFINITY : least,
        n,
        m,
        missingReference,
        missingCurrent,
        true);
  }

  private boolean exactWanted(long n, long m) {
    return switch (method) {
      case ASYMPTOTIC -> false;
      case AUTO -> Math.max(n, m) <= LARGEST_EXACT_SAMPLE;
      case EXACT ->
          (double) n * m <= MOST_CELLS || (n == m && n <= Integer.MAX_VALUE && !conditionOnTies);
    };
  }

  /**
   * Returns the p-value of a distance, for samples without ties, by this test's method.
   *
   * @param n the size of the reference, at least 1
   * @param m the size of the current sample, at least 1
   * @param d the distance D, in [0, 1]
   * @return the probability of a distance of at least {@code d} if nothing changed
   * @throws IllegalArgumentException if a size is below 1 or {@code d} is not in [0, 1]
   */
  public double pValue(long n, long m, double d) {
    if (n < 1 || m < 1) {
      throw new IllegalArgumentException("sizes must be at least 1, were " + n + " and " + m);
    }
    if (!(d >= 0 && d <= 1)) {
      throw new IllegalArgumentException("d must be in [0, 1], was " + d);
    }
    double distance = Math.rint(d * ((double) n * m));
    return result(exactWanted(n, m), n, m, 0, 0, d, distance, new long[0]).pValue();
  }

  private static double asymptotic(long n, long m, double d) {
    double pooled = (double) n * m / ((double) n + m);
    return KolmogorovDistribution.survival(Math.max(1, (long) Math.rint(pooled)), d);
  }

  private static int withoutNaN(double[] sorted) {
    int size = sorted.length;
    while (size > 0 && Double.isNaN(sorted[size - 1])) {
      size--;
    }
    return size;
  }

  /**
   * The greatest |i·m − j·n| over the values at which both distribution functions stand still: in
   * whole numbers, so exact. Array lengths are below 2^31, their product below 2^62.
   */
  private static long greatestDistance(double[] x, int n, double[] y, int m) {
    int i = 0;
    int j = 0;
    long at = 0; // i·m − j·n, kept up by addition
    long greatest = 0;
    while (i < n && j < m) {
      double a = x[i];
      double b = y[j];
      // Without a branch on random data, which would be mispredicted every other time.
      int stepX = a <= b ? 1 : 0;
      int stepY = b <= a ? 1 : 0;
      double value = stepX == 1 ? a : b;
      i += stepX;
      j += stepY;
      at += (long) stepX * m - (long) stepY * n;
      boolean tied = (i < n && x[i] == value) || (j < m && y[j] == value);
      if (!tied) {
        greatest = Math.max(greatest, Math.abs(at));
      }
    }
    // One sample is used up, so its function is 1 and the distance shrinks from here on. The last
    // value may have been tied with the next ones: its run ends at a smaller distance.
    while (i < n && j == m && i > 0 && x[i] == y[m - 1]) {
      i++;
    }
    while (j < m && i == n && j > 0 && y[j] == x[n - 1]) {
      j++;
    }
    return Math.max(greatest, Math.abs((long) i * m - (long) j * n));
  }

  /** How many pooled values there are up to the end of each run of equal ones. */
  private static long[] tieBlocks(double[] x, int n, double[] y, int m) {
    long[] ends = new long[n + m];
    int blocks = 0;
    int i = 0;
    int j = 0;
    while (i < n || j < m) {
      double value = j == m || (i < n && x[i] <= y[j]) ? x[i] : y[j];
      while (i < n && x[i] == value) {
        i++;
      }
      while (j < m && y[j] == value) {
        j++;
      }
      ends[blocks++] = (long) i + j;
    }
    return Arrays.copyOf(ends, blocks);
  }

  /**
   * P(D >= h/n) = 2·Σ_{k>=1} (−1)^(k+1)·C(2n, n−kh)/C(2n, n) for n = m, from the innermost term:
   * 2·r₁·(1 − r₂·(1 − …)), where r_k is the ratio of consecutive coefficients, below 1.
   */
  private static double reflectionSeries(long n, long h) {
    double sum = 0;
    for (long k = n / h; k >= 1; k--) {
      double ratio = 1;
      long passed = (k - 1) * h;
      for (long i = 0; i < h; i++) {
        ratio *= (double) (n - passed - i) / (n + passed + 1 + i);
      }
      sum = ratio * (1 - sum);
    }
    return Math.min(1, 2 * sum);
  }

  /**
   * The probability that a random order of n and m values, which is a path from (0, 0) to (n, m),
   * meets |i·m − j·n| >= distance; at the given steps only, if there are any (ends of tie blocks).
   *
   * <p>{@code alive[i]} is the probability that the path is at (i, s − i) after s steps and has not
   * met the boundary (that above for side 1, that below for −1, either for 0). From there the next
   * value is of the first sample with probability (n − i)/(N − s). What meets the boundary is moved
   * to the result: only positive terms are added, so a small probability has a small relative
   * error. Cells whose probability is negligible are dropped, which also keeps the arithmetic clear
   * of slow subnormal numbers.
   */
  private static double pathsLeaving(long n, long m, double distance, long[] blocks, int side) {
    double pooled = (double) n * m / (n + m);
    double d = distance / ((double) n * m);
    if (pooled * d * d >= UNDERFLOW_NDD) {
      return 0;
    }
    int last = (int) n;
    double[] alive = new double[last + 3]; // shifted by one: alive[i + 1], so that i − 1 exists
    alive[1] = 1;
    int low = 0;
    int high = 0;
    double left = 0;
    int block = 0;
    long all = n + m;
    for (long s = 1; s <= all; s++) {
      double share = 1.0 / (all - s + 1);
      int newLow = (int) Math.max(low, s - m);
      int newHigh = Math.min(high + 1, last);
      alive[high + 2] = 0;
      advance(alive, newLow, newHigh, n + 1.0, m - s + 1.0, share);
      if (newLow > low) {
        alive[low + 1] = 0;
      }
      low = newLow;
      high = newHigh;
      boolean tested = true;
      if (blocks.length > 0) {
        tested = blocks[block] == s;
        block += tested ? 1 : 0;
      }
      // At i the path stands at i·m − (s − i)·n = i·N − s·n.
      while (low <= high
          && (alive[low + 1] < NEGLIGIBLE
              || (tested && beyond((double) low * all - (double) s * n, side) >= distance))) {
        left += alive[low + 1];
        alive[low + 1] = 0;
        low++;
      }
      while (low <= high
          && (alive[high + 1] < NEGLIGIBLE
              || (tested && beyond((double) high * all - (double) s * n, side) >= distance))) {
        left += alive[high + 1];
        alive[high + 1] = 0;
        high--;
      }
      if (low > high) {
        return Math.min(1, left);
      }
    }
    return Math.min(1, left);
  }

  private static double beyond(double position, int side) {
    return side == 0 ? Math.abs(position) : side * position;
  }

  private static void advance(
      double[] alive, int low, int high, double leftX, double leftY, double share) {
    for (int i = high; i >= low; i--) {
      alive[i + 1] = (alive[i] * (leftX - i) + alive[i + 1] * (leftY + i)) * share;
    }
  }

  /** Sets up a {@link KolmogorovSmirnov}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private Method method = Method.AUTO;
    private boolean conditionOnTies;
    private Alternative alternative = Alternative.TWO_SIDED;

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
     * Chooses whether an exact p-value takes the ties of the pooled sample as given, which makes it
     * smaller, and right, where values repeat. It costs O(n·m) at worst and does not affect
     * asymptotic p-values.
     *
     * @param conditionOnTies true to take ties into account; false by default, as in SciPy
     * @return this
     */
    public Builder conditionOnTies(boolean conditionOnTies) {
      this.conditionOnTies = conditionOnTies;
      return this;
    }

    /**
     * Chooses which differences count. One-sided p-values take no ties into account, and counts in
     * bins are always compared two-sided.
     *
     * @param alternative the alternative; {@link Alternative#TWO_SIDED} by default
     * @return this
     */
    public Builder alternative(Alternative alternative) {
      this.alternative = alternative;
      return this;
    }

    /**
     * Makes the test.
     *
     * @return the test
     */
    public KolmogorovSmirnov build() {
      return new KolmogorovSmirnov(this);
    }
  }
}
