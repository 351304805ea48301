package dev.endolith.sequential;

/**
 * An estimated difference between two samples. Immutable.
 *
 * @param n how many numbers it rests on
 * @param estimate the difference
 * @param error its standard error
 */
public record Effect(double n, double estimate, double error) {
  /**
   * The difference of the means, with the variances of each side.
   *
   * @param baseline the side that is subtracted
   * @param variant the other side
   * @return variant − baseline
   */
  public static Effect absolute(Moments baseline, Moments variant) {
    return new Effect(
        baseline.n() + (double) variant.n(),
        variant.mean() - baseline.mean(),
        Math.sqrt(baseline.variance() / baseline.n() + variant.variance() / variant.n()));
  }

  /**
   * The difference of the means as a share of the baseline's, its error by the delta method.
   *
   * @param baseline the side that is subtracted; its mean must be positive
   * @param variant the other side
   * @return (variant − baseline) / baseline
   * @throws IllegalArgumentException if the baseline's mean is not positive
   */
  public static Effect relative(Moments baseline, Moments variant) {
    double mean = baseline.mean();
    if (!(mean > 0)) {
      throw new IllegalArgumentException(
          "a relative difference needs a positive mean of the baseline, was " + mean);
    }
    return new Effect(
        baseline.n() + (double) variant.n(),
        (variant.mean() - mean) / mean,
        Math.sqrt(
            variant.variance() / (variant.n() * mean * mean)
                + baseline.variance()
                    * variant.mean()
                    * variant.mean()
                    / (baseline.n() * mean * mean * mean * mean)));
  }

  /**
   * The difference between two shares of successes, with binomial variances p (1 − p).
   *
   * @param baselineSuccesses successes of the side that is subtracted
   * @param baseline its trials
   * @param variantSuccesses successes of the other side
   * @param variant its trials
   * @return (variant − baseline) / baseline
   * @throws IllegalArgumentException if the baseline has no success
   */
  public static Effect relative(
      long baselineSuccesses, long baseline, long variantSuccesses, long variant) {
    return relative(binomial(baselineSuccesses, baseline), binomial(variantSuccesses, variant));
  }

  private static Moments binomial(long successes, long trials) {
    double p = successes / (double) trials;
    return new Moments(trials, p, p * (1 - p) * (trials - 1));
  }
}
