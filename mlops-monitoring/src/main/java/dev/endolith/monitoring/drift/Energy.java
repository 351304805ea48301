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
 * <p>Source: G. J. Székely and M. L. Rizzo, <i>Energy Statistics</i>, JSPI 143, 2013; SciPy gives
 * the root as here.
 */
public final class Energy implements TwoSampleTest {

  private Energy() {}

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
    return pair.result(
        NAME, distance, Double.NaN, Double.isNaN(effect) ? Double.POSITIVE_INFINITY : effect);
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
    private Builder() {}

    /**
     * Makes the distance.
     *
     * @return the distance
     */
    public Energy build() {
      return new Energy();
    }
  }
}
