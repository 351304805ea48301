package dev.endolith.serving;

import dev.endolith.sequential.AsymptoticSequence;
import dev.endolith.sequential.Effect;
import dev.endolith.sequential.Interval;
import dev.endolith.sequential.Moments;
import dev.endolith.sequential.SampleRatio;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/*
 * Decides a rollout from its tally.
 *
 * First the assignment: where keys are not assigned as declared, no metric is read. Then the health of
 * service, by exact tests, from the first request on. Then quality: the difference of mean losses
 * carries a two-sided asymptotic confidence sequence at alpha, so that each side is missed with about
 * alpha / 2. The upper side below the margin promotes (all guards must pass, which needs no correction:
 * an intersection-union test), the lower side above 0 rolls back. The other half of alpha for wrong
 * returns is split over assignment and service.
 *
 * Keys are counted by the log, and an answer that failed with nobody to stand in for it is not in it.
 * Where one side fails, its share looks smaller than it was drawn. So requests that failed count for
 * the side that lacks keys, as far as it takes: what is left of a mismatch is not theirs.
 */
record RolloutJudge(Rollout rollout, RolloutTally tally) {
  /**
   * The probabilities of wrong decisions, at all looks.
   *
   * @param quality of a promotion, and as much of a return, by labels
   * @param assignment of a return because of the assignment, over all steps
   * @param service of a return by each guard of service
   * @param guards how many guards of service there are
   */
  record Levels(double quality, double assignment, double service, int guards) {
    static Levels of(Rollout rollout) {
      double half = rollout.alpha() / 2;
      double assignment = Math.min(SampleRatio.ALPHA, half / 2);
      int guards = rollout.latencyBudget() == null ? 1 : 2;
      return new Levels(half, assignment, (half - assignment) / guards, guards);
    }

    /** That a challenger is promoted that is worse by the margin. */
    double wrongPromotion() {
      return quality;
    }

    /** That a challenger goes back that is as good as the champion. */
    double wrongReturn() {
      return quality + assignment + guards * service;
    }
  }

  RolloutDecision decide(long version, Instant now) {
    Levels levels = Levels.of(rollout);
    double share = rollout.steps().get(Math.min(tally.step(), rollout.steps().size() - 1));
    ServiceEvidence service = tally.service();
    double mismatch =
        tally
            .exposure()
            .mismatch(share, service.champion().errors(), service.challenger().errors());
    if (mismatch <= levels.assignment() / rollout.steps().size()) {
      return new RolloutDecision.RollBack(version, mismatched(share, mismatch));
    }
    double guard = levels.service();
    if (service.errors().logWealth() >= -Math.log(guard)) {
      return worseService(
          version, "failed", guard, service.challenger().errors(), service.champion().errors());
    }
    if (rollout.latencyBudget() != null && service.slow().logWealth() >= -Math.log(guard)) {
      return worseService(
          version, "were slow", guard, service.challenger().slow(), service.champion().slow());
    }
    return quality(version, now);
  }

  private RolloutDecision quality(long version, Instant now) {
    RolloutTally.Stratum total = tally.total();
    Moments champion = total.champion();
    Moments challenger = total.challenger();
    boolean over = !tally.held() && over(challenger.n(), now);
    if (champion.n() < rollout.minSamples() || challenger.n() < rollout.minSamples()) {
      return over
          ? end(
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
    Effect difference = tally.difference();
    Interval interval =
        new AsymptoticSequence(2 * Levels.of(rollout).quality(), 2.0 * rollout.minSamples())
            .twoSided(difference);
    if (interval.low() > 0) {
      return new RolloutDecision.RollBack(version, evidence(total, interval));
    }
    // evidence of earlier steps does not spare the last one its answers
    int steps = rollout.steps().size();
    boolean last =
        tally.step() >= steps - 1
            && (steps == 1 || tally.exposure().answers() >= rollout.minSamples());
    if (last && interval.high() < rollout.margin()) {
      return new RolloutDecision.Promote(version, evidence(total, interval));
    }
    return over
        ? end(version, "undecided: " + evidence(total, interval))
        : new RolloutDecision.Continue();
  }

  private boolean over(long labelled, Instant now) {
    Duration patience = rollout.patience();
    return labelled >= rollout.maxSamples()
        || (patience != null
            && tally.since().isAfter(Instant.EPOCH)
            && !now.isBefore(tally.since().plus(patience)));
  }

  private String mismatched(double share, double p) {
    String found =
        String.format(
            Locale.ROOT,
            "keys are not assigned as declared: %d of the challenger and %d of the champion at a"
                + " share of %.4f (p = %.2g at all looks), so that no metric can be believed",
            tally.exposure().challenger(),
            tally.exposure().champion(),
            share,
            p);
    long challenger = tally.service().challenger().errors();
    long champion = tally.service().champion().errors();
    return challenger + champion == 0
        ? found
        : found
            + String.format(
                Locale.ROOT,
                "; that %d and %d requests failed, whose keys may not be in the log, does not"
                    + " explain it",
                challenger,
                champion);
  }

  private RolloutDecision worseService(
      long version, String how, double guard, long challenger, long champion) {
    ServiceEvidence service = tally.service();
    return new RolloutDecision.RollBack(
        version,
        String.format(
            Locale.ROOT,
            "%d of %d requests of the challenger %s, %d of %d of the champion; more often with"
                + " probability %.4f at all looks",
            challenger,
            service.challenger().requests(),
            how,
            champion,
            service.champion().requests(),
            1 - guard));
  }

  private String evidence(RolloutTally.Stratum total, Interval interval) {
    return String.format(
        Locale.ROOT,
        "mean loss %.4f on %d labelled predictions of the challenger, %.4f on %d of the champion;"
            + " difference in [%.4f, %.4f] with probability %.2f at all looks, margin %.4f",
        total.challenger().mean(),
        total.challenger().n(),
        total.champion().mean(),
        total.champion().n(),
        interval.low(),
        interval.high(),
        1 - rollout.alpha(),
        rollout.margin());
  }

  private RolloutDecision end(long version, String evidence) {
    return switch (rollout.undecided()) {
      case PROMOTE -> new RolloutDecision.Promote(version, evidence);
      case ROLL_BACK -> new RolloutDecision.RollBack(version, evidence);
      case HOLD -> new RolloutDecision.Undecided(version, evidence);
    };
  }
}
