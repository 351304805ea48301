package dev.endolith.model;

import org.apache.commons.statistics.distribution.BetaDistribution;

/** Confidence intervals of a share: successes among independent trials. */
public final class Share {
  private Share() {}

  /**
   * The exact interval (Clopper and Pearson, 1934): it holds the true share with at least the
   * confidence, whatever the share and the number of trials; often with more.
   *
   * @param successes how many, 0 to {@code trials}
   * @param trials of how many, 0 or more; of 0 the interval is [0, 1]
   * @param confidence the level, in (0, 1)
   * @return the estimate
   * @throws IllegalArgumentException if a number is out of its range
   */
  public static Estimate exact(int successes, int trials, double confidence) {
    check(successes, trials, confidence);
    double tail = (1 - confidence) / 2;
    double low =
        successes == 0
            ? 0
            : BetaDistribution.of(successes, trials - successes + 1)
                .inverseCumulativeProbability(tail);
    double high =
        successes == trials
            ? 1
            : BetaDistribution.of(successes + 1, trials - successes)
                .inverseSurvivalProbability(tail);
    return new Estimate(
        "share",
        trials,
        (double) successes / trials,
        low,
        high,
        confidence,
        "Clopper and Pearson, exact");
  }

  /**
   * The score interval (Wilson, 1927): shorter than the exact one; over all shares it holds the
   * true one with about the confidence, for some with a little less.
   *
   * @param successes how many, 0 to {@code trials}
   * @param trials of how many, 0 or more; of 0 the interval is [0, 1]
   * @param confidence the level, in (0, 1)
   * @return the estimate
   * @throws IllegalArgumentException if a number is out of its range
   */
  public static Estimate wilson(int successes, int trials, double confidence) {
    check(successes, trials, confidence);
    double z = NormalQuantile.of((1 + confidence) / 2);
    double low = 0;
    double high = 1;
    if (trials > 0) {
      double share = (double) successes / trials;
      double centre = share + z * z / (2.0 * trials);
      double half = z * Math.sqrt(share * (1 - share) / trials + z * z / (4.0 * trials * trials));
      double scale = 1 + z * z / trials;
      low = successes == 0 ? 0 : (centre - half) / scale;
      high = successes == trials ? 1 : (centre + half) / scale;
    }
    return new Estimate(
        "share", trials, (double) successes / trials, low, high, confidence, "Wilson");
  }

  static void confidence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence must be in (0, 1), was " + confidence);
    }
  }

  private static void check(int successes, int trials, double confidence) {
    confidence(confidence);
    if (trials < 0 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(
          "successes must be in [0, trials], were " + successes + " of " + trials);
    }
  }
}
