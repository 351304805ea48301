package dev.endolith.monitoring.drift;

/** Sums of numbers. */
final class Sums {
  private static final int AT_ONCE = 8;

  private Sums() {}

  /** The sum of the first numbers of an array, in eight sums that do not wait for each other. */
  static double of(double[] x, int length) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    double e = 0;
    double f = 0;
    double g = 0;
    double h = 0;
    int i = 0;
    for (; i <= length - AT_ONCE; i += AT_ONCE) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
      e += x[i + 4];
      f += x[i + 5];
      g += x[i + 6];
      h += x[i + 7];
    }
    for (; i < length; i++) {
      a += x[i];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }
}
