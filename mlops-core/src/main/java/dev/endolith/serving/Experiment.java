package dev.endolith.serving;

import dev.endolith.registry.Names;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Versions that are compared on live traffic: each key sticks to one arm. Immutable.
 *
 * <p>It takes traffic once all of its arms' aliases point to versions that are loaded here, and
 * before a rollout does. A request without a key is its own unit.
 *
 * @param name the experiment's name; it seeds the assignment
 * @param arms the arms
 * @param bucketing how keys are shared out
 * @param layer the slice of keys that take part; null for all
 * @param bucketVersion a new one draws everybody anew and forgets what was remembered
 * @param store remembers assignments; null if the hash alone decides
 */
public record Experiment(
    String name,
    List<Arm> arms,
    Bucketing bucketing,
    @Nullable Layer layer,
    int bucketVersion,
    @Nullable AssignmentStore store) {
  /**
   * One arm.
   *
   * @param name the arm's name
   * @param alias the alias that names its version
   * @param weight its weight, from 0
   */
  public record Arm(String name, String alias, int weight) {
    /**
     * Checks the values.
     *
     * @param name the arm's name
     * @param alias the alias that names its version
     * @param weight its weight, from 0
     * @throws IllegalArgumentException if a name breaks the rule or the weight is negative
     */
    public Arm {
      Names.check("arm", name);
      Names.check("alias", alias);
      if (weight < 0) {
        throw new IllegalArgumentException(
            "the weight of arm '" + name + "' must be at least 0, was " + weight);
      }
    }
  }

  /**
   * Copies the list and checks the names.
   *
   * @param name the experiment's name
   * @param arms the arms
   * @param bucketing how keys are shared out
   * @param layer the slice of keys that take part; null for all
   * @param bucketVersion a new one draws everybody anew
   * @param store remembers assignments; null if the hash alone decides
   * @throws IllegalArgumentException if a name breaks the rule or an arm is named twice
   */
  public Experiment {
    Names.check("experiment", name);
    arms = List.copyOf(arms);
    if (arms.stream().map(Arm::name).distinct().count() < arms.size()) {
      throw new IllegalArgumentException("experiment '" + name + "' names an arm twice: " + arms);
    }
  }

  /**
   * An experiment without arms yet.
   *
   * @param name its name; it seeds the assignment, so that experiments are independent
   * @return the experiment
   */
  public static Experiment of(String name) {
    return new Experiment(name, List.of(), Bucketing.flagd(), null, 1, null);
  }

  /**
   * This experiment with one arm more.
   *
   * @param arm the arm's name
   * @param alias the alias that names its version, for example the champion's
   * @param weight its weight, from 0
   * @return a new experiment
   */
  public Experiment arm(String arm, String alias, int weight) {
    List<Arm> more = new ArrayList<>(arms);
    more.add(new Arm(arm, alias, weight));
    return new Experiment(name, more, bucketing, layer, bucketVersion, store);
  }

  /**
   * This experiment with another way to share out keys.
   *
   * @param how the bucketing
   * @return a new experiment
   */
  public Experiment bucketing(Bucketing how) {
    return new Experiment(name, arms, how, layer, bucketVersion, store);
  }

  /**
   * This experiment for a slice of keys only.
   *
   * @param slice the slice
   * @return a new experiment
   */
  public Experiment within(Layer slice) {
    return new Experiment(name, arms, bucketing, slice, bucketVersion, store);
  }

  /**
   * This experiment with remembered assignments.
   *
   * @param memory where they are kept
   * @return a new experiment
   */
  public Experiment remembering(AssignmentStore memory) {
    return new Experiment(name, arms, bucketing, layer, bucketVersion, memory);
  }

  /**
   * This experiment drawn anew.
   *
   * @param version another bucket version
   * @return a new experiment
   */
  public Experiment bucketVersion(int version) {
    return new Experiment(name, arms, bucketing, layer, version, store);
  }

  /** Refuses what cannot be served. */
  void check() {
    if (arms.size() < 2 || arms.stream().mapToLong(Arm::weight).sum() == 0) {
      throw new IllegalArgumentException(
          "experiment '" + name + "' needs at least two arms and a positive sum of weights");
    }
  }
}
