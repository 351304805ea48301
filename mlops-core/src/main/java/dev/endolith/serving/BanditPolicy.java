package dev.endolith.serving;

import dev.endolith.sequential.Moments;
import java.util.List;

/**
 * How a bandit shares traffic out by what its arms earned. The weights are the probabilities with
 * which arms are drawn, so that the propensity that is kept with a prediction is exact.
 */
@FunctionalInterface
public interface BanditPolicy {
  /**
   * The weights. Where they break the rule, or the policy fails, the bandit keeps those that it
   * has; at its beginning, where it has none, that is an {@link IllegalStateException} which names
   * the policy.
   *
   * @param rewards the rewards of each arm so far, none at first
   * @return a weight by arm, in [0, 1], with a sum of 1 up to 1e-9; copied
   */
  double[] weights(List<Moments> rewards);

  /**
   * Thompson sampling (Thompson, 1933) with a normal posterior of each arm's mean: an arm's weight
   * is the probability that it is best, found by numerical integration. The prior is worth one
   * reward at the common mean.
   *
   * @return the policy
   */
  static BanditPolicy thompson() {
    return BanditPosterior::bestOf;
  }

  /**
   * ε-greedy: the arm that earned most on average, and all arms alike with probability ε.
   *
   * @param epsilon in [0, 1]
   * @return the policy
   * @throws IllegalArgumentException if {@code epsilon} is not in [0, 1]
   */
  static BanditPolicy epsilonGreedy(double epsilon) {
    if (!(epsilon >= 0 && epsilon <= 1)) {
      throw new IllegalArgumentException("epsilon must be in [0, 1], was " + epsilon);
    }
    return rewards -> {
      double[] weights = greatest(rewards, Moments::mean);
      for (int i = 0; i < weights.length; i++) {
        weights[i] = epsilon / weights.length + (1 - epsilon) * weights[i];
      }
      return weights;
    };
  }

  /**
   * The arm with the greatest upper confidence bound (UCB1-tuned's variance form; Auer,
   * Cesa-Bianchi and Fischer, 2002): mean + √(2 s² ln N / n), s² the common variance.
   *
   * @return the policy; without a floor its propensities are 1
   */
  static BanditPolicy ucb() {
    return rewards -> {
      double n = Math.max(2, rewards.stream().mapToLong(Moments::n).sum());
      double variance = BanditPosterior.commonVariance(rewards);
      return greatest(rewards, arm -> arm.mean() + Math.sqrt(2 * variance * Math.log(n) / arm.n()));
    };
  }

  /** All weight on the arm that scores most, shared by those that earned nothing yet. */
  private static double[] greatest(
      List<Moments> rewards, java.util.function.ToDoubleFunction<Moments> score) {
    double[] weights = new double[rewards.size()];
    long fresh = rewards.stream().filter(arm -> arm.n() == 0).count();
    int best = 0;
    for (int i = 0; i < weights.length; i++) {
      if (fresh > 0) {
        weights[i] = rewards.get(i).n() == 0 ? 1.0 / fresh : 0;
      } else if (score.applyAsDouble(rewards.get(i)) > score.applyAsDouble(rewards.get(best))) {
        best = i;
      }
    }
    if (fresh == 0) {
      weights[best] = 1;
    }
    return weights;
  }
}
