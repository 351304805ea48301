package dev.endolith.monitoring.drift;

import java.util.Arrays;

/*
 * Bins made from a reference sample alone, so that the same current value always falls into the same
 * bin: between the reference's quantiles (type 7 of Hyndman and Fan 1996, the usual one), with open
 * outer bins. A value that fills more than one bin, so that two quantiles fall on it, is a point mass
 * and becomes a bin of its own: a constant reference gives {below, equal, above}, and without this a
 * move away from the constant could stay unseen. Any other value that equals an edge belongs to the
 * bin above it.
 */
final class ReferenceBins {
  // Bin 2k holds what lies strictly between edge k−1 and edge k; bin 2k+1 would hold edge k itself.
  // For a plain edge that bin is merged with the one above.
  private final double[] edges;
  private final boolean[] pointMass;
  private final int[] firstBin; // the bin below edge k; its own, or the one above it, follows
  private final int bins;

  private ReferenceBins(double[] edges, boolean[] pointMass) {
    this.edges = edges;
    this.pointMass = pointMass;
    firstBin = new int[edges.length + 1];
    int bin = 0;
    for (int k = 0; k < edges.length; k++) {
      firstBin[k] = bin;
      bin += pointMass[k] ? 2 : 1;
    }
    firstBin[edges.length] = bin;
    bins = bin + 1;
  }

  /** Makes bins from the first {@code size} values of a sorted array without NaN, size >= 1. */
  static ReferenceBins ofSorted(double[] sorted, int size, int wanted) {
    double[] edges = new double[wanted - 1];
    boolean[] pointMass = new boolean[wanted - 1];
    int count = 0;
    for (int k = 1; k < wanted; k++) {
      double edge = quantile(sorted, size, (double) k / wanted) + 0.0; // no negative zero
      if (count > 0 && edges[count - 1] == edge) {
        pointMass[count - 1] = true;
      } else {
        edges[count++] = edge;
      }
    }
    // With two bins there is one edge only, and with it no second quantile to show a point mass.
    if (sorted[0] == sorted[size - 1]) {
      pointMass[0] = true;
    }
    return new ReferenceBins(Arrays.copyOf(edges, count), Arrays.copyOf(pointMass, count));
  }

  private static double quantile(double[] sorted, int size, double q) {
    double position = q * (size - 1);
    int below = (int) position;
    double low = sorted[below];
    double high = sorted[Math.min(below + 1, size - 1)];
    double part = position - below;
    double between = low + part * (high - low);
    // Between infinities, or where the difference overflows, there is nothing to interpolate.
    return low == high || part == 0 || !Double.isFinite(between) ? low : between;
  }

  /** Counts the values in each bin; NaN must have been left out. */
  long[] count(double[] values, int size) {
    long[] counts = new long[bins];
    for (int i = 0; i < size; i++) {
      counts[bin(values[i])]++;
    }
    return counts;
  }

  private int bin(double value) {
    // Adding 0.0 turns −0.0 into 0.0, which the search would otherwise set apart.
    int found = Arrays.binarySearch(edges, value + 0.0);
    if (found < 0) {
      return firstBin[-found - 1];
    }
    return pointMass[found] ? firstBin[found] + 1 : firstBin[found + 1];
  }

  /** Moves the values that are not NaN to the front, in order, and returns how many there are. */
  static int withoutNaN(double[] values) {
    int kept = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        values[kept++] = value;
      }
    }
    return kept;
  }
}
