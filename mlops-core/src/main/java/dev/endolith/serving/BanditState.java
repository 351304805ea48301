package dev.endolith.serving;

import dev.endolith.sequential.Moments;
import java.util.List;

/**
 * What a bandit has learnt. Immutable.
 *
 * @param bandit the bandit's name
 * @param arms the names of its arms
 * @param rewards the rewards by arm; of all nodes as of the last change of weights, where the
 *     bandit keeps what it learns in a state store
 * @param weights the weights by arm that are drawn with
 * @param pending predictions whose rewards are awaited
 * @param expired predictions whose rewards were given up, because too many were awaited
 */
public record BanditState(
    String bandit,
    List<String> arms,
    List<Moments> rewards,
    List<Double> weights,
    int pending,
    long expired) {
  /**
   * Copies the lists.
   *
   * @param bandit the bandit's name
   * @param arms the names of its arms
   * @param rewards the rewards by arm
   * @param weights the weights by arm that are drawn with
   * @param pending predictions whose rewards are awaited
   * @param expired predictions whose rewards were given up
   */
  public BanditState {
    arms = List.copyOf(arms);
    rewards = List.copyOf(rewards);
    weights = List.copyOf(weights);
  }
}
