package dev.endolith.serving;

import dev.endolith.registry.Names;
import java.util.ArrayList;
import java.util.List;

/**
 * Versions among which traffic moves to those that earn most. Immutable.
 *
 * <p>Each request is drawn anew, by its prediction's id. A reward arrives later, under that id; the
 * weights change with every {@link #every} rewards. Means of an adaptive split are biased: judge
 * arms by {@link Replay}, with the propensities that are kept.
 *
 * @param name the bandit's name
 * @param arms the names of the arms, and the aliases that name their versions
 * @param policy shares traffic out
 * @param floor the least weight of an arm, so that each goes on being tried; in [0, 1 / arms]
 * @param every rewards between two changes of the weights, from 1
 */
public record Bandit(
    String name, List<Experiment.Arm> arms, BanditPolicy policy, double floor, int every) {
  /** GrowthBook's default. */
  private static final double FLOOR = 0.01;

  /**
   * Checks the values.
   *
   * @param name the bandit's name
   * @param arms the names of the arms, and the aliases that name their versions
   * @param policy shares traffic out
   * @param floor the least weight of an arm; in [0, 1 / arms]
   * @param every rewards between two changes of the weights, from 1
   * @throws IllegalArgumentException if one breaks its rule
   */
  public Bandit {
    Names.check("bandit", name);
    arms = List.copyOf(arms);
    if (!(floor >= 0 && floor * arms.size() <= 1)) {
      throw new IllegalArgumentException(
          "floor must be in [0, 1 / arms], was " + floor + " for " + arms.size() + " arms");
    }
    if (every < 1) {
      throw new IllegalArgumentException("every must be at least 1, was " + every);
    }
  }

  /**
   * A bandit without arms yet, with a floor of 0.01 and new weights every 10 rewards.
   *
   * @param name its name
   * @param policy shares traffic out
   * @return the bandit
   */
  public static Bandit of(String name, BanditPolicy policy) {
    return new Bandit(name, List.of(), policy, FLOOR, 10);
  }

  /**
   * This bandit with one arm more.
   *
   * @param arm the arm's name
   * @param alias the alias that names its version
   * @return a new bandit
   */
  public Bandit arm(String arm, String alias) {
    List<Experiment.Arm> more = new ArrayList<>(arms);
    more.add(new Experiment.Arm(arm, alias, 1));
    return new Bandit(name, more, policy, floor, every);
  }

  /**
   * This bandit with another floor.
   *
   * @param weight the least weight of an arm, in [0, 1 / arms]
   * @return a new bandit
   */
  public Bandit floor(double weight) {
    return new Bandit(name, arms, policy, weight, every);
  }

  /**
   * This bandit with another pace.
   *
   * @param rewards rewards between two changes of the weights, from 1
   * @return a new bandit
   */
  public Bandit every(int rewards) {
    return new Bandit(name, arms, policy, floor, rewards);
  }

  /** Refuses what cannot be served. */
  void check() {
    if (arms.size() < 2) {
      throw new IllegalArgumentException("bandit '" + name + "' needs at least two arms");
    }
  }
}
