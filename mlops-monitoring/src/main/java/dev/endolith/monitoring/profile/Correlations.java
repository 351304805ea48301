package dev.endolith.monitoring.profile;

import dev.endolith.data.Features;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Pearson's correlations of the first numeric columns, over the rows in which all of them have a
 * finite value. Rounded to six digits. Immutable.
 *
 * @param columns the columns, at most {@value #MOST_COLUMNS}; constant ones are left out
 * @param rows how many rows they were computed of
 * @param values the correlation of each column with those after it, row by row
 */
public record Correlations(List<String> columns, long rows, List<Double> values) {
  /** Pairs grow with the square of the columns: so many make 190. */
  public static final int MOST_COLUMNS = 20;

  static final Correlations NONE = new Correlations(List.of(), 0, List.of());

  private static final double STEPS = 2_048;
  private static final double FARTHEST = 16;

  /**
   * Checks the sizes.
   *
   * @param columns the columns
   * @param rows how many rows they were computed of
   * @param values the correlation of each column with those after it, row by row
   * @throws IllegalArgumentException if there is not one value per pair
   */
  public Correlations {
    columns = List.copyOf(columns);
    values = List.copyOf(values);
    if (values.size() != columns.size() * (columns.size() - 1) / 2) {
      throw new IllegalArgumentException("correlations must be one per pair of columns");
    }
  }

  /**
   * The correlation of two columns.
   *
   * @param one a column's name
   * @param other another column's name
   * @return in [−1, 1]; empty if one of them was not correlated
   */
  public OptionalDouble of(String one, String other) {
    int i = Math.min(columns.indexOf(one), columns.indexOf(other));
    int j = Math.max(columns.indexOf(one), columns.indexOf(other));
    return i < 0 || i == j
        ? OptionalDouble.empty()
        : OptionalDouble.of(values.get(i * (2 * columns.size() - i - 1) / 2 + j - i - 1));
  }

  /*
   * Of rows that are at hand: whole numbers of 1/2048 of a standard deviation are summed, so that
   * the order of the rows does not show; beyond 16 deviations a value counts as 16.
   */
  static <X> Correlations of(
      Features<X> features, Iterator<X> rows, List<Integer> fields, double[] means, double[] sd) {
    int many = fields.size();
    long[] sums = new long[many];
    long[][] products = new long[many][many];
    long[] steps = new long[many];
    long used = 0;
    while (rows.hasNext()) {
      X row = rows.next();
      boolean complete = true;
      for (int i = 0; complete && i < many; i++) {
        double value = features.number(row, fields.get(i));
        complete = Double.isFinite(value);
        double z = Math.max(-FARTHEST, Math.min(FARTHEST, (value - means[i]) / sd[i]));
        steps[i] = Math.round(z * STEPS);
      }
      if (complete) {
        used++;
        for (int i = 0; i < many; i++) {
          sums[i] += steps[i];
          for (int j = i; j < many; j++) {
            products[i][j] += steps[i] * steps[j];
          }
        }
      }
    }
    double[][] covariances = new double[many][many];
    for (int i = 0; i < many; i++) {
      for (int j = i; j < many; j++) {
        covariances[i][j] =
            (double) products[i][j] / used - (double) sums[i] / used * ((double) sums[j] / used);
      }
    }
    return of(
        fields.stream().map(f -> features.schema().field(f).name()).toList(), used, covariances);
  }

  /** Of a covariance matrix, or a multiple of one; only j ≥ i is read. */
  static Correlations of(List<String> names, long rows, double[][] covariances) {
    List<Integer> varying = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (covariances[i][i] > 0 && rows > 2) {
        varying.add(i);
      }
    }
    List<Double> values = new ArrayList<>();
    for (int a = 0; a < varying.size(); a++) {
      for (int b = a + 1; b < varying.size(); b++) {
        int i = varying.get(a);
        int j = varying.get(b);
        double r = covariances[i][j] / Math.sqrt(covariances[i][i] * covariances[j][j]);
        double bounded = Double.isFinite(r) ? Math.max(-1, Math.min(1, r)) : 0;
        values.add(Math.rint(bounded * 1e6) / 1e6 + 0.0);
      }
    }
    return new Correlations(varying.stream().map(names::get).toList(), rows, values);
  }
}
