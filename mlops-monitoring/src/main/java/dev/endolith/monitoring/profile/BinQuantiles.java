package dev.endolith.monitoring.profile;

/**
 * Values that are distributed as the counts of bins say, at ranks that are evenly spread. All are
 * finite: where the least or the greatest value is not, what is beyond the outermost finite cut
 * stands at it.
 */
final class BinQuantiles {
  private final double[] cuts;
  private final double min; // finite, or NaN where nothing is
  private final double max;
  private final boolean whole;

  BinQuantiles(double[] cuts, double min, double max) {
    this.cuts = cuts;
    double lowest = min;
    for (int k = 0; Double.isInfinite(lowest) && k < cuts.length; k++) {
      lowest = isMass(k) ? lowest : cuts[k];
    }
    double highest = max;
    for (int k = cuts.length - 1; Double.isInfinite(highest) && k >= 0; k--) {
      highest = isMass(k) ? highest : cuts[k];
    }
    boolean onlyLow = Double.isInfinite(highest) && Double.isFinite(lowest);
    boolean onlyHigh = Double.isInfinite(lowest) && Double.isFinite(highest);
    this.min = onlyHigh ? highest : Double.isInfinite(lowest) ? Double.NaN : lowest;
    this.max = onlyLow ? lowest : Double.isInfinite(highest) ? Double.NaN : highest;
    boolean integers = this.min == Math.rint(this.min) && this.max == Math.rint(this.max);
    for (int k = 0; integers && k < cuts.length; k++) {
      integers = Double.isInfinite(cuts[k]) || cuts[k] == Math.rint(cuts[k]) || isMass(k);
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
    if (all == 0 || Double.isNaN(min)) {
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
      return finite(cuts[bin - 1]);
    }
    double low = finite(bin == 0 ? min : cuts[bin - 1]);
    double high = finite(bin == cuts.length ? max : cuts[bin]);
    double width = high - low;
    double value =
        finite(Double.isFinite(width) ? low + share * width : low * (1 - share) + high * share);
    return whole ? Math.rint(value) : value;
  }

  private double finite(double value) {
    return Math.max(min, Math.min(max, value));
  }
}
