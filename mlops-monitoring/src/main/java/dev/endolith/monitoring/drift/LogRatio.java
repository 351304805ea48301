package dev.endolith.monitoring.drift;

/**
 * The logarithms of the ratios of shares, exact also where two are nearly equal.
 *
 * <p>The loop over all pairs has neither a branch nor a call, so that the compiler turns it into
 * vector instructions; the few pairs that are far apart are mended after it.
 */
final class LogRatio {
  /** Up to |d| = 0.25 the terms of the series are exact to the last digit. */
  private static final double NEAR = 0.25;

  private LogRatio() {}

  /**
   * ln(qᵢ/pᵢ) for each i, which is 2·artanh(d) = 2·Σ d²ᵏ⁺¹/(2k + 1) for d = (q − p)/(q + p); 0 for
   * equal shares, of which both may be 0.
   *
   * @param p at least 0
   * @param q at least 0; as many
   * @return as many logarithms, infinite where one of the shares is 0
   */
  static double[] of(double[] p, double[] q) {
    double[] logs = new double[p.length];
    series(p, q, logs);
    for (int i = 0; i < logs.length; i++) {
      if (!(Math.abs(q[i] - p[i]) <= NEAR * (q[i] + p[i]))) {
        logs[i] = Math.log(q[i] / p[i]);
      } else if (p[i] == q[i]) {
        logs[i] = 0; // 0/0 where both are 0
      }
    }
    return logs;
  }

  private static void series(double[] p, double[] q, double[] logs) {
    for (int i = 0; i < logs.length; i++) {
      double d = (q[i] - p[i]) / (q[i] + p[i]);
      double s = d * d;
      double tail =
          2.0 / 15
              + s * (2.0 / 17 + s * (2.0 / 19 + s * (2.0 / 21 + s * (2.0 / 23 + s * (2.0 / 25)))));
      double head =
          2.0 / 3 + s * (2.0 / 5 + s * (2.0 / 7 + s * (2.0 / 9 + s * (2.0 / 11 + s * (2.0 / 13)))));
      // six steps of Horner's rule in each half, as one chain of twelve would wait for itself
      logs[i] = d * (2 + s * (head + s * s * s * s * s * s * tail));
    }
  }
}
