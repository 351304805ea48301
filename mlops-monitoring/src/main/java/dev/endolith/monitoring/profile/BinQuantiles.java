package dev.endolith.monitoring.profile;

/** Values that are distributed as the counts of bins say, at ranks that are evenly spread. */
final class BinQuantiles {
  private final double[] cuts;
  private final double min;
  private final double max;
  private final boolean whole;

  BinQuantiles(double[] cuts, double min, double max) {
    this.cuts = cuts;
    this.min = min;
    this.max = max;
    boolean integers = min == Math.rint(min) && max == Math.rint(max);
    for (int k = 0; integers && k < cuts.length; k++) {
      integers = cuts[k] == Math.rint(cuts[k]) || isMass(k);
    }
    this.whole = integers;
  }

  /** Whether a bin holds one value only, so that its upper cut is the next double above it. */
  private boolean isMass(int bin) {
    return bin > 0 && bin < cuts.length && cuts[bin] == Math.nextUp(cuts[bin - 1]);
  }

  double[] of(long[] counts, int many) {
    long all = 0;
    for (long count : counts) {
      all += count;
    }
    if (all == 0) {
      return new double[0];
    }
    double[] values = new double[many];
    int bin = 0;
    double below = 0;
    for (int i = 0; i < many; i++) {
      double rank = (i + 0.5) / many * all;
      while (bin < counts.length - 1 && below + counts[bin] <= rank) {
        below += counts[bin++];
      }
      values[i] = inside(bin, (rank - below) / counts[bin]);
    }
    return values;
  }

  private double inside(int bin, double share) {
    if (isMass(bin)) {
      return cuts[bin - 1];
    }
    double low = bin == 0 ? min : cuts[bin - 1];
    double high = bin == cuts.length ? max : cuts[bin];
    double value = Math.max(min, Math.min(max, low + share * (high - low)));
    return whole ? Math.rint(value) : value;
  }
}
