package dev.endolith.monitoring.drift;

import java.util.Arrays;
import java.util.SplittableRandom;

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
 * <p><b>Interval.</b> The distance of the centres misses that of the true ones by at most the
 * length of the error, whose law is a normal one's with the covariance of the rows (of at most 500
 * rows of each side, drawn in 199 rounds of normal weights): its 95 % point is added and taken off.
 * The spread is held fixed. The minimum detectable effect is what the lower end would tell from 0
 * in four pairs of samples of five. There are none where the reference has no spread.
 *
 * <p>Rows with a value that is not finite are left out and counted. At least two rows on each side.
 * Immutable and thread-safe.
 */
public final class EmbeddingDrift implements MultivariateTest {
  private static final String NAME = "embedding drift";
  private static final long SEED = 0x5eed;
  private static final int ROUNDS = 199;
  private static final int MOST_DRAWN = 500;

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
    Centres centres = new Centres(new RowPair(x, y));
    TestResult result =
        new TestResult(
            NAME + " by " + tested.method(),
            tested.statistic(),
            tested.pValue(),
            centres.moved(),
            tested.referenceSize(),
            tested.currentSize(),
            tested.referenceMissing(),
            tested.currentMissing(),
            true);
    return centres.around(result);
  }

  /** Where both samples have their centres, and how far they are spread around them. */
  private static final class Centres {
    private final double[][] x;
    private final double[][] y;
    private final double[] centreX;
    private final double[] centreY;
    private final double spreadX;
    private final double distance;
    private final double chance;

    Centres(RowPair pair) {
      x = Arrays.copyOf(pair.rows, pair.n);
      y = Arrays.copyOfRange(pair.rows, pair.n, pair.n + pair.m);
      centreX = centre(x, pair.width);
      centreY = centre(y, pair.width);
      spreadX = spread(x, centreX);
      distance = RowPair.squaredDistance(centreX, centreY);
      chance = spreadX / pair.n + spread(y, centreY) / pair.m;
    }

    double moved() {
      double moved = Math.max(0, distance - chance);
      if (moved == 0) {
        return 0;
      }
      return spreadX > 0 ? moved / spreadX : Double.POSITIVE_INFINITY;
    }

    TestResult around(TestResult result) {
      if (!(spreadX > 0 && Double.isFinite(distance))) {
        return result;
      }
      SplittableRandom random = new SplittableRandom(SEED);
      double[] lengths = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        double[] error = new double[centreX.length];
        drawn(x, centreX, random, error);
        drawn(y, centreY, random, error);
        lengths[round] = Math.sqrt(Arrays.stream(error).map(v -> v * v).sum());
      }
      double reach = Resampling.quantile(lengths, 0.95);
      double least = reach + Resampling.quantile(lengths, NoncentralChiSquare.POWER);
      double low = Math.max(0, Math.sqrt(distance) - reach);
      double high = Math.sqrt(distance) + reach;
      return result.withEffect(
          Math.min(result.effectSize(), low * low / spreadX),
          Math.max(result.effectSize(), high * high / spreadX),
          least * least / spreadX);
    }

    /** Adds a normal error of a centre, with the covariance of its rows over their number. */
    private static void drawn(
        double[][] rows, double[] centre, SplittableRandom random, double[] error) {
      int some = Math.min(rows.length, MOST_DRAWN);
      double scale = 1 / Math.sqrt(rows.length * Math.max(1.0, some - 1.0));
      for (int k = 0; k < some; k++) {
        double[] row = rows[(int) ((long) k * rows.length / some)];
        double weight = scale * random.nextGaussian();
        for (int c = 0; c < centre.length; c++) {
          error[c] += weight * (row[c] - centre[c]);
        }
      }
    }
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
