package dev.endolith.monitoring.drift;

/** The logarithm of the ratio of two shares, exact also where they are nearly equal. */
final class LogRatio {
  /** 1/(2k + 1) for k from 0. */
  private static final double[] TERMS = {
    1.0, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19,
    1.0 / 21, 1.0 / 23, 1.0 / 25, 1.0 / 27
  };

  /** Below |d| = 0.25 these terms are exact to the last digit. */
  private static final double SERIES = 0.0625;

  private LogRatio() {}

  /**
   * ln(q/p), which is 2·artanh(d) for d = (q − p)/(q + p); where that is small, by its series,
   * which loses no digit and costs less than a logarithm.
   */
  static double of(double p, double q) {
    double d = (q - p) / (q + p);
    double square = d * d;
    if (!(square < SERIES)) {
      return Math.log(q / p);
    }
    double series = TERMS[TERMS.length - 1];
    for (int k = TERMS.length - 2; k >= 0; k--) {
      series = series * square + TERMS[k];
    }
    return 2 * d * series;
  }
}
