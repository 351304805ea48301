package dev.endolith.monitoring.drift;

/**
 * The energy distance of two samples, the root of twice the squared area between the two empirical
 * distribution functions.
 *
 * <pre>{@code
 * E = √(2·∫ (F(v) − G(v))² dv)
 * }</pre>
 *
 * <p>The statistic is in the root of the units of the values. Other libraries of this name give its
 * square. The effect size is the statistic divided by the root of the reference's deviation, free
 * of scale; infinite if the reference is constant and the samples differ. There is no p-value. If a
 * sample holds an infinity in another share than the other, the distance is infinite. NaN are left
 * out and counted. One value on each side is enough. Costs two sorts. Immutable and thread-safe.
 *
 * <p><b>Interval.</b> If {@link Builder#resamples} asks for it: the 95 % point of the error of the
 * effect, found by drawing both samples again, is added and taken off, as by the triangle
 * inequality it misses the truth by no more (Giné and Zinn 1990 for the bootstrap). It holds for
 * equal laws as well; far from them it is wider than it need be. The minimum detectable effect is
 * given with it: what its lower end would tell from 0 in four pairs of samples of five, an upper
 * bound. Each resample costs O(n + m); there is no interval with an infinite value.
 *
 * <p>Source: G. J. Székely and M. L. Rizzo, <i>Energy Statistics</i>, JSPI 143, 2013; SciPy gives
 * the root as here.
 */
public final class Energy implements TwoSampleTest {

  private final Resampling resampling;

  private Energy(Builder builder) {
    resampling = builder.resampling;
  }

  /**
   * Returns the distance with the defaults.
   *
   * @return the distance
   */
  public static Energy create() {
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

  private static final String NAME = "energy distance";

  @Override
  public TestResult compare(double[] reference, double[] current) {
    SortedPair pair = new SortedPair(reference, current);
    if (pair.isEmpty()) {
      return pair.notEnoughData(NAME);
    }
    Area area = new Area(pair);
    pair.forEachBlock(area);
    double total = area.total;
    double distance = Math.sqrt(2 * total);
    double mean = Normal.mean(pair.x);
    double deviation = Math.sqrt(Normal.squares(pair.x, mean) / pair.n);
    double effect = distance == 0 ? 0 : distance / Math.sqrt(deviation);
    TestResult result =
        pair.result(
            NAME, distance, Double.NaN, Double.isNaN(effect) ? Double.POSITIVE_INFINITY : effect);
    return resampling.around(result, pair, Energy::norm, false, true);
  }

  private static double norm(double[] difference, Resampling.Sampled sampled) {
    double total = 0;
    for (int k = 0; k + 1 < difference.length; k++) {
      total += difference[k] * difference[k] * (sampled.values[k + 1] - sampled.values[k]);
    }
    return Math.sqrt(2 * total / sampled.deviation());
  }

  private static final class Area implements SortedPair.Blocks {
    private final SortedPair pair;
    private double total;
    private double last;
    private long at; // (F − G)·n·m since the last value

    Area(SortedPair pair) {
      this.pair = pair;
    }

    @Override
    public void block(double value, int inX, int inY) {
      // Nothing lies before the first value, and equal functions need no width, which may be
      // infinite.
      if (at != 0) {
        double d = at / ((double) pair.n * pair.m);
        total += d * d * (value - last);
      }
      last = value;
      at += (long) inX * pair.m - (long) inY * pair.n;
    }
  }

  /** Sets up an {@link Energy}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
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
     * Makes the distance.
     *
     * @return the distance
     */
    public Energy build() {
      return new Energy(this);
    }
  }
}
