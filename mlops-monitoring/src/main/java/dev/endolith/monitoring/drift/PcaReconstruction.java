package dev.endolith.monitoring.drift;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Reconstruction by principal components: rows that no longer lie near the plane in which the
 * reference's rows lie. Sees correlations that turn, which no test column by column can.
 *
 * <p>Columns are standardised by the reference (population deviation; 1 for a constant one), the
 * fewest components that keep the wanted share of the variance (65 %) are kept, and a row's error
 * is the Euclidean norm of what they leave out. The statistic is the mean error of the current rows
 * less that of the reference's, both by the components of the whole reference, as NannyML's; a
 * value that is NaN or infinite is missing and replaced by the reference's mean, so no row is left
 * out.
 *
 * <p>NannyML compares the mean with ±3 deviations of the means of ten chunks, a threshold that is
 * itself mostly noise. Here the p-value is that of {@link WelchT} between errors of the current
 * rows and of a random half of the reference, by components learned from the other half, as rows
 * that were learned from have smaller errors. The effect size is the difference in deviations
 * (Cohen's d), with its interval. The test sees errors that grow or shrink.
 *
 * <p>At least eight rows of the reference and two current ones, and one column. O(N·d² + d³).
 * Immutable and thread-safe.
 *
 * <p>Source: J. Jackson and G. Mudholkar, <i>Control Procedures for Residuals Associated With
 * Principal Component Analysis</i>, Technometrics 21, 1979.
 */
public final class PcaReconstruction implements MultivariateTest {
  private static final String NAME = "PCA reconstruction";
  private static final int LEAST_REFERENCE = 8;

  private final double variance;
  private final long seed;

  private PcaReconstruction(Builder builder) {
    variance = builder.variance;
    seed = builder.seed;
  }

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static PcaReconstruction create() {
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
    int width = RowPair.width(reference, current);
    int n = reference.length;
    int m = current.length;
    if (n < LEAST_REFERENCE || m < 2 || width == 0) {
      return TestResult.notEnoughData(NAME, n, m, 0, 0);
    }
    Components whole = Components.of(reference, variance);
    double statistic = Normal.mean(whole.errors(current)) - Normal.mean(whole.errors(reference));
    int[] order = RowPair.shuffled(n, new SplittableRandom(seed));
    double[][] learned = new double[n / 2][];
    double[][] heldOut = new double[n - n / 2][];
    Arrays.setAll(learned, i -> reference[order[i]]);
    Arrays.setAll(heldOut, i -> reference[order[n / 2 + i]]);
    Components half = Components.of(learned, variance);
    double[] before = half.errors(heldOut);
    double[] now = half.errors(current);
    TestResult welch = WelchT.create().compare(before, now);
    String method = NAME + " (" + whole.kept + " of " + width + " components)";
    return new TestResult(
        method,
        statistic,
        welch.pValue(),
        welch.effectSize(),
        welch.effectLow(),
        welch.effectHigh(),
        welch.minimumDetectableEffect(),
        n,
        m,
        0,
        0,
        true);
  }

  /** What was learned from some rows. */
  static final class Components {
    private final double[] means;
    private final double[] scales;
    private final double[][] directions;
    final int kept;

    private Components(double[] means, double[] scales, double[][] directions) {
      this.means = means;
      this.scales = scales;
      this.directions = directions;
      this.kept = directions.length;
    }

    static Components of(double[][] rows, double share) {
      int width = rows[0].length;
      double[] means = new double[width];
      double[] scales = new double[width];
      for (int c = 0; c < width; c++) {
        int column = c;
        double[] values =
            Arrays.stream(rows).mapToDouble(r -> r[column]).filter(Double::isFinite).toArray();
        // by a power of two, so that squares of great values stay finite
        double greatest = Arrays.stream(values).map(Math::abs).max().orElse(0);
        double unit = greatest == 0 ? 1 : Math.scalb(1.0, -Math.getExponent(greatest));
        double[] scaled = Arrays.stream(values).map(v -> v * unit).toArray();
        double mean = scaled.length == 0 ? 0 : Normal.mean(scaled);
        double squares = scaled.length == 0 ? 0 : Normal.squares(scaled, mean);
        // missing values take the mean's place, so they count as rows
        double deviation = Math.sqrt(squares / rows.length);
        means[c] = mean / unit;
        scales[c] = deviation > 1e-13 ? deviation / unit : 1;
      }
      double[][] covariance = new double[width][width];
      double[] z = new double[width];
      for (double[] row : rows) {
        standardise(row, means, scales, z);
        for (int i = 0; i < width; i++) {
          for (int j = 0; j <= i; j++) {
            covariance[i][j] += z[i] * z[j];
          }
        }
      }
      double trace = 0;
      for (int i = 0; i < width; i++) {
        trace += covariance[i][i];
        for (int j = 0; j < i; j++) {
          covariance[j][i] = covariance[i][j];
        }
      }
      SymmetricMatrix.Decomposed decomposed = SymmetricMatrix.decompose(covariance);
      Integer[] order = new Integer[width];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, (a, b) -> Double.compare(decomposed.value(b), decomposed.value(a)));
      int kept = 0;
      double sum = 0;
      while (kept < width && (kept == 0 || sum < share * trace)) {
        sum += decomposed.value(order[kept++]);
      }
      double[][] directions = new double[kept][width];
      double[] axis = new double[width];
      for (int k = 0; k < kept; k++) {
        for (int c = 0; c < width; c++) {
          axis[c] = 1;
          directions[k][c] = decomposed.along(order[k], axis);
          axis[c] = 0;
        }
      }
      return new Components(means, scales, directions);
    }

    double[] errors(double[][] rows) {
      double[] errors = new double[rows.length];
      double[] z = new double[means.length];
      for (int i = 0; i < rows.length; i++) {
        standardise(rows[i], means, scales, z);
        for (double[] direction : directions) {
          double along = 0;
          for (int c = 0; c < z.length; c++) {
            along += direction[c] * z[c];
          }
          for (int c = 0; c < z.length; c++) {
            z[c] -= along * direction[c];
          }
        }
        double greatest = 0;
        for (double left : z) {
          greatest = Math.max(greatest, Math.abs(left));
        }
        double squares = 0;
        for (double left : z) {
          double part = greatest > 0 ? left / greatest : 0;
          squares += part * part;
        }
        // below the root of the greatest double, so that variances of errors are finite
        errors[i] = Math.min(1e150, greatest * Math.sqrt(squares));
      }
      return errors;
    }

    private static void standardise(double[] row, double[] means, double[] scales, double[] z) {
      for (int c = 0; c < z.length; c++) {
        double value = (row[c] - means[c]) / scales[c];
        z[c] = Double.isFinite(row[c]) ? Math.max(-1e150, Math.min(1e150, value)) : 0;
      }
    }
  }

  /** Sets up a {@link PcaReconstruction}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private double variance = 0.65;
    private long seed;

    private Builder() {}

    /**
     * Sets the share of the variance that components must keep.
     *
     * @param variance in (0, 1); 0.65 by default
     * @return this
     * @throws IllegalArgumentException if {@code variance} is not in (0, 1)
     */
    public Builder variance(double variance) {
      if (!(variance > 0 && variance < 1)) {
        throw new IllegalArgumentException("variance must be in (0, 1), was " + variance);
      }
      this.variance = variance;
      return this;
    }

    /**
     * Sets which half of the reference is learned from.
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
    public PcaReconstruction build() {
      return new PcaReconstruction(this);
    }
  }
}
