package dev.endolith.lifecycle;

import dev.endolith.Workspace;
import dev.endolith.data.Classification;
import dev.endolith.data.DatasetSource;
import dev.endolith.data.Leakage;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.model.Challenge;
import dev.endolith.model.Trainer;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.registry.Gate;
import dev.endolith.registry.Names;
import dev.endolith.serving.Rollout;
import dev.endolith.watch.WatchSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link ManagedModel}. Confined to one thread.
 *
 * @param <X> what is asked
 * @param <Y> what is answered
 */
public final class ManagedModelBuilder<X, Y> {
  final String name;
  final Task<X, Y> task;
  final Workspace workspace;
  final List<Gate> gates = new ArrayList<>();
  @Nullable Trainer<X, Y> trainer;
  @Nullable WatchSpec watch;
  @Nullable DatasetSource<X, Y> history;
  @Nullable Duration interval = Duration.ofSeconds(10);
  Rollout rollout = Rollout.canary(0.1);
  RetrainPolicy retrain = RetrainPolicy.onPerformanceLoss();
  PromotionPolicy promotion = PromotionPolicy.AUTOMATIC;
  TrainingWindow window = TrainingWindow.all();
  PrivacyPolicy privacy = PrivacyPolicy.standard();
  @Nullable Leakage leakage;
  int holdout = 1_000;
  long seed = 42;

  ManagedModelBuilder(String name, Task<X, Y> task, Workspace workspace) {
    this.name = Names.check("model", name);
    if (!(task instanceof Classification || task instanceof Regression)) {
      throw new IllegalArgumentException(
          "model '"
              + name
              + "' cannot manage itself: the loop judges by labels, so the task must be a"
              + " classification or a regression; register and deploy other models by hand");
    }
    this.task = task;
    this.workspace = workspace;
  }

  Trainer<X, Y> trainer() {
    if (trainer == null) {
      throw new IllegalStateException(
          "model '" + name + "' has no trainer; give it one with train()");
    }
    return trainer;
  }

  /**
   * Says how to train.
   *
   * @param how the trainer
   * @return this
   */
  public ManagedModelBuilder<X, Y> train(Trainer<X, Y> how) {
    this.trainer = how;
    return this;
  }

  /**
   * Adds a gate that every version must pass before it may serve.
   *
   * @param gate the gate
   * @return this
   */
  public ManagedModelBuilder<X, Y> gate(Gate gate) {
    gates.add(gate);
    return this;
  }

  /**
   * Adds a gate that a version passes if it is better than the champion, or not worse within the
   * challenge's margin. Passes where there is no champion.
   *
   * @param challenge what is compared, and how
   * @return this
   */
  public ManagedModelBuilder<X, Y> gate(Challenge challenge) {
    return gate(new ChallengeGate(challenge));
  }

  /**
   * Adds a gate that looks for leaks between the rows trained on and the rows held out.
   *
   * @param limits what counts as a leak
   * @return this
   */
  public ManagedModelBuilder<X, Y> refuseLeaks(Leakage limits) {
    this.leakage = limits;
    return this;
  }

  /**
   * Says how to watch the champion.
   *
   * @param how for example {@code Monitor.drift(Window.rows(2_000))} of {@code mlops-monitoring}
   * @return this
   */
  public ManagedModelBuilder<X, Y> watch(WatchSpec how) {
    this.watch = how;
    return this;
  }

  /**
   * Says how a new version takes over.
   *
   * @param how the rollout; by default a canary of a tenth
   * @return this
   */
  public ManagedModelBuilder<X, Y> rollout(Rollout how) {
    this.rollout = how;
    return this;
  }

  /**
   * Says where labelled rows for retraining come from. Without it the loop alerts and does not
   * retrain.
   *
   * @param source the rows that are known at an instant, oldest first
   * @return this
   */
  public ManagedModelBuilder<X, Y> retrainFrom(DatasetSource<X, Y> source) {
    this.history = source;
    return this;
  }

  /**
   * Says which alerts lead to retraining.
   *
   * @param policy the policy; by default a loss of performance
   * @return this
   */
  public ManagedModelBuilder<X, Y> retrain(RetrainPolicy policy) {
    this.retrain = policy;
    return this;
  }

  /**
   * Says who approves.
   *
   * @param policy the policy; by default the loop
   * @return this
   */
  public ManagedModelBuilder<X, Y> promotion(PromotionPolicy policy) {
    this.promotion = policy;
    return this;
  }

  /**
   * Says how far back training looks.
   *
   * @param choice the window; by default all rows
   * @return this
   */
  public ManagedModelBuilder<X, Y> window(TrainingWindow choice) {
    this.window = choice;
    return this;
  }

  /**
   * Says how many of the latest rows are held out for the gates; never more than a fifth.
   *
   * @param rows how many, from 1; by default 1 000
   * @return this
   * @throws IllegalArgumentException if {@code rows} is below 1
   */
  public ManagedModelBuilder<X, Y> holdout(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("holdout must be at least 1, was " + rows);
    }
    this.holdout = rows;
    return this;
  }

  /**
   * Says what the prediction log may see of each field.
   *
   * @param policy the policy; by default public fields only
   * @return this
   */
  public ManagedModelBuilder<X, Y> privacy(PrivacyPolicy policy) {
    this.privacy = policy;
    return this;
  }

  /**
   * Sets the seed of all chance in training.
   *
   * @param value the seed
   * @return this
   */
  public ManagedModelBuilder<X, Y> seed(long value) {
    this.seed = value;
    return this;
  }

  /**
   * Says how often the loop takes a turn.
   *
   * @param every the time between turns; by default 10 seconds
   * @return this
   * @throws IllegalArgumentException if {@code every} is not positive
   */
  public ManagedModelBuilder<X, Y> every(Duration every) {
    if (every.isZero() || every.isNegative()) {
      throw new IllegalArgumentException("the time between turns must be positive, was " + every);
    }
    this.interval = every;
    return this;
  }

  /**
   * The loop takes a turn only when {@link ManagedModel#runOnce()} is called.
   *
   * @return this
   */
  public ManagedModelBuilder<X, Y> drivenByHand() {
    this.interval = null;
    return this;
  }

  /**
   * Builds the model and begins to serve what its champion alias points to. It is closed with its
   * workspace.
   *
   * @return the managed model
   * @throws IllegalStateException if there is no trainer or no watch
   */
  public ManagedModel<X, Y> build() {
    trainer();
    if (watch == null) {
      throw new IllegalStateException(
          "model '"
              + name
              + "' has no watch; give it one with watch(), for example Monitor.drift()");
    }
    return new ManagedModel<>(this, watch.open(task, privacy));
  }
}
