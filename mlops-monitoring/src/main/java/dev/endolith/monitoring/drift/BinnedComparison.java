package dev.endolith.monitoring.drift;

import java.util.Arrays;

/** Compares two samples of numbers by their counts in bins that are made from the reference. */
final class BinnedComparison {
  private BinnedComparison() {}

  static TestResult compare(
      String name, double[] reference, double[] current, int bins, CategoricalTest onCounts) {
    double[] x = reference.clone();
    double[] y = current.clone();
    int n = ReferenceBins.withoutNaN(x);
    int m = ReferenceBins.withoutNaN(y);
    int missingReference = x.length - n;
    int missingCurrent = y.length - m;
    if (n == 0 || m == 0) {
      return TestResult.notEnoughData(name, n, m, missingReference, missingCurrent);
    }
    Arrays.sort(x, 0, n);
    ReferenceBins edges = ReferenceBins.ofSorted(x, n, bins);
    return onCounts
        .compare(edges.count(x, n), edges.count(y, m))
        .missing(missingReference, missingCurrent);
  }

  static int checkBins(int bins) {
    if (bins < 2 || bins > 1_000) {
      throw new IllegalArgumentException("bins must be in [2, 1000], was " + bins);
    }
    return bins;
  }
}
