package dev.endolith.monitoring.drift;

import java.util.Arrays;

/**
 * Drift of embeddings: vectors of hundreds of numbers of which no single one means anything.
 *
 * <p>Vectors are first brought to length 1, as most embeddings are compared by angle ({@link
 * #ofLengths} keeps their lengths). The statistic and the p-value are those of {@link Mmd}, which
 * sees centres that move and clusters that come and go. The effect size is how far the centre has
 * moved in units of the reference's spread, |x̄ − ȳ|²/E|x − x̄|², less what chance makes of it, at
 * least 0: 0.1 says that a tenth of the variance of both together lies between the samples. A small
 * one with a small p-value means a change of shape.
 *
 * <p>Rows with a value that is not finite are left out and counted. At least two rows on each side.
 * Immutable and thread-safe.
 */
public final class EmbeddingDrift implements MultivariateTest {
  private static final String NAME = "embedding drift";

  private final MultivariateTest test;
  private final boolean angles;

  private EmbeddingDrift(MultivariateTest test, boolean angles) {
    this.test = test;
    this.angles = angles;
  }

  /**
   * Returns the comparison by angles, by {@link Mmd} with its defaults.
   *
   * @return the comparison
   */
  public static EmbeddingDrift create() {
    return by(Mmd.create());
  }

  /**
   * Returns the comparison by angles.
   *
   * @param test what tests, such as an {@link Mmd} with another seed, or a {@link ClassifierTest}
   * @return the comparison
   */
  public static EmbeddingDrift by(MultivariateTest test) {
    return new EmbeddingDrift(test, true);
  }

  /**
   * Returns the comparison of vectors as they are, lengths included.
   *
   * @return the comparison
   */
  public EmbeddingDrift ofLengths() {
    return new EmbeddingDrift(test, false);
  }

  @Override
  public TestResult compare(double[][] reference, double[][] current) {
    double[][] x = angles ? unit(reference) : reference;
    double[][] y = angles ? unit(current) : current;
    TestResult tested = test.compare(x, y);
    if (!tested.enoughData()) {
      return tested;
    }
    return new TestResult(
        NAME + " by " + tested.method(),
        tested.statistic(),
        tested.pValue(),
        moved(new RowPair(x, y)),
        tested.referenceSize(),
        tested.currentSize(),
        tested.referenceMissing(),
        tested.currentMissing(),
        true);
  }

  private static double moved(RowPair pair) {
    double[][] x = Arrays.copyOf(pair.rows, pair.n);
    double[][] y = Arrays.copyOfRange(pair.rows, pair.n, pair.n + pair.m);
    double[] centreX = centre(x, pair.width);
    double[] centreY = centre(y, pair.width);
    double spreadX = spread(x, centreX);
    double spreadY = spread(y, centreY);
    double distance = RowPair.squaredDistance(centreX, centreY);
    double chance = spreadX / pair.n + spreadY / pair.m;
    double moved = Math.max(0, distance - chance);
    if (moved == 0) {
      return 0;
    }
    return spreadX > 0 ? moved / spreadX : Double.POSITIVE_INFINITY;
  }

  private static double[] centre(double[][] rows, int width) {
    double[] centre = new double[width];
    for (double[] row : rows) {
      for (int c = 0; c < width; c++) {
        centre[c] += row[c] / rows.length;
      }
    }
    return centre;
  }

  private static double spread(double[][] rows, double[] centre) {
    double sum = 0;
    for (double[] row : rows) {
      sum += RowPair.squaredDistance(row, centre) / Math.max(1, rows.length - 1);
    }
    return Math.min(Double.MAX_VALUE, sum);
  }

  private static double[][] unit(double[][] rows) {
    double[][] unit = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      double greatest = Arrays.stream(rows[i]).map(Math::abs).max().orElse(0);
      double scale = greatest > 0 && Double.isFinite(greatest) ? greatest : 1;
      double[] scaled = Arrays.stream(rows[i]).map(v -> v / scale).toArray();
      double length = Math.sqrt(Arrays.stream(scaled).map(v -> v * v).sum());
      unit[i] =
          length > 0 && Double.isFinite(greatest)
              ? Arrays.stream(scaled).map(v -> v / length).toArray()
              : scaled;
    }
    return unit;
  }
}
