package dev.endolith.monitoring.impact;

import dev.endolith.data.Features;
import dev.endolith.monitoring.profile.Correlations;
import dev.endolith.monitoring.profile.ReferenceColumn;
import dev.endolith.monitoring.profile.ReferenceProfile;
import java.util.ArrayList;
import java.util.List;
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
    List<double[]> complete = new ArrayList<>();
    for (X row : rows) {
      double[] values = standardized(reference, features, row);
      if (values.length > 0) {
        complete.add(values);
      }
    }
    List<CorrelationChange> changes = new ArrayList<>();
    if (complete.size() < LEAST_ROWS || known.rows() < LEAST_ROWS) {
      return changes;
    }
    double[][] z = standardized(complete, known.columns().size());
    for (int a = 0; a < z.length; a++) {
      for (int b = a + 1; b < z.length; b++) {
        String first = known.columns().get(a);
        String second = known.columns().get(b);
        double was = known.of(first, second).orElse(Double.NaN);
        double is = correlation(z[a], z[b]);
        double p = pValue(z[a], z[b], was, is, known.rows());
        if (!Double.isNaN(p)) {
          changes.add(new CorrelationChange(first, second, was, is, p));
        }
      }
    }
    return changes;
  }

  /** In deviations of the reference, cut off as there; empty if one has no finite value. */
  private static <X> double[] standardized(
      ReferenceProfile reference, Features<X> features, X row) {
    List<String> names = reference.correlations().columns();
    double[] values = new double[names.size()];
    for (int i = 0; i < values.length; i++) {
      ReferenceColumn column = reference.column(names.get(i)).orElse(null);
      int field = features.schema().position(names.get(i)).orElse(-1);
      if (column == null || field < 0) {
        return new double[0];
      }
      double value = features.number(row, field);
      if (!Double.isFinite(value)) {
        return new double[0];
      }
      double z = (value - column.mean()) / column.deviation();
      values[i] = Math.max(-FARTHEST, Math.min(FARTHEST, z));
    }
    return values;
  }

  /** By column, of mean 0 and variance 1; all zero if it does not vary. */
  private static double[][] standardized(List<double[]> rows, int columns) {
    int n = rows.size();
    double[][] z = new double[columns][n];
    for (int c = 0; c < columns; c++) {
      double mean = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double delta = rows.get(i)[c] - mean;
        mean += delta / (i + 1);
        squares += delta * (rows.get(i)[c] - mean);
      }
      double deviation = Math.sqrt(squares / n);
      for (int i = 0; deviation > 0 && i < n; i++) {
        z[c][i] = (rows.get(i)[c] - mean) / deviation;
      }
    }
    return z;
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
