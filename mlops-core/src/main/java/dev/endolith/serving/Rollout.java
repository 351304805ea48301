package dev.endolith.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a new version takes over from the champion. Immutable.
 *
 * <p>The challenger's share of keys grows step by step, and a key that it answers once it answers
 * to the end. Each of several steps needs {@code minSamples} answers of the challenger; a promotion
 * needs as many labels of each side over all steps, and evidence that the challenger is not worse
 * by more than the margin. At every look, at any step, it goes back if its loss is shown to be
 * greater, if it fails or is slow more often than the champion beside it, or if keys are not
 * assigned as declared.
 *
 * <p>A challenger can be wronged by the one decision or by the other, not by both. One that is
 * worse by the margin is promoted with a probability of at most half of {@code alpha}. One that is
 * as good as the champion goes back with a probability of at most {@code alpha}: half of it is for
 * quality, and half is split over the guards of service and assignment. All tests hold however
 * often one looks.
 *
 * @param steps the shares of keys that the challenger answers one after the other, growing, in (0,
 *     1]; a single 1 means at once
 * @param minSamples labelled predictions that each side needs before anything is decided on quality
 * @param maxSamples labelled predictions of the challenger after which an undecided rollout ends
 * @param margin how much greater the challenger's mean loss may be and still pass, in units of the
 *     loss: half the squared distance of the scores from the truth for a classification, the
 *     squared error for a regression
 * @param alpha the probability of a wrong decision over the whole rollout, however often one looks
 * @param undecided what becomes of a rollout that ends undecided
 * @param patience the time after which an undecided rollout ends; null for none
 * @param latencyBudget the time beyond which an answer counts as slow; null if time is not taken
 */
