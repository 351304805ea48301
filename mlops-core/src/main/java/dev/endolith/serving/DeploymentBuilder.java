package dev.endolith.serving;

import dev.endolith.contract.InputContract;
import dev.endolith.contract.OutputPolicy;
import dev.endolith.data.IdGenerator;
import dev.endolith.data.Task;
import dev.endolith.event.Events;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.registry.Alias;
import dev.endolith.registry.LastKnownGood;
import dev.endolith.registry.Models;
import dev.endolith.registry.Names;
import dev.endolith.registry.StateStore;
import dev.endolith.sequential.Moments;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
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
  LogSample sample = LogSample.ALL;
  boolean sampled;
  @Nullable Events events;
  @Nullable IdGenerator ids;
  @Nullable Canary canary;
  @Nullable Duration latencyBudget;
  final List<Experiment> experiments = new ArrayList<>();
  @Nullable BanditMemory bandit;
  @Nullable String shadow;
  boolean previous;
  @Nullable Fallback<X, Y> rule;
  @Nullable VersionContracts<X> contracts;
  OutputPolicy output = OutputPolicy.FULL;
  @Nullable LastKnownGood copies;
  @Nullable Duration oldestCopy;
  Guards guards = Guards.none();
  @Nullable Executor executor;
  Duration warmUp = Duration.ofSeconds(1);
  LongSupplier nanoTime = System::nanoTime;

  DeploymentBuilder(String name, Task<X, Y> task, Models models) {
    this.name = Names.check("deployment", name);
    this.task = task;
    this.models = models;
  }

  /**
   * Keeps every prediction in a log. Without one feedback cannot be given.
   *
   * <p>Predictions are handed to a thread that writes them in batches; up to 8 192 wait in memory.
   * While the log is slower than traffic and the queue is full, predicting waits for room, so that
   * none is missing. Only while the log fails does predicting go on without it: what finds no room
   * then is counted in {@link DeploymentStatus#lostRecords()}. A call that is still inside when the
   * deployment is closed writes its own record. A process that dies loses its queue.
   *
   * @param predictions the log
   * @return this
   */
  public DeploymentBuilder<X, Y> log(PredictionLog predictions) {
    this.log = predictions;
    this.sample = LogSample.ALL;
    this.sampled = false;
    return this;
  }

  /**
   * Keeps a share of predictions in a log, and never waits for it: a prediction that finds the
   * queue full is counted in {@link DeploymentStatus#lostRecords()} and not logged. The share is of
   * keys, by a hash: a key is kept with all its predictions or none, the same on every node.
   * Feedback for what was not kept is unknown. A managed model's loop needs the full log.
   *
   * @param predictions the log
   * @param share the share of keys to keep, in (0, 1]; 1 keeps what there is room for
   * @return this
   * @throws IllegalArgumentException if it is not in (0, 1]
   */
  public DeploymentBuilder<X, Y> sampledLog(PredictionLog predictions, double share) {
    this.sample = new LogSample(share);
    this.sampled = true;
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
    return canary(() -> share);
  }

  /**
   * Gives the challenger alias a share of keys that changes while it runs, as a rollout's does.
   *
   * @param share the share, in [0, 1]; asked whenever the deployment looks at its aliases
   * @return this
   */
  public DeploymentBuilder<X, Y> canary(DoubleSupplier share) {
    this.canary = new Canary(Alias.CHALLENGER, share);
    return this;
  }

  /**
   * Counts answers that take longer than a budget, while a challenger is loaded.
   *
   * @param budget the budget, positive; null to take no time
   * @return this
   */
  public DeploymentBuilder<X, Y> latencyBudget(@Nullable Duration budget) {
    this.latencyBudget = budget;
    return this;
  }

  /**
   * Adds an experiment. The first one whose slice holds a key answers it.
   *
   * @param experiment the experiment, with at least two arms
   * @return this
   * @throws IllegalArgumentException if it has fewer arms or no weights, its name is taken, or its
   *     slice overlaps that of another in the same layer
   */
  public DeploymentBuilder<X, Y> experiment(Experiment experiment) {
    experiment.check();
    for (Experiment other : experiments) {
      if (other.name().equals(experiment.name())) {
        throw new IllegalArgumentException(
            "experiment '" + experiment.name() + "' is there already; give this one another name");
      }
      Layer layer = experiment.layer();
      if (layer != null && other.layer() != null && layer.overlaps(other.layer())) {
        throw new IllegalArgumentException(
            "experiments '"
                + other.name()
                + "' and '"
                + experiment.name()
                + "' overlap in layer '"
                + layer.name()
                + "'; give them disjoint slices");
      }
    }
    experiments.add(experiment);
    return this;
  }

  /**
   * Lets a bandit choose who answers what no experiment takes.
   *
   * @param choice the bandit, with at least two arms
   * @return this
   * @throws IllegalArgumentException if it has fewer arms
   * @throws IllegalStateException if its policy gives no weights
   */
  public DeploymentBuilder<X, Y> bandit(Bandit choice) {
    return bandit(choice, List.of());
  }

  /**
   * Lets a bandit choose, that keeps what it learns in a state store: it goes on from there after a
   * restart, and nodes learn from each other. Rewards are written whenever the weights change, on
   * the thread that gives the reward, and at {@code close}; a store that cannot be reached is tried
   * again at the next change. A process that dies loses what it has not written, at most {@link
   * Bandit#every} rewards, and the predictions that await a reward on it.
   *
   * @param choice the bandit, with at least two arms; it is known by its name and the deployment's,
   *     and its arms by theirs
   * @param state keeps what is learnt, as {@code workspace.state()}
   * @return this
   * @throws IllegalArgumentException if it has fewer arms
   * @throws IllegalStateException if its policy gives no weights
   */
  public DeploymentBuilder<X, Y> bandit(Bandit choice, StateStore state) {
    choice.check();
    this.bandit = BanditMemory.of(choice, new BanditBook(state, name, choice.name()));
    return this;
  }

  /**
   * Lets a bandit choose, that goes on from what was learnt before.
   *
   * @param choice the bandit, with at least two arms
   * @param learnt the rewards by arm, in its order
   * @return this
   * @throws IllegalArgumentException if it has fewer arms
   * @throws IllegalStateException if its policy gives no weights
   */
  public DeploymentBuilder<X, Y> bandit(Bandit choice, List<Moments> learnt) {
    choice.check();
    this.bandit = new BanditMemory(choice, learnt);
    return this;
  }

  /**
   * Asks the version that an alias points to the same rows, on a thread of the deployment's own. It
   * never slows or fails an answer; rows for which it is too slow are counted.
   *
   * @param alias the alias, for example the challenger's
   * @return this
   */
  public DeploymentBuilder<X, Y> shadow(String alias) {
    this.shadow = Names.check("alias", alias);
    return this;
  }

  /**
   * Keeps the version that was champion before loaded, to answer where the champion fails.
   *
   * @return this
   */
  public DeploymentBuilder<X, Y> fallbackToPrevious() {
    this.previous = true;
    return this;
  }

  /**
   * Answers by a rule where no version does.
   *
   * @param fallback the rule; its answers have version 0
   * @return this
   */
  public DeploymentBuilder<X, Y> fallback(Fallback<X, Y> fallback) {
    this.rule = fallback;
    return this;
  }

  /**
   * Keeps a copy of the champion on this node, and starts from it where the workspace cannot be
   * reached. The copy never overrules a workspace that answers: a version that it refuses, or that
   * is champion no more, is forgotten.
   *
   * @param folder where copies are kept
   * @return this
   */
  public DeploymentBuilder<X, Y> lastKnownGood(LastKnownGood folder) {
    this.copies = folder;
    this.oldestCopy = null;
    return this;
  }

  /**
   * Keeps a copy of the champion as {@link #lastKnownGood(LastKnownGood)} does, and serves none
   * that was made from the workspace longer ago than that, by the deployment's clock: neither one
   * that somebody put back, nor one of a node that was off for long. While the workspace answers,
   * the copy is made anew whenever half of the time has passed; that reads the version from the
   * workspace again and writes it. A copy that says it was made in the future, by more than that
   * time, is refused too, as a clock was wrong.
   *
   * <p>What has begun to serve goes on serving however long the workspace is away.
   *
   * @param folder where copies are kept
   * @param atMost how old a copy may be when a deployment starts from it, positive
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public DeploymentBuilder<X, Y> lastKnownGood(LastKnownGood folder, Duration atMost) {
    if (atMost.isZero() || atMost.isNegative()) {
      throw new IllegalArgumentException(
          "the greatest age of a last known good copy must be positive, was " + atMost);
    }
    this.copies = folder;
    this.oldestCopy = atMost;
    return this;
  }

  /**
   * Protects the deployment.
   *
   * @param protection the guards; by default none
   * @return this
   */
  public DeploymentBuilder<X, Y> guards(Guards protection) {
    this.guards = protection;
    return this;
  }

  /**
   * Runs {@link Deployment#predictAsync} on the host's executor.
   *
   * @param host the executor; not ended. By default the deployment makes one of its own when it is
   *     first needed: a thread per processor, 1 024 calls waiting, ended by {@code close}
   * @return this
   */
  public DeploymentBuilder<X, Y> executor(Executor host) {
    this.executor = host;
    return this;
  }

  /**
   * Limits how long a version is warmed up before it takes traffic: asked its recorded samples
   * until its answers' times have settled. Whether it answers them as at training is checked
   * anyway.
   *
   * @param atMost the limit, one second by default; zero for no warm-up
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public DeploymentBuilder<X, Y> warmUp(Duration atMost) {
    if (atMost.isNegative()) {
      throw new IllegalArgumentException("a warm-up takes at least no time, was " + atMost);
    }
    this.warmUp = atMost;
    return this;
  }

  WarmUp warmUp() {
    return new WarmUp(warmUp, nanoTime);
  }

  /**
   * Measures spans of time: warm-up, deadlines, guards.
   *
   * @param ticker gives nanoseconds from any origin, never backwards; by default the system's
   * @return this
   */
  public DeploymentBuilder<X, Y> ticker(LongSupplier ticker) {
    this.nanoTime = ticker;
    return this;
  }

  /**
   * Checks every row by the contract of the champion, its attachment {@link
   * InputContract#ATTACHMENT}, before any version is asked. A version that has none is not checked;
   * one whose contract cannot be read or bound does not load.
   *
   * @return this
   */
  public DeploymentBuilder<X, Y> contract() {
    this.contracts = VersionContracts.attached(name, task, models);
    return this;
  }

  /**
   * Checks every row by one contract, whichever version is champion, before any version is asked.
   *
   * @param contract the contract
   * @return this
   * @throws IllegalArgumentException if it cannot be bound to the task's features
   */
  public DeploymentBuilder<X, Y> contract(InputContract contract) {
    this.contracts = VersionContracts.fixed(contract.bind(task.features()));
    return this;
  }

  /**
   * Says how much of an answer its caller sees. The log, the shadow and rollouts see all of it.
   *
   * @param policy the policy; by default everything
   * @return this
   */
  public DeploymentBuilder<X, Y> output(OutputPolicy policy) {
    this.output = policy;
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
    return built(new AtomicLong());
  }

  /**
   * Builds the deployment as its holder sees it.
   *
   * @param lost counts the predictions that no log took
   */
  BuiltDeployment<X, Y> built(AtomicLong lost) {
    IdGenerator generator =
        ids == null ? new IdGenerator(clock, RandomGenerator.getDefault()) : ids;
    FollowingDeployment<X, Y> following = new FollowingDeployment<>(this, generator, lost);
    // contract hook: what goes in and comes out is decided around everything else
    return contracts == null && output.equals(OutputPolicy.FULL)
        ? following
        : new ContractedDeployment<>(following, task, contracts, output);
  }
}
