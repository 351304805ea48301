package dev.endolith.monitoring.drift;

/*
 * Loops that have neither a branch nor a call and are short enough for the compiler to turn them into
 * vector instructions; it gives up on longer ones. The few pairs that are far apart are mended after.
 *
 * Polynomials in d², of d = (q − p)/(q + p), stand in for the series of which their first coefficient
 * is: both meet at the Chebyshev points of [0, 0.16], which leaves a relative error below 3e-17
 * between them.
 */
/** The logarithms of the ratios of shares, exact also where two are nearly equal. */
final class LogRatio {
  /** Up to |d| = 0.4 the polynomials are exact to the last digit. */
  static final double NEAR = 0.4;

  private LogRatio() {}

  /**
   * ln(qᵢ/pᵢ) for each i below a number, which is 2·artanh(d) = 2·Σ d²ᵏ⁺¹/(2k + 1); 0 for equal
   * shares, of which both may be 0, and infinite where one of the shares is 0.
   *
   * @param p at least 0
   * @param q at least 0
   * @param bins how many of them there are
   * @param d receives {@link #relative} differences
   * @param logs receives the logarithms
   */
  static void of(double[] p, double[] q, int bins, double[] d, double[] logs) {
    relative(p, q, bins, d);
    twiceArtanh(d, bins, logs);
    for (int i = 0; i < bins; i++) {
      if (!(Math.abs(d[i]) <= NEAR)) { // NaN where both are 0
        logs[i] = p[i] == q[i] ? 0 : Math.log(q[i] / p[i]);
      }
    }
  }

  /** dᵢ = (qᵢ − pᵢ)/(qᵢ + pᵢ), in [−1, 1]; NaN where both are 0. */
  static void relative(double[] p, double[] q, int bins, double[] d) {
    for (int i = 0; i < bins; i++) {
      d[i] = (q[i] - p[i]) / (q[i] + p[i]);
    }
  }

  private static void twiceArtanh(double[] d, int bins, double[] logs) {
    for (int i = 0; i < bins; i++) {
      double s = d[i] * d[i];
      double tail =
          0.15383783836298917
              + s
                  * (0.1334816751515527
                      + s
                          * (0.11596270729643868
                              + s
                                  * (0.11736417966249482
                                      + s * (0.04284212280942156 + s * 0.2057494333556683))));
      double head =
          2
              + s
                  * (0.6666666666666669
                      + s
                          * (0.39999999999975866
                              + s
                                  * (0.28571428577443375
                                      + s * (0.22222221639185186 + s * 0.1818184707105725))));
      // six steps of Horner's rule in each half, as one chain of twelve would wait for itself
      logs[i] = d[i] * (head + s * s * s * s * s * s * tail);
    }
  }
}
