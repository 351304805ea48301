package dev.endolith.monitoring.drift;

import java.util.Arrays;

/**
 * Two samples without their NaN, sorted, and the sums over the pooled order that the rank tests are
 * made of. Negative zeros have become zeros, so that equal values are neighbours.
 */
final class SortedPair {
  final double[] x;
  final double[] y;
  final int n;
  final int m;
  private final int missingX;
  private final int missingY;

  SortedPair(double[] reference, double[] current) {
    x = sorted(reference);
    y = sorted(current);
    n = x.length;
    m = y.length;
    missingX = reference.length - n;
    missingY = current.length - m;
  }

  private static double[] sorted(double[] values) {
    double[] copy = values.clone();
    int size = ReferenceBins.withoutNaN(copy);
    for (int i = 0; i < size; i++) {
      copy[i] += 0.0;
    }
    double[] kept = size == copy.length ? copy : Arrays.copyOf(copy, size);
    Arrays.sort(kept);
    return kept;
  }

  boolean isEmpty() {
    return n == 0 || m == 0;
  }

  boolean isFinite() {
    return (n == 0 || (Double.isFinite(x[0]) && Double.isFinite(x[n - 1])))
        && (m == 0 || (Double.isFinite(y[0]) && Double.isFinite(y[m - 1])));
  }

  /** Whether all values of both samples are the same one. */
  boolean isConstant() {
    return x[0] == x[n - 1] && y[0] == y[m - 1] && x[0] == y[0];
  }

  /**
   * A power of two that brings the values to about 1, so that squares neither overflow nor vanish.
   */
  double scale() {
    double greatest =
        Math.max(
            Math.max(Math.abs(x[0]), Math.abs(x[n - 1])),
            Math.max(Math.abs(y[0]), Math.abs(y[m - 1])));
    return greatest == 0 ? 1 : Math.scalb(1.0, -Math.max(-1000, Math.getExponent(greatest)));
  }

  /** Told of each distinct pooled value: how often it occurs in each sample. */
  interface Blocks {
    void block(double value, int inX, int inY);
  }

  void forEachBlock(Blocks blocks) {
    int i = 0;
    int j = 0;
    while (i < n || j < m) {
      double value = j == m || (i < n && x[i] <= y[j]) ? x[i] : y[j];
      int a = i;
      int b = j;
      while (i < n && x[i] == value) {
        i++;
      }
      while (j < m && y[j] == value) {
        j++;
      }
      blocks.block(value, i - a, j - b);
    }
  }

  TestResult notEnoughData(String method) {
    return TestResult.notEnoughData(method, n, m, missingX, missingY);
  }

  TestResult result(String method, double statistic, double p, double effect) {
    return result(method, statistic, p, effect, Double.NaN, Double.NaN);
  }

  TestResult result(
      String method, double statistic, double p, double effect, double low, double high) {
    double probability = Double.isNaN(p) ? p : Math.max(0, Math.min(1, p));
    return new TestResult(
        method, statistic, probability, effect, low, high, n, m, missingX, missingY, true);
  }
}
