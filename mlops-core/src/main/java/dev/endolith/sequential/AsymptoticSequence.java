package dev.endolith.sequential;

/**
 * The asymptotic confidence sequence of a mean or a difference of means (Waudby-Smith, Arbour,
 * Sinha, Kennedy and Ramdas, 2021, arXiv 2103.06476, theorem 2.2 and its one-sided form).
 * Immutable.
 *
 * <p>With N numbers and a standard error s, the interval
 *
 * <pre>  d ± s √N √( 2 (Nρ² + 1) / (N²ρ²) · ln( √(Nρ² + 1) / α ) )</pre>
 *
 * holds the truth for all N at once with probability 1 − α, so that one may look after every number
 * and stop when one likes. ρ makes it tightest at about {@code tuning} numbers: ρ² = (−2 ln α +
 * ln(−2 ln α + 1)) / tuning. It rests on a central limit: nobody should decide below about 100
 * numbers a side.
 *
 * @param alpha the probability that it ever misses the truth, in (0, 1)
 * @param tuning the number of samples at which it is tightest, positive
 */
public record AsymptoticSequence(double alpha, double tuning) {
  /**
   * Checks the values.
   *
   * @param alpha the probability that it ever misses the truth, in (0, 1)
   * @param tuning the number of samples at which it is tightest, positive
   * @throws IllegalArgumentException if one is out of its range
   */
  public AsymptoticSequence {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha must be in (0, 1), was " + alpha);
    }
    if (!(tuning > 0)) {
      throw new IllegalArgumentException("tuning must be positive, was " + tuning);
    }
  }

  /**
   * The two-sided interval.
   *
   * @param effect the estimate
   * @return the interval now; everything while the error is not finite
   */
  public Interval twoSided(Effect effect) {
    double half = effect.error() * Math.sqrt(effect.n()) * halfWidth(effect.n());
    return finite(effect) ? around(effect.estimate(), half) : Interval.ALL;
  }

  /**
   * Half the width of the two-sided interval of numbers with a standard deviation of 1.
   *
   * @param n how many numbers
   * @return the half width
   */
  public double halfWidth(double n) {
    double rho2 = rho2(alpha);
    double scaled = n * rho2 + 1;
    return Math.sqrt(2 * scaled / (n * n * rho2) * Math.log(Math.sqrt(scaled) / alpha));
  }

  /**
   * Both one-sided bounds: the lower holds at all looks with probability 1 − α, and so does the
   * upper; the two together with 1 − 2α.
   *
   * @param effect the estimate
   * @return the bounds now; everything while the error is not finite
   */
  public Interval oneSided(Effect effect) {
    if (!finite(effect)) {
      return Interval.ALL;
    }
    double n = effect.n();
    double rho2 = rho2(2 * alpha);
    double scaled = n * rho2 + 1;
    double half =
        effect.error()
            * Math.sqrt(n)
            * Math.sqrt(2 * scaled / (n * n * rho2) * Math.log1p(Math.sqrt(scaled) / (2 * alpha)));
    return around(effect.estimate(), half);
  }

  /**
   * The always-valid p-value of no difference: the least α whose two-sided sequence, of the same ρ,
   * leaves 0 out.
   *
   * @param effect the estimate
   * @return the p-value, in [0, 1]
   */
  public double pValue(Effect effect) {
    if (!finite(effect)) {
      return 1;
    }
    double rho2 = rho2(alpha);
    double scaled = effect.n() * rho2 + 1;
    double z = effect.estimate() / effect.error();
    return Math.min(1, Math.exp(Math.log(scaled) / 2 - rho2 * effect.n() * z * z / (2 * scaled)));
  }

  private double rho2(double level) {
    double log = -2 * Math.log(Math.min(level, 0.999));
    return (log + Math.log(log + 1)) / tuning;
  }

  private static boolean finite(Effect effect) {
    return effect.error() < Double.POSITIVE_INFINITY && effect.n() > 0;
  }

  private static Interval around(double middle, double half) {
    return new Interval(middle - half, middle + half);
  }
}
