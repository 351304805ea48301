package dev.endolith.serving;

import dev.endolith.data.IdGenerator;
import dev.endolith.data.Task;
import dev.endolith.event.Events;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Models;
import dev.endolith.registry.Names;
import java.time.Clock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Deployment}. Confined to one thread.
 *
 * @param <X> what is asked
 * @param <Y> what is answered
 */
public final class DeploymentBuilder<X, Y> {
  final String name;
  final Task<X, Y> task;
  final Models models;
  PrivacyPolicy privacy = PrivacyPolicy.standard();
  Clock clock = Clock.systemUTC();
  @Nullable PredictionLog log;
  @Nullable Events events;
  @Nullable IdGenerator ids;
  @Nullable Canary canary;

  DeploymentBuilder(String name, Task<X, Y> task, Models models) {
    this.name = Names.check("deployment", name);
    this.task = task;
    this.models = models;
  }

  /**
   * Keeps every prediction in a log. Without one feedback cannot be given.
   *
   * @param predictions the log
   * @return this
   */
  public DeploymentBuilder<X, Y> log(PredictionLog predictions) {
    this.log = predictions;
    return this;
  }

  /**
   * Says what the log may see of each field.
   *
   * @param policy the policy; by default public fields only
   * @return this
   */
  public DeploymentBuilder<X, Y> privacy(PrivacyPolicy policy) {
    this.privacy = policy;
    return this;
  }

  /**
   * Follows alias moves of this process at once; without it, {@link Deployment#refresh()} does.
   *
   * @param dispatcher tells of moves
   * @return this
   */
  public DeploymentBuilder<X, Y> events(Events dispatcher) {
    this.events = dispatcher;
    return this;
  }

  /**
   * Gives the challenger alias a share of keys.
   *
   * @param share the share, in [0, 1]
   * @return this
   * @throws IllegalArgumentException if {@code share} is not in [0, 1]
   */
  public DeploymentBuilder<X, Y> canary(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a canary's share must be in [0, 1], was " + share);
    }
    this.canary = new Canary(Alias.CHALLENGER, share);
    return this;
  }

  /**
   * Gives the times of predictions.
   *
   * @param source the clock; by default the system's
   * @return this
   */
  public DeploymentBuilder<X, Y> clock(Clock source) {
    this.clock = source;
    return this;
  }

  /**
   * Gives the ids of predictions.
   *
   * @param generator the generator; by default one of the deployment's own
   * @return this
   */
  public DeploymentBuilder<X, Y> ids(IdGenerator generator) {
    this.ids = generator;
    return this;
  }

  /**
   * Builds the deployment and loads what the aliases point to.
   *
   * @return the deployment; without a champion it answers as soon as there is one
   */
  public Deployment<X, Y> build() {
    IdGenerator generator =
        ids == null ? new IdGenerator(clock, RandomGenerator.getDefault()) : ids;
    return new FollowingDeployment<>(this, generator);
  }
}
