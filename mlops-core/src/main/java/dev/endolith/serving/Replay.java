package dev.endolith.serving;

import dev.endolith.data.Schema;
import dev.endolith.sequential.Moments;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Counterfactual replay: what a candidate would have earned on traffic that others answered, before
 * it takes any. Confined to one thread; O(1) memory, and an entry for each correction of a label.
 *
 * <p>Each logged prediction carries the probability with which its action was taken, p. With the
 * candidate's probability π of the same action, w = π / p, and the mean of w·reward is what the
 * candidate would have earned, as long as everything that it would do had a chance in the log.
 */
public final class Replay {
  private static final int PAGE = 1_000;

  private final ReplayCandidate candidate;
  private final @Nullable RewardModel model;
  private Moments rewards = Moments.EMPTY;
  private Moments weights = Moments.EMPTY;
  private Moments weighted = Moments.EMPTY;
  private Moments robust = Moments.EMPTY;
  private double squares;
  private double squareRewards;
  private double squareRewardSquares;
  private double greatest;

  private Replay(ReplayCandidate candidate, @Nullable RewardModel model) {
    this.candidate = candidate;
    this.model = model;
  }

  /**
   * Judges a candidate by propensities alone.
   *
   * @param candidate the candidate
   * @return an empty replay
   */
  public static Replay of(ReplayCandidate candidate) {
    return new Replay(candidate, null);
  }

  /**
   * Judges a candidate by propensities and a model of rewards.
   *
   * @param candidate the candidate
   * @param model guesses rewards
   * @return an empty replay
   */
  public static Replay of(ReplayCandidate candidate, RewardModel model) {
    return new Replay(candidate, model);
  }

  /**
   * Judges by the arm: what if one arm of an experiment or bandit had answered everything?
   *
   * @param arm the arm's name
   * @return an empty replay
   */
  public static Replay ofArm(String arm) {
    return of(logged -> logged.assignment().arm().equals(arm) ? 1 : 0);
  }

  /**
   * Adds a logged prediction, with its logged propensity.
   *
   * @param logged the prediction
   * @param reward what it earned
   * @return this
   * @throws IllegalArgumentException if the candidate's probability is not in [0, 1], or the reward
   *     not finite
   */
  public Replay add(PredictionRecord logged, double reward) {
    return add(logged, logged.assignment().propensity(), reward);
  }

  /**
   * Adds a logged prediction whose action had another probability than its arm.
   *
   * @param logged the prediction
   * @param propensity the probability with which the action was taken, in (0, 1]
   * @param reward what it earned
   * @return this
   * @throws IllegalArgumentException if a probability is out of its range, or the reward not finite
   */
  public Replay add(PredictionRecord logged, double propensity, double reward) {
    double target = candidate.probability(logged);
    if (!(target >= 0 && target <= 1)) {
      throw new IllegalArgumentException(
          "a candidate's probability must be in [0, 1], was " + target);
    }
    if (!(propensity > 0 && propensity <= 1)) {
      throw new IllegalArgumentException("propensity must be in (0, 1], was " + propensity);
    }
    if (!Double.isFinite(reward)) {
      throw new IllegalArgumentException("a reward must be finite, was " + reward);
    }
    double weight = target / propensity;
    rewards = rewards.plus(reward);
    weights = weights.plus(weight);
    weighted = weighted.plus(weight * reward);
    squares += weight * weight;
    squareRewards += weight * weight * reward;
    squareRewardSquares += weight * weight * reward * reward;
    greatest = Math.max(greatest, weight);
    if (model != null) {
      robust = robust.plus(model.ofCandidate(logged) + weight * (reward - model.ofLogged(logged)));
    }
    return this;
  }

  /**
   * Adds all labelled predictions of a deployment's log, but those that fell back, each once, with
   * the label that stands. Reads the log once, and twice if it holds corrections.
   *
   * @param log the log
   * @param deployment the deployment
   * @param schema the schema to bind features to
   * @param reward what a labelled prediction earned
   * @return this
   */
  public Replay addAll(
      PredictionLog log,
      String deployment,
      Schema schema,
      ToDoubleFunction<LogEntry.Labelled> reward) {
    Map<Long, LogEntry.Labelled> corrected = new HashMap<>();
    if (log.counts(deployment).corrections() > 0) {
      forEach(
          log,
          deployment,
          schema,
          entry -> {
            if (entry instanceof LogEntry.Corrected correction) {
              corrected.put(correction.predictedAt(), correction.asLabelled());
            }
          });
    }
    forEach(
        log,
        deployment,
        schema,
        entry -> {
          if (entry instanceof LogEntry.Labelled first
              && first.prediction().route() != Route.FALLBACK) {
            LogEntry.Labelled labelled = corrected.getOrDefault(first.predictedAt(), first);
            add(labelled.prediction(), reward.applyAsDouble(labelled));
          }
        });
    return this;
  }

  private static void forEach(
      PredictionLog log, String deployment, Schema schema, Consumer<LogEntry> seen) {
    long after = 0;
    while (true) {
      List<LogEntry> page = log.read(deployment, schema, after, PAGE);
      if (page.isEmpty()) {
        return;
      }
      page.forEach(seen);
      after = page.get(page.size() - 1).sequence();
    }
  }

  /**
   * What the candidate would have earned.
   *
   * @param alpha the probability that a lower bound is too high, in (0, 0.5]
   * @return the estimates
   * @throws IllegalArgumentException if {@code alpha} is not in (0, 0.5]
   * @throws IllegalStateException if fewer than two predictions were added
   */
  public ReplayResult result(double alpha) {
    if (!(alpha > 0 && alpha <= 0.5)) {
      throw new IllegalArgumentException("alpha must be in (0, 0.5], was " + alpha);
    }
    if (rewards.n() < 2) {
      throw new IllegalStateException(
          "a replay needs at least two logged predictions with a reward, had " + rewards.n());
    }
    double z = NormalDistribution.of(0, 1).inverseSurvivalProbability(alpha);
    double total = weights.mean() * weights.n();
    double mean = weighted.mean() / weights.mean();
    // the delta method: Σ w² (r − mean)² / (Σ w)²
    double spread = squareRewardSquares - 2 * mean * squareRewards + mean * mean * squares;
    return new ReplayResult(
        rewards.n(),
        rewards.mean(),
        squares == 0 ? 0 : total * total / squares,
        greatest,
        estimate(weighted.mean(), Math.sqrt(weighted.variance() / weighted.n()), z),
        estimate(mean, Math.sqrt(Math.max(0, spread)) / total, z),
        model == null
            ? null
            : estimate(robust.mean(), Math.sqrt(robust.variance() / robust.n()), z));
  }

  private static ReplayEstimate estimate(double value, double error, double z) {
    return new ReplayEstimate(value, error, value - z * error);
  }
}
