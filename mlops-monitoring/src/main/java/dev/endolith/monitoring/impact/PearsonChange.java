package dev.endolith.monitoring.impact;

import dev.endolith.data.Features;
import dev.endolith.monitoring.profile.Correlations;
import dev.endolith.monitoring.profile.ReferenceColumn;
import dev.endolith.monitoring.profile.ReferenceProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/*
 * Pearson's correlations of rows against those of a profile, on Fisher's scale artanh r. Its variance
 * is the jackknife's, so that it holds for other than normal laws, too; that estimate is too large
 * rather than too small (B. Efron and C. Stein, Annals of Statistics 9, 1981).
 */
final class PearsonChange {
  private static final int LEAST_ROWS = 50;
  private static final double FARTHEST = 16; // deviations, as in the profile

  private PearsonChange() {}

  /** The changes of all pairs with their p-values, not adjusted. */
  static <X> List<CorrelationChange> all(
      ReferenceProfile reference, Features<X> features, List<? extends X> rows) {
    Correlations known = reference.correlations();
    List<CorrelationChange> changes = new ArrayList<>();
    if (rows.size() < LEAST_ROWS || known.rows() < LEAST_ROWS) {
      return changes;
    }
    double[][] values = new double[known.columns().size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = standardized(reference, features, rows, known.columns().get(i));
    }
    for (int a = 0; a < values.length; a++) {
      for (int b = a + 1; b < values.length; b++) {
        double[][] z = complete(values[a], values[b]);
        if (z[0].length < LEAST_ROWS) {
          continue;
        }
        String first = known.columns().get(a);
        String second = known.columns().get(b);
        double was = known.of(first, second).orElse(Double.NaN);
        double is = correlation(z[0], z[1]);
        double p = pValue(z[0], z[1], was, is, known.rows());
        if (!Double.isNaN(p)) {
          changes.add(
              new CorrelationChange(
                  first, second, was, is, p, CorrelationChange.Coefficient.PEARSON));
        }
      }
    }
    return changes;
  }

  /** In deviations of the reference, cut off as there; NaN where there is no finite value. */
  private static <X> double[] standardized(
      ReferenceProfile reference, Features<X> features, List<? extends X> rows, String name) {
    double[] values = new double[rows.size()];
    Arrays.fill(values, Double.NaN);
    ReferenceColumn column = reference.column(name).orElse(null);
    int field = features.schema().position(name).orElse(-1);
    for (int i = 0; column != null && field >= 0 && i < values.length; i++) {
      double value = features.number(rows.get(i), field);
      if (Double.isFinite(value)) {
        double z = (value - column.mean()) / column.deviation();
        values[i] = Math.max(-FARTHEST, Math.min(FARTHEST, z));
      }
    }
    return values;
  }

  /**
   * Of the rows that have both, each of mean 0 and variance 1; all zero if it does not vary. Pair
   * by pair, as one column that is not logged would leave no row that has all.
   */
  private static double[][] complete(double[] x, double[] y) {
    int[] both =
        IntStream.range(0, x.length)
            .filter(i -> !Double.isNaN(x[i]) && !Double.isNaN(y[i]))
            .toArray();
    return new double[][] {scaled(x, both), scaled(y, both)};
  }

  private static double[] scaled(double[] values, int[] rows) {
    int n = rows.length;
    double mean = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double delta = values[rows[i]] - mean;
      mean += delta / (i + 1);
      squares += delta * (values[rows[i]] - mean);
    }
    double deviation = Math.sqrt(squares / n);
    double[] scaled = new double[n];
    for (int i = 0; deviation > 0 && i < n; i++) {
      scaled[i] = (values[rows[i]] - mean) / deviation;
    }
    return scaled;
  }

  /** NaN if one does not vary. */
  private static double correlation(double[] x, double[] y) {
    double sum = 0;
    double squaresX = 0;
    double squaresY = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
      squaresX += x[i] * x[i];
      squaresY += y[i] * y[i];
    }
    boolean vary = squaresX > 0 && squaresY > 0;
    return vary ? Math.max(-1, Math.min(1, sum / x.length)) : Double.NaN;
  }

  private static double pValue(double[] x, double[] y, double was, double is, long referenceRows) {
    if (Double.isNaN(was + is)) {
      return Double.NaN;
    }
    double variance = jackknife(x, y, is);
    if (Double.isNaN(variance)) {
      return Double.NaN;
    }
    // of n rows; a sample of few values may hide how much r varies: never less than normal laws do
    double perRow = Math.max(1, variance * x.length);
    double error = Math.sqrt(perRow * (1.0 / (x.length - 3) + 1.0 / (referenceRows - 3)));
    double z = Math.abs(CorrelationChange.artanh(was) - CorrelationChange.artanh(is)) / error;
    return Math.min(1, 2 * NormalDistribution.of(0, 1).survivalProbability(z));
  }

  /** Of artanh r, where x and y have mean 0 and variance 1; NaN if one does not vary. */
  private static double jackknife(double[] x, double[] y, double r) {
    int n = x.length;
    double[] left = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double shrunk = n / (n - 1.0);
      double xx = n - x[i] * x[i] * shrunk;
      double yy = n - y[i] * y[i] * shrunk;
      left[i] = CorrelationChange.artanh((n * r - x[i] * y[i] * shrunk) / Math.sqrt(xx * yy));
      sum += left[i];
    }
    double squares = 0;
    for (double value : left) {
      squares += (value - sum / n) * (value - sum / n);
    }
    return squares * (n - 1) / n;
  }
}
