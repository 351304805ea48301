package dev.endolith.monitoring.impact;

import dev.endolith.data.Features;
import dev.endolith.monitoring.drift.Correction;
import dev.endolith.monitoring.profile.ReferenceProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * How the dependence of two numeric columns changed: each may be distributed as before while they
 * no longer go together. Spearman's rank correlation ρ on each side; Fisher's z = artanh ρ with
 * variance 1.06/(n − 3) (E. Fieller, H. Hartley and E. Pearson, Biometrika 44, 1957), which holds
 * for |ρ| up to some 0.8 and n above 10. Immutable.
 *
 * @param first a column
 * @param second another one, after it in the schema
 * @param reference the correlation in the reference, in [−1, 1]
 * @param current the correlation now
 * @param adjustedPValue the probability of such a change by chance, adjusted for all pairs
 *     (Benjamini–Hochberg)
 * @param coefficient which correlation it is
 */
public record CorrelationChange(
    String first,
    String second,
    double reference,
    double current,
    double adjustedPValue,
    Coefficient coefficient) {
  /** Which correlation it is. */
  public enum Coefficient {
    /** Pearson's r, of values: compared with a profile. */
    PEARSON,
    /** Spearman's ρ, of ranks: compared with rows. */
    SPEARMAN
  }

  /**
   * Makes a change; one that an earlier version kept was of a monitor, and so Pearson's.
   *
   * @param first a column
   * @param second another one
   * @param reference the correlation in the reference
   * @param current the correlation now
   * @param adjustedPValue the probability of such a change by chance
   * @param coefficient which correlation
   */
  public CorrelationChange {
    coefficient = coefficient == null ? Coefficient.PEARSON : coefficient;
  }

  /** Pairs of the first so many numeric columns are compared. */
  public static final int MOST_COLUMNS = 60;

  private static final double FIELLER = 1.06;
  private static final int LEAST_ROWS = 20;

  /**
   * Compares the correlations of all pairs. O(rows × columns²).
   *
   * @param features how rows are read
   * @param reference rows as they should be
   * @param current rows as they are
   * @param alpha pairs with an adjusted p-value of at most this are told, in (0, 1)
   * @param least and a change of at least this, at least 0; 0.1 is a small one
   * @param <X> the row
   * @return the changes, greatest first; pairs that are both present in fewer than 20 rows on a
   *     side, or constant, are left out
   * @throws IllegalArgumentException if {@code alpha} is not in (0, 1) or {@code least} is negative
   *     or NaN
   */
  public static <X> List<CorrelationChange> find(
      Features<X> features,
      List<? extends X> reference,
      List<? extends X> current,
      double alpha,
      double least) {
    check(alpha, least);
    int[] fields =
        IntStream.range(0, features.schema().size())
            .filter(i -> features.schema().field(i).type().numeric())
            .limit(MOST_COLUMNS)
            .toArray();
    double[][] before = columns(features, reference, fields);
    double[][] now = columns(features, current, fields);
    List<CorrelationChange> changes = new ArrayList<>();
    for (int a = 0; a < fields.length; a++) {
      for (int b = a + 1; b < fields.length; b++) {
        Correlation was = Correlation.of(before[a], before[b]);
        Correlation is = Correlation.of(now[a], now[b]);
        double p = pValue(was, is);
        if (!Double.isNaN(p)) {
          changes.add(
              new CorrelationChange(
                  features.schema().field(fields[a]).name(),
                  features.schema().field(fields[b]).name(),
                  was.rho,
                  is.rho,
                  p,
                  Coefficient.SPEARMAN));
        }
      }
    }
    return clear(changes, alpha, least);
  }

  /**
   * Compares the correlations of rows with those of a profile: Pearson's r, of each pair of columns
   * of {@link ReferenceProfile#correlations()} over the rows in which both have a finite value; a
   * pair with fewer than 50 such rows is left out. The variance of r is estimated from the rows,
   * and is never taken smaller than under normal laws. O(rows × columns²).
   *
   * @param features how rows are read
   * @param reference how it should be
   * @param current rows as they are
   * @param alpha pairs with an adjusted p-value of at most this are told, in (0, 1)
   * @param least and a change of at least this, at least 0
   * @param <X> the row
   * @return the changes, greatest first; none with fewer than 50 complete rows on a side
   * @throws IllegalArgumentException if {@code alpha} is not in (0, 1) or {@code least} is negative
   *     or NaN
   */
  public static <X> List<CorrelationChange> find(
      Features<X> features,
      ReferenceProfile reference,
      List<? extends X> current,
      double alpha,
      double least) {
    check(alpha, least);
    return clear(PearsonChange.all(reference, features, current), alpha, least);
  }

  private static void check(double alpha, double least) {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha must be in (0, 1), was " + alpha);
    }
    if (!(least >= 0)) {
      throw new IllegalArgumentException("least must be at least 0, was " + least);
    }
  }

  private static List<CorrelationChange> clear(
      List<CorrelationChange> changes, double alpha, double least) {
    double[] adjusted =
        Correction.BENJAMINI_HOCHBERG.adjust(
            changes.stream().mapToDouble(CorrelationChange::adjustedPValue).toArray());
    return IntStream.range(0, adjusted.length)
        .mapToObj(i -> changes.get(i).adjusted(adjusted[i]))
        .filter(c -> c.adjustedPValue <= alpha && Math.abs(c.current - c.reference) >= least)
        .sorted(Comparator.comparingDouble(c -> -Math.abs(c.current - c.reference)))
        .toList();
  }

  private CorrelationChange adjusted(double p) {
    return new CorrelationChange(first, second, reference, current, p, coefficient);
  }

  private static double pValue(Correlation was, Correlation is) {
    if (Math.min(was.rows, is.rows) < LEAST_ROWS || Double.isNaN(was.rho + is.rho)) {
      return Double.NaN;
    }
    double error = Math.sqrt(FIELLER / (was.rows - 3) + FIELLER / (is.rows - 3));
    double z = Math.abs(artanh(was.rho) - artanh(is.rho)) / error;
    return Math.min(1, 2 * NormalDistribution.of(0, 1).survivalProbability(z));
  }

  static double artanh(double rho) {
    double inside = Math.max(-0.9999, Math.min(0.9999, rho)); // finite also where ranks are equal
    return 0.5 * Math.log((1 + inside) / (1 - inside));
  }

  private static <X> double[][] columns(
      Features<X> features, List<? extends X> rows, int[] fields) {
    return Arrays.stream(fields)
        .mapToObj(f -> ranks(rows.stream().mapToDouble(x -> features.number(x, f)).toArray()))
        .toArray(double[][]::new);
  }

  /** Mid-ranks among the values that are there; NaN stays. */
  private static double[] ranks(double[] values) {
    Integer[] order =
        IntStream.range(0, values.length)
            .filter(i -> !Double.isNaN(values[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .toArray(Integer[]::new);
    double[] ranks = new double[values.length];
    Arrays.fill(ranks, Double.NaN);
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }

  private record Correlation(double rho, int rows) {
    static Correlation of(double[] x, double[] y) {
      int n = 0;
      double meanX = 0;
      double meanY = 0;
      double xx = 0;
      double yy = 0;
      double xy = 0;
      for (int i = 0; i < x.length; i++) {
        if (!Double.isNaN(x[i]) && !Double.isNaN(y[i])) {
          n++;
          double dx = x[i] - meanX;
          double dy = y[i] - meanY;
          meanX += dx / n;
          meanY += dy / n;
          xx += dx * (x[i] - meanX);
          yy += dy * (y[i] - meanY);
          xy += dx * (y[i] - meanY);
        }
      }
      return new Correlation(xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : Double.NaN, n);
    }
  }
}
