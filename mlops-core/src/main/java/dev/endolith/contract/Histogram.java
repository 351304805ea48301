package dev.endolith.contract;

import java.util.List;

/**
 * How often training rows had values like a number, for the outlier score. Immutable.
 *
 * @param low where the first bin begins
 * @param high where the last bin ends
 * @param counts rows per bin, bins of equal width; at most {@value #MOST_BINS}
 */
record Histogram(double low, double high, List<Long> counts) {
  static final int MOST_BINS = 64;
  static final Histogram NONE = new Histogram(0, 0, List.of());

  Histogram {
    counts = List.copyOf(counts);
    if (counts.size() > MOST_BINS
        || !Double.isFinite(low)
        || !(high >= low)
        || !Double.isFinite(high - low)
        || counts.stream().anyMatch(c -> c < 0)) {
      throw new IllegalArgumentException(
          "a histogram has at most "
              + MOST_BINS
              + " bins from a finite low to a high not below it, and counts of at least 0");
    }
  }

  /** Bins per unit; 0 for a constant. A little less than it is, so that high is in the last bin. */
  double scale() {
    double scale = counts.size() / (high - low) * (1 - 1e-12);
    return high > low && Double.isFinite(scale) ? scale : 0;
  }

  /** The bin of a value in [low, high]. */
  int bin(double value) {
    return Math.max(0, Math.min(counts.size(), (int) ((value - low) * scale() + 1)) - 1);
  }
}
