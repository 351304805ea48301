package dev.endolith.serving;

import java.util.Locale;

/**
 * The labelled losses of a rollout. Immutable.
 *
 * @param champion the losses of the champion
 * @param challenger the losses of the challenger
 */
public record RolloutTally(Arm champion, Arm challenger) {
  /*
   * The difference of mean losses carries an asymptotic confidence sequence (Waudby-Smith, Arbour,
   * Sinha, Kennedy and Ramdas, 2021): with N labelled predictions, estimate d and its standard error s,
   *
   *   d ± s √N √( 2 (Nρ² + 1) / (N²ρ²) · ln( √(Nρ² + 1) / α ) )
   *
   * holds the true difference for all N at once with probability 1 − α, so that one may look after every
   * label and stop when one likes. ρ is tuned to be tightest around the earliest possible decision.
   */

  /** No losses yet. */
  public static final RolloutTally EMPTY = new RolloutTally(Arm.EMPTY, Arm.EMPTY);

  /**
   * Adds one labelled prediction.
   *
   * @param ofChallenger whether the challenger made it
   * @param loss its loss
   * @return a new tally
   */
  public RolloutTally plus(boolean ofChallenger, double loss) {
    return ofChallenger
        ? new RolloutTally(champion, challenger.plus(loss))
        : new RolloutTally(champion.plus(loss), challenger);
  }

  /**
   * What the losses say.
   *
   * @param rollout the rules
   * @param version the challenger's number
   * @return go on, promote or roll back, with the evidence
   */
  public RolloutDecision decide(Rollout rollout, long version) {
    boolean over = challenger.n() >= rollout.maxSamples();
    if (champion.n() < rollout.minSamples() || challenger.n() < rollout.minSamples()) {
      return over
          ? end(
              rollout,
              version,
              String.format(
                  Locale.ROOT,
                  "%d labelled predictions of the challenger and %d of the champion, %d of each"
                      + " needed",
                  challenger.n(),
                  champion.n(),
                  rollout.minSamples()))
          : new RolloutDecision.Continue();
    }
    double difference = challenger.mean() - champion.mean();
    double half = halfWidth(rollout);
    if (difference + half < rollout.margin()) {
      return new RolloutDecision.Promote(version, evidence(rollout, difference, half));
    }
    if (difference - half > 0) {
      return new RolloutDecision.RollBack(version, evidence(rollout, difference, half));
    }
    return over
        ? end(rollout, version, "undecided: " + evidence(rollout, difference, half))
        : new RolloutDecision.Continue();
  }

  private String evidence(Rollout rollout, double difference, double half) {
    return String.format(
        Locale.ROOT,
        "mean loss %.4f on %d labelled predictions of the challenger, %.4f on %d of the champion;"
            + " difference in [%.4f, %.4f] with probability %.2f at all looks, margin %.4f",
        challenger.mean(),
        challenger.n(),
        champion.mean(),
        champion.n(),
        difference - half,
        difference + half,
        1 - rollout.alpha(),
        rollout.margin());
  }

  private static RolloutDecision end(Rollout rollout, long version, String evidence) {
    return rollout.undecided() == Rollout.Undecided.PROMOTE
        ? new RolloutDecision.Promote(version, evidence)
        : new RolloutDecision.RollBack(version, evidence);
  }

  private double halfWidth(Rollout rollout) {
    double error =
        Math.sqrt(champion.variance() / champion.n() + challenger.variance() / challenger.n());
    double n = champion.n() + (double) challenger.n();
    return error
        * Math.sqrt(n)
        * confidenceSequence(n, 2.0 * rollout.minSamples(), rollout.alpha());
  }

  /** The factor of the standard deviation after n samples, tightest at about {@code tuned}. */
  static double confidenceSequence(double n, double tuned, double alpha) {
    double log = -2 * Math.log(alpha);
    double rho2 = (log + Math.log(log + 1)) / tuned;
    double scaled = n * rho2 + 1;
    return Math.sqrt(2 * scaled / (n * n * rho2) * Math.log(Math.sqrt(scaled) / alpha));
  }

  /**
   * Count, mean and sum of squared deviations (Welford, 1962). Immutable.
   *
   * @param n how many losses
   * @param mean their mean
   * @param m2 the sum of their squared deviations from the mean
   */
  public record Arm(long n, double mean, double m2) {
    /** No losses yet. */
    public static final Arm EMPTY = new Arm(0, 0, 0);

    Arm plus(double loss) {
      long count = n + 1;
      double delta = loss - mean;
      double moved = mean + delta / count;
      return new Arm(count, moved, m2 + delta * (loss - moved));
    }

    double variance() {
      return n < 2 ? Double.POSITIVE_INFINITY : m2 / (n - 1);
    }
  }
}
