package dev.endolith.model;

import java.util.Arrays;
import java.util.Comparator;

/*
 * The area under the ROC curve and its structural components.
 *
 * For a positive row i, v10(i) is the share of negative rows that it outranks, ties counted half; for
 * a negative row j, v01(j) is the share of positive rows that outrank it. The area is the mean of
 * either. Their covariances between two models on the same rows give the variance of the difference
 * of the areas (DeLong, DeLong and Clarke-Pearson, 1988). All components come from mid-ranks in
 * O(n log n) (Sun and Xu, 2014): v10(i) = (rank among all − rank among positives) / negatives.
 */
final class RocArea {
  private final double[] positives;
  private final double[] negatives;

  private RocArea(double[] positives, double[] negatives) {
    this.positives = positives;
    this.negatives = negatives;
  }

  static RocArea of(Outcomes outcomes) {
    int label = outcomes.positive();
    int n = outcomes.size();
    double[] scores = new double[n];
    boolean[] positive = new boolean[n];
    int m = 0;
    for (int i = 0; i < n; i++) {
      scores[i] = outcomes.score(i, label);
      positive[i] = outcomes.truth(i) == label;
      if (positive[i]) {
        m++;
      }
    }
    double[] up = new double[m];
    double[] down = new double[n - m];
    for (int i = 0, p = 0, q = 0; i < n; i++) {
      if (positive[i]) {
        up[p++] = scores[i];
      } else {
        down[q++] = scores[i];
      }
    }
    double[] all = midRanks(scores);
    double[] amongUp = midRanks(up);
    double[] amongDown = midRanks(down);
    double[] v10 = new double[m];
    double[] v01 = new double[n - m];
    for (int i = 0, p = 0, q = 0; i < n; i++) {
      if (positive[i]) {
        v10[p] = (all[i] - amongUp[p]) / (n - m);
        p++;
      } else {
        v01[q] = 1 - (all[i] - amongDown[q]) / m;
        q++;
      }
    }
    return new RocArea(v10, v01);
  }

  /** The area, NaN where one class is absent. */
  double area() {
    return positives.length == 0 || negatives.length == 0
        ? Double.NaN
        : Arrays.stream(positives).average().orElse(Double.NaN);
  }

  /** The variance of this area minus another's on the same rows; NaN with under two of a class. */
  double varianceOfDifference(RocArea other) {
    return variance(positives, other.positives) / positives.length
        + variance(negatives, other.negatives) / negatives.length;
  }

  /** The variance of this area; NaN with under two of a class. */
  double variance() {
    return variance(positives, new double[positives.length]) / positives.length
        + variance(negatives, new double[negatives.length]) / negatives.length;
  }

  int positives() {
    return positives.length;
  }

  int negatives() {
    return negatives.length;
  }

  private static double variance(double[] a, double[] b) {
    double mean = 0;
    for (int i = 0; i < a.length; i++) {
      mean += a[i] - b[i];
    }
    mean /= a.length;
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double deviation = a[i] - b[i] - mean;
      sum += deviation * deviation;
    }
    return a.length < 2 ? Double.NaN : sum / (a.length - 1);
  }

  private static double[] midRanks(double[] values) {
    Integer[] order = new Integer[values.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> values[i]));
    double[] ranks = new double[values.length];
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      double rank = (from + 1 + to) / 2.0;
      for (int i = from; i < to; i++) {
        ranks[order[i]] = rank;
      }
      from = to;
    }
    return ranks;
  }
}