public record Rollout(
    List<Double> steps,
    long minSamples,
    long maxSamples,
    double margin,
    double alpha,
    Undecided undecided,
    @Nullable Duration patience,
    @Nullable Duration latencyBudget) {

  /** What becomes of a rollout that the samples do not decide. */
  public enum Undecided {
    /** The champion stays. */
    ROLL_BACK,
    /** The challenger takes over. */
    PROMOTE,
    /** Both go on as they are, and evidence that comes later may still decide. */
    HOLD
  }

  /**
   * Checks the values.
   *
   * @param steps the shares of keys that the challenger answers one after the other, growing, in
   *     (0, 1]; a single 1 means at once
   * @param minSamples labelled predictions that each side needs before anything is decided on
   *     quality
   * @param maxSamples labelled predictions of the challenger after which an undecided rollout ends
   * @param margin how much greater the challenger's mean loss may be and still pass
   * @param alpha the probability of a wrong decision over the whole rollout, however often one
   *     looks
   * @param undecided what becomes of a rollout that ends undecided
   * @param patience the time after which an undecided rollout ends; null for none
   * @param latencyBudget the time beyond which an answer counts as slow; null if time is not taken
   * @throws IllegalArgumentException if one is out of its range; the message names it
   */
  public Rollout {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("steps must name at least one share");
    }
    for (int i = 0; i < steps.size(); i++) {
      double share = steps.get(i);
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException("share must be in (0, 1], was " + share);
      }
      if (i > 0 && !(share > steps.get(i - 1))) {
        throw new IllegalArgumentException("steps must grow, were " + steps);
      }
    }
    if (minSamples < 2) {
      throw new IllegalArgumentException("minSamples must be at least 2, was " + minSamples);
    }
    if (maxSamples < minSamples) {
      throw new IllegalArgumentException(
          "maxSamples must be at least minSamples, was " + maxSamples + " < " + minSamples);
    }
    if (!(margin >= 0)) {
      throw new IllegalArgumentException("margin must be at least 0, was " + margin);
    }
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha must be in (0, 1), was " + alpha);
    }
    positive("patience", patience);
    positive("latencyBudget", latencyBudget);
  }

  private static void positive(String name, @Nullable Duration time) {
    if (time != null && (time.isZero() || time.isNegative())) {
      throw new IllegalArgumentException(name + " must be positive, was " + time);
    }
  }

  /**
   * A rollout of one step, judged by labels only.
   *
   * @param share the share of keys that the challenger answers, in (0, 1]; 1 means at once
   * @param minSamples labelled predictions that each side needs before anything is decided
   * @param maxSamples labelled predictions of the challenger after which an undecided rollout ends
   * @param margin how much greater the challenger's mean loss may be and still pass
   * @param alpha the probability of a wrong decision over the whole rollout
   * @param undecided what becomes of a rollout that ends undecided
   * @throws IllegalArgumentException if one is out of its range; the message names it
   */
  public Rollout(
      double share,
      long minSamples,
      long maxSamples,
      double margin,
      double alpha,
      Undecided undecided) {
    this(List.of(share), minSamples, maxSamples, margin, alpha, undecided, null, null);
  }

  /**
   * The challenger answers a share of keys until labels show that it is not worse, or that it is.
   * By default at least 200 and at most 4 000 labelled predictions, a margin of 0.01, an alpha of
   * 0.05, and back to the champion if undecided.
   *
   * @param share the share of keys, in (0, 1)
   * @return the rollout
   */
  public static Rollout canary(double share) {
    return new Rollout(share, 200, 4_000, 0.01, 0.05, Undecided.ROLL_BACK);
  }

  /**
   * A version that passes its gates takes over at once.
   *
   * @return the rollout
   */
  public static Rollout immediate() {
    return new Rollout(1, 2, 2, 0, 0.05, Undecided.PROMOTE);
  }

  /**
   * Whether a version takes over without being compared on live traffic.
   *
   * @return true if its share is everything
   */
  public boolean atOnce() {
    return steps.get(0) == 1;
  }

  /**
   * The share of keys of the first step.
   *
   * @return the share, in (0, 1]
   */
  public double share() {
    return steps.get(0);
  }

  /**
   * The challenger's share grows, as in {@code Rollout.steps(0.01, 0.05, 0.25, 1)}. The other rules
   * are those of {@link #canary}.
   *
   * @param shares the shares, growing, in (0, 1]; a 1 at the end stands for the promotion
   * @return the rollout
   * @throws IllegalArgumentException if there is none, one is out of its range, or they do not grow
   */
  public static Rollout steps(double... shares) {
    List<Double> steps = new ArrayList<>();
    for (double share : shares) {
      steps.add(share);
    }
    if (steps.size() > 1 && steps.get(steps.size() - 1) == 1) {
      steps.remove(steps.size() - 1);
    }
    return new Rollout(steps, 200, 4_000, 0.01, 0.05, Undecided.ROLL_BACK, null, null);
  }

  /**
   * This rollout with another least number of samples.
   *
   * @param samples labelled predictions that each side needs before anything is decided, at least 2
   * @return a new rollout; its greatest number grows along if it has to
   */
  public Rollout minSamples(long samples) {
    return new Rollout(
        steps,
        samples,
        Math.max(maxSamples, samples),
        margin,
        alpha,
        undecided,
        patience,
        latencyBudget);
  }

  /**
   * This rollout with another end.
   *
   * @param samples labelled predictions of the challenger after which it ends
   * @param then what becomes of it if it is undecided by then
   * @return a new rollout
   */
  public Rollout undecidedAfter(long samples, Undecided then) {
    return new Rollout(steps, minSamples, samples, margin, alpha, then, patience, latencyBudget);
  }

  /**
   * This rollout with an end for labels that never come.
   *
   * @param time the time after which it ends, positive
   * @param then what becomes of it if it is undecided by then
   * @return a new rollout
   */
  public Rollout undecidedAfter(Duration time, Undecided then) {
    return new Rollout(steps, minSamples, maxSamples, margin, alpha, then, time, latencyBudget);
  }

  /**
   * This rollout with a guard of time: the challenger goes back if more of its answers are slow
   * than of the champion's. Taking the time costs two reads of a clock a request, while it lasts.
   *
   * @param budget the time beyond which an answer is slow, positive
   * @return a new rollout
   */
  public Rollout latencyBudget(Duration budget) {
    return new Rollout(steps, minSamples, maxSamples, margin, alpha, undecided, patience, budget);
  }

  /**
   * This rollout with another probability of a wrong decision.
   *
   * @param probability in (0, 1)
   * @return a new rollout
   */
  public Rollout alpha(double probability) {
    return new Rollout(
        steps, minSamples, maxSamples, margin, probability, undecided, patience, latencyBudget);
  }

  /**
   * This rollout with another margin.
   *
   * @param loss how much greater the challenger's mean loss may be and still pass, at least 0
   * @return a new rollout
   */
  public Rollout margin(double loss) {
    return new Rollout(
        steps, minSamples, maxSamples, loss, alpha, undecided, patience, latencyBudget);
  }
}
