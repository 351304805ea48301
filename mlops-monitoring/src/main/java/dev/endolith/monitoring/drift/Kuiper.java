package dev.endolith.monitoring.drift;

/**
 * Kuiper's test: the sum of the greatest distances of the two empirical distribution functions in
 * both directions. Unlike {@link KolmogorovSmirnov} it sees changes of spread as well as shifts,
 * and suits values on a circle.
 *
 * <pre>{@code
 * V = max(F − G) + max(G − F),   λ = (√nₑ + 0.155 + 0.24/√nₑ)·V,   nₑ = nm/(n + m)
 * p = 2·Σ_{j≥1} (4j²λ² − 1)·e^(−2j²λ²)
 * }</pre>
 *
 * <p>Statistic and effect size are both V, in [0, 1]. p is asymptotic, with Stephens' finite-size
 * correction (1970), and conservative with ties; 1 for λ below 0.4. Infinities are ordinary values.
 * NaN are left out and counted. One value on each side is enough. Costs two sorts. Immutable and
 * thread-safe.
 *
 * <p><b>Interval.</b> V less and plus 1.8625/(√n + 0.155 + 0.24/√n), and the same of m: each
 * empirical function is that far from its law, in Kuiper's distance, with a probability of 0.025,
 * and the triangle inequality does the rest. It holds for any law and is wide. The minimum
 * detectable effect is an upper bound: between the two points that make V the observed distance is
 * normal with a deviation of at most ½√(1/n + 1/m).
 *
 * <p>Source: N. H. Kuiper, <i>Tests Concerning Random Points on a Circle</i>, Indagationes
 * Mathematicae 22, 1960.
 */
public final class Kuiper implements TwoSampleTest {

  private Kuiper() {}

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static Kuiper create() {
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

  private static final String NAME = "Kuiper";

  /** The 2.5 % point of the law: both samples keep to theirs with 95 %. */
  private static final double BAND = 1.8625;

  /** Its 5 % point, and the normal 80 % point. */
  private static final double CRITICAL = 1.7473;

  private static final double POWER = 0.8416;

  @Override
  public TestResult compare(double[] reference, double[] current) {
    SortedPair pair = new SortedPair(reference, current);
    if (pair.isEmpty()) {
      return pair.notEnoughData(NAME);
    }
    Distances distances = new Distances(pair);
    pair.forEachBlock(distances);
    double v = ((double) distances.above + distances.below) / ((double) pair.n * pair.m);
    double root = Math.sqrt((double) pair.n * pair.m / ((double) pair.n + pair.m));
    double reach = BAND / scaled(Math.sqrt(pair.n)) + BAND / scaled(Math.sqrt(pair.m));
    double least = CRITICAL / scaled(root) + POWER / 2 / root;
    return pair.result(NAME, v, survival(scaled(root) * v), v)
        .withEffect(
            Math.max(0, v - reach),
            Math.min(1, v + reach),
            least > 1 ? Double.POSITIVE_INFINITY : least);
  }

  /** Stephens' correction: what V is multiplied by. */
  private static double scaled(double root) {
    return root + 0.155 + 0.24 / root;
  }

  static double survival(double lambda) {
    if (lambda < 0.4) {
      return 1;
    }
    double sum = 0;
    for (int j = 1; j <= 100; j++) {
      double square = (double) j * j * lambda * lambda;
      double term = (4 * square - 1) * Math.exp(-2 * square);
      sum += term;
      if (Math.abs(term) <= 1e-17 * Math.abs(sum)) {
        break;
      }
    }
    return Math.max(0, Math.min(1, 2 * sum));
  }

  /** The greatest i·m − j·n and j·n − i·m: whole numbers, so exact. */
  static final class Distances implements SortedPair.Blocks {
    private final SortedPair pair;
    private long at;
    private long above;
    private long below;

    Distances(SortedPair pair) {
      this.pair = pair;
    }

    long above() {
      return above;
    }

    long below() {
      return below;
    }

    @Override
    public void block(double value, int inX, int inY) {
      at += (long) inX * pair.m - (long) inY * pair.n;
      above = Math.max(above, at);
      below = Math.max(below, -at);
    }
  }

  /** Sets up a {@link Kuiper}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private Builder() {}

    /**
     * Makes the test.
     *
     * @return the test
     */
    public Kuiper build() {
      return new Kuiper();
    }
  }
}
