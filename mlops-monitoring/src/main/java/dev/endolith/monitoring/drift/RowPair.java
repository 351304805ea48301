package dev.endolith.monitoring.drift;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Two samples of rows without those that are not finite, the reference's first, and the machinery
 * of permutation: the p-value of a statistic among those of the same rows dealt out at random.
 */
final class RowPair {
  /** All rows that are used, the reference's first. */
  final double[][] rows;

  final int n;
  final int m;
  final int width;
  private final int missingReference;
  private final int missingCurrent;

  RowPair(double[][] reference, double[][] current) {
    width = width(reference, current);
    double[][] x = finite(reference);
    double[][] y = finite(current);
    n = x.length;
    m = y.length;
    missingReference = reference.length - n;
    missingCurrent = current.length - m;
    rows = Arrays.copyOf(x, n + m);
    System.arraycopy(y, 0, rows, n, m);
  }

  static int width(double[][] reference, double[][] current) {
    int width =
        reference.length > 0 ? reference[0].length : current.length > 0 ? current[0].length : 0;
    check("reference", reference, width);
    check("current", current, width);
    return width;
  }

  private static void check(String name, double[][] rows, int width) {
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != width) {
        throw new IllegalArgumentException(
            "rows must be of one width, "
                + name
                + "["
                + i
                + "] had "
                + rows[i].length
                + " values, others "
                + width);
      }
    }
  }

  private static double[][] finite(double[][] rows) {
    return Arrays.stream(rows)
        .filter(row -> Arrays.stream(row).allMatch(Double::isFinite))
        .toArray(double[][]::new);
  }

  /** Rows taken at random, at most so many of each sample; the others just take no part. */
  RowPair thinned(int most, SplittableRandom random) {
    if (n <= most && m <= most) {
      return this;
    }
    return new RowPair(this, pick(0, n, most, random), pick(n, m, most, random));
  }

  private RowPair(RowPair all, double[][] x, double[][] y) {
    width = all.width;
    n = x.length;
    m = y.length;
    missingReference = all.missingReference;
    missingCurrent = all.missingCurrent;
    rows = Arrays.copyOf(x, n + m);
    System.arraycopy(y, 0, rows, n, m);
  }

  private double[][] pick(int from, int size, int most, SplittableRandom random) {
    int[] order = shuffled(size, random);
    double[][] picked = new double[Math.min(size, most)][];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = rows[from + order[i]];
    }
    return picked;
  }

  /** The numbers below a size in random order. */
  static int[] shuffled(int size, SplittableRandom random) {
    int[] order = new int[size];
    Arrays.setAll(order, i -> i);
    for (int i = size - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    return order;
  }

  /** Deals rows out: entry i says whether row i plays a reference row. */
  interface Statistic {
    double of(boolean[] reference);
  }

  /**
   * (1 + the number of permutations with at least the observed statistic)/(1 + permutations), which
   * is never 0 and keeps the level exactly (Phipson and Smyth 2010). A relative 1e-12 counts as
   * equal, as sums in another order differ in their last digits.
   */
  double permutationP(
      double observed, Statistic statistic, int permutations, SplittableRandom random) {
    int atLeast = 1;
    double slack = 1e-12 * Math.abs(observed) + 1e-300;
    boolean[] reference = new boolean[n + m];
    for (int round = 0; round < permutations; round++) {
      int[] order = shuffled(n + m, random);
      Arrays.fill(reference, false);
      for (int i = 0; i < n; i++) {
        reference[order[i]] = true;
      }
      atLeast += statistic.of(reference) >= observed - slack ? 1 : 0;
    }
    return (double) atLeast / (permutations + 1);
  }

  boolean[] asGiven() {
    boolean[] reference = new boolean[n + m];
    Arrays.fill(reference, 0, n, true);
    return reference;
  }

  double squaredDistance(int i, int j) {
    return squaredDistance(rows[i], rows[j]);
  }

  static double squaredDistance(double[] x, double[] y) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      double d = x[k] - y[k];
      sum += d * d;
    }
    return Math.min(Double.MAX_VALUE, sum);
  }

  /** The median of squared distances between so many pairs at most; 1 if all rows are the same. */
  double medianSquaredDistance(SplittableRandom random) {
    int all = n + m;
    long pairs = (long) all * (all - 1) / 2;
    double[] distances;
    if (pairs <= 50_000) {
      distances = new double[(int) pairs];
      int k = 0;
      for (int i = 0; i < all; i++) {
        for (int j = i + 1; j < all; j++) {
          distances[k++] = squaredDistance(i, j);
        }
      }
    } else {
      distances = new double[50_000];
      for (int k = 0; k < distances.length; k++) {
        int i = random.nextInt(all);
        int j = random.nextInt(all - 1);
        distances[k] = squaredDistance(i, j >= i ? j + 1 : j);
      }
    }
    Arrays.sort(distances);
    int half = distances.length / 2;
    double median =
        distances.length == 0
            ? 1
            : distances.length % 2 == 1
                ? distances[half]
                : distances[half - 1] + (distances[half] - distances[half - 1]) / 2;
    if (median > 0) {
      return median;
    }
    double greatest = distances.length == 0 ? 0 : distances[distances.length - 1];
    return greatest > 0 ? greatest : 1;
  }

  TestResult notEnoughData(String method) {
    return TestResult.notEnoughData(method, n, m, missingReference, missingCurrent);
  }

  TestResult result(String method, double statistic, double p, double effect) {
    return new TestResult(
        method, statistic, p, effect, n, m, missingReference, missingCurrent, true);
  }
}
