package dev.endolith.monitoring.profile;

/** Quantiles of sorted values, type 7 of Hyndman and Fan (1996), the usual one. */
final class Quantiles {
  private Quantiles() {}

  /** The quantile q of the first {@code size} values, size at least 1, none of them NaN. */
  static double of(double[] sorted, int size, double q) {
    return of(i -> sorted[(int) i], size, q);
  }

  /** The same of values by position. */
  static double of(Sorted sorted, long size, double q) {
    double position = q * (size - 1);
    long below = (long) position;
    double low = sorted.at(below);
    double high = sorted.at(Math.min(below + 1, size - 1));
    double part = position - below;
    double between = low + part * (high - low);
    // between infinities, or where the difference overflows, there is nothing to interpolate
    return low == high || part == 0 || !Double.isFinite(between) ? low : between;
  }

  /** Ascending values. */
  @FunctionalInterface
  interface Sorted {
    double at(long position);
  }
}
