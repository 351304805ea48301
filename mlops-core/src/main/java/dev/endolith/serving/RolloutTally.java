package dev.endolith.serving;

import dev.endolith.sequential.Effect;
import dev.endolith.sequential.Moments;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout has learnt so far. Immutable; written into the workspace, from which any process
 * goes on. Labels and answers of all nodes come through the prediction log, the health of service
 * as counts that add.
 *
 * <p>Losses are kept by step, and compared within a step only: when the share grows while the world
 * changes, pooled means would compare the champion of yesterday with the challenger of today.
 *
 * @param champion the losses of the champion at this step
 * @param challenger the losses of the challenger at this step
 * @param step the step, from 0
 * @param earlier the losses of the steps before, in order
 * @param exposure which side the keys of this step were assigned to
 * @param service how both sides serve
 * @param since when the rollout began; the epoch if it is not known
 * @param held whether it was told to be undecided already
 */
public record RolloutTally(
    Moments champion,
    Moments challenger,
    int step,
    List<Stratum> earlier,
    Exposure exposure,
    ServiceEvidence service,
    Instant since,
    boolean held) {
  /** Nothing yet. */
  public static final RolloutTally EMPTY = startingAt(Instant.EPOCH);

  /**
   * Losses of one step.
   *
   * @param champion those of the champion
   * @param challenger those of the challenger
   */
  public record Stratum(Moments champion, Moments challenger) {
    private Stratum plus(boolean ofChallenger, double loss) {
      return ofChallenger
          ? new Stratum(champion, challenger.plus(loss))
          : new Stratum(champion.plus(loss), challenger);
    }
  }

  /**
   * Fills in what a tally of an earlier release does not have.
   *
   * @param champion the losses of the champion at this step
   * @param challenger the losses of the challenger at this step
   * @param step the step, from 0
   * @param earlier the losses of the steps before, in order
   * @param exposure which side the keys of this step were assigned to
   * @param service how both sides serve
   * @param since when the rollout began
   * @param held whether it was told to be undecided already
   */
  public RolloutTally(
      Moments champion,
      Moments challenger,
      int step,
      @Nullable List<Stratum> earlier,
      @Nullable Exposure exposure,
      @Nullable ServiceEvidence service,
      @Nullable Instant since,
      boolean held) {
    this.champion = champion;
    this.challenger = challenger;
    this.step = step;
    this.earlier = earlier == null ? List.of() : List.copyOf(earlier);
    this.exposure = Exposure.orNone(exposure);
    this.service = ServiceEvidence.orNone(service);
    this.since = since == null ? Instant.EPOCH : since;
    this.held = held;
  }

  /**
   * A rollout that begins.
   *
   * @param now when
   * @return the empty tally
   */
  public static RolloutTally startingAt(Instant now) {
    return new RolloutTally(
        Moments.EMPTY,
        Moments.EMPTY,
        0,
        List.of(),
        Exposure.NONE,
        ServiceEvidence.NONE,
        now,
        false);
  }

  /**
   * Adds one labelled prediction of this step.
   *
   * @param ofChallenger whether the challenger made it
   * @param loss its loss
   * @return a new tally
   */
  public RolloutTally plus(boolean ofChallenger, double loss) {
    return plus(step, ofChallenger, loss);
  }

  /**
   * Adds one labelled prediction.
   *
   * @param at the step at which the prediction was made, at most this one
   * @param ofChallenger whether the challenger made it
   * @param loss its loss
   * @return a new tally
   */
  public RolloutTally plus(int at, boolean ofChallenger, double loss) {
    if (at == step) {
      Stratum now = new Stratum(champion, challenger).plus(ofChallenger, loss);
      return with(now, earlier, exposure, service);
    }
    List<Stratum> before = new ArrayList<>(earlier);
    before.set(at, before.get(at).plus(ofChallenger, loss));
    return with(new Stratum(champion, challenger), before, exposure, service);
  }

  /**
   * Adds one answer of this step.
   *
   * @param key the key that was assigned
   * @param ofChallenger whether to the challenger
   * @return a new tally
   */
  public RolloutTally answered(String key, boolean ofChallenger) {
    return with(
        new Stratum(champion, challenger), earlier, exposure.plus(key, ofChallenger), service);
  }

  /**
   * Takes in how both sides serve.
   *
   * @param total the counts of all nodes since the rollout began
   * @param random draws the order of what is known by counts only
   * @return a new tally
   */
  public RolloutTally served(ServiceHealth total, RandomGenerator random) {
    return with(new Stratum(champion, challenger), earlier, exposure, service.seen(total, random));
  }

  /**
   * Begins the next step.
   *
   * @return a new tally, with nothing of the new step yet
   */
  public RolloutTally next() {
    List<Stratum> before = new ArrayList<>(earlier);
    before.add(new Stratum(champion, challenger));
    return new RolloutTally(
        Moments.EMPTY, Moments.EMPTY, step + 1, before, Exposure.NONE, service, since, held);
  }

  /**
   * Remembers that the rollout was told to be undecided.
   *
   * @return a new tally
   */
  public RolloutTally hold() {
    return new RolloutTally(champion, challenger, step, earlier, exposure, service, since, true);
  }

  /**
   * The losses of all steps.
   *
   * @return the sums, to count and to show; they are not what is compared
   */
  public Stratum total() {
    Moments x = champion;
    Moments y = challenger;
    for (Stratum stratum : earlier) {
      x = x.plus(stratum.champion());
      y = y.plus(stratum.challenger());
    }
    return new Stratum(x, y);
  }

  /**
   * The difference of mean losses, challenger less champion: the mean over the steps, weighted by
   * n₁n₂ / (n₁ + n₂), which is best where the variances are alike.
   *
   * @return the estimate; its error is infinite while no step has two labels of each side
   */
  public Effect difference() {
    List<Stratum> all = new ArrayList<>(earlier);
    all.add(new Stratum(champion, challenger));
    double weights = 0;
    double estimate = 0;
    double variance = 0;
    double n = 0;
    for (Stratum stratum : all) {
      double x = stratum.champion().n();
      double y = stratum.challenger().n();
      if (x >= 2 && y >= 2) {
        Effect effect = Effect.absolute(stratum.champion(), stratum.challenger());
        double weight = x * y / (x + y);
        weights += weight;
        estimate += weight * effect.estimate();
        variance += weight * weight * effect.error() * effect.error();
        n += effect.n();
      }
    }
    return weights == 0
        ? new Effect(n, 0, Double.POSITIVE_INFINITY)
        : new Effect(n, estimate / weights, Math.sqrt(variance) / weights);
  }

  /**
   * What was learnt says.
   *
   * @param rollout the rules
   * @param version the challenger's number
   * @return go on, promote, roll back or undecided, with the evidence
   */
  public RolloutDecision decide(Rollout rollout, long version) {
    return decide(rollout, version, since);
  }

  /**
   * What was learnt says.
   *
   * @param rollout the rules
   * @param version the challenger's number
   * @param now the time, for the end of the rollout's patience
   * @return go on, promote, roll back or undecided, with the evidence
   */
  public RolloutDecision decide(Rollout rollout, long version, Instant now) {
    return new RolloutJudge(rollout, this).decide(version, now);
  }

  /**
   * Whether the next step may begin.
   *
   * @param rollout the rules
   * @return true if there is one, and this one had its answers
   */
  public boolean mayGrow(Rollout rollout) {
    return step < rollout.steps().size() - 1 && exposure.answers() >= rollout.minSamples();
  }

  private RolloutTally with(
      Stratum now, List<Stratum> before, Exposure exposed, ServiceEvidence evidence) {
    return new RolloutTally(
        now.champion(), now.challenger(), step, before, exposed, evidence, since, held);
  }
}
