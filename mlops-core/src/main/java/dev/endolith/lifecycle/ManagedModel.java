package dev.endolith.lifecycle;

import dev.endolith.Workspace;
import dev.endolith.data.Dataset;
import dev.endolith.data.DatasetSource;
import dev.endolith.data.Id;
import dev.endolith.data.Task;
import dev.endolith.event.Alert;
import dev.endolith.event.ModelHealth;
import dev.endolith.model.Trainer;
import dev.endolith.registry.ModelVersion;
import dev.endolith.serving.CallContext;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.DeploymentStatus;
import dev.endolith.serving.Feedback;
import dev.endolith.serving.FeedbackResult;
import dev.endolith.serving.Served;
import dev.endolith.watch.Watch;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that looks after itself: it is trained, gated, served, watched, retrained and rolled out.
 * It composes the public parts of the library and adds nothing that they cannot do alone.
 * Thread-safe.
 *
 * <p>Each step of the loop is durable before the next begins: after a crash, a managed model of the
 * same name on the same workspace goes on where it was. One process at a time drives the loop, the
 * others serve.
 *
 * @param <X> what is asked
 * @param <Y> what is answered
 */
public final class ManagedModel<X, Y> implements AutoCloseable {
  private final Deployment<X, Y> deployment;
  private final Loop<X, Y> loop;
  private final @Nullable LoopDriver driver;
  private final Workspace workspace;
  private final Trainer<X, Y> trainer;
  private final @Nullable DatasetSource<X, Y> history;

  ManagedModel(ManagedModelBuilder<X, Y> spec, Watch<X, Y> watch) {
    this.workspace = spec.workspace;
    this.trainer = spec.trainer();
    this.history = spec.history;
    this.deployment =
        Deployment.of(spec.name, spec.task, workspace.models())
            .log(workspace.predictions())
            .privacy(spec.privacy)
            .events(workspace.events())
            .canary(new RolloutBooks(workspace, spec.name, spec.rollout)::share)
            .latencyBudget(spec.rollout.latencyBudget())
            .clock(workspace.clock())
            .ids(workspace.ids())
            .build();
    this.loop = new Loop<>(spec, watch, deployment);
    this.driver = spec.interval == null ? null : new LoopDriver(spec.name, loop, spec.interval);
    workspace.closeWith(this);
  }

  /**
   * Starts a managed model.
   *
   * @param name the model's name, of the form of {@link dev.endolith.registry.Names}
   * @param task what is asked
   * @param workspace where everything is kept
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return a builder
   */
  public static <X, Y> ManagedModelBuilder<X, Y> of(
      String name, Task<X, Y> task, Workspace workspace) {
    return new ManagedModelBuilder<>(name, task, workspace);
  }

  /**
   * Trains a version on given rows, gates it, and rolls it out; the first one serves at once.
   * Called again after a crash with the same rows, it goes on where it was.
   *
   * @param data labelled rows, oldest first; the latest are held out for the gates
   * @return what came of it
   * @throws IllegalArgumentException if there are too few rows
   * @throws IllegalStateException if a version is being rolled out or awaits approval
   * @throws dev.endolith.error.LeaseHeldException if another process drives the loop
   * @throws dev.endolith.error.StepFailedException if a step of the training fails
   */
  public TrainOutcome train(Dataset<X, Y> data) {
    return loop.train(data);
  }

  /**
   * Answers.
   *
   * @param x the row
   * @return the answer and who gave it
   * @throws dev.endolith.error.PredictionException if no version serves yet, or the model fails
   */
  public Served<Y> predict(X x) {
    return deployment.predict(x);
  }

  /**
   * Answers, with what is known about the call.
   *
   * @param x the row
   * @param context what is known
   * @return the answer and who gave it
   * @throws dev.endolith.error.PredictionException if no version serves yet, or the model fails
   */
  public Served<Y> predict(X x, CallContext context) {
    return deployment.predict(x, context);
  }

  /**
   * Tells the truth about a prediction. Another label that became known later corrects it.
   *
   * @param prediction the prediction's id
   * @param label the true label
   * @param at when it became known
   * @return what became of it
   */
  public FeedbackResult feedback(Id prediction, Y label, Instant at) {
    return deployment.feedback(prediction, label, at);
  }

  /**
   * Tells the truth about the last prediction of a row.
   *
   * @param key the row's key
   * @param label the true label
   * @param at when it became known
   * @return what became of it
   */
  public FeedbackResult feedback(String key, Y label, Instant at) {
    return deployment.feedback(key, label, at);
  }

  /**
   * Tells the truth about many predictions in one transaction.
   *
   * @param feedback the labels by name
   * @return what became of each, in order
   */
  public List<FeedbackResult> feedback(List<Feedback> feedback) {
    return deployment.feedback(feedback);
  }

  /**
   * Takes one turn of the loop in the calling thread: sees what was logged since the last, raises
   * alerts, retrains, decides rollouts, until nothing is left to do.
   *
   * @return what it did
   * @throws dev.endolith.error.LeaseHeldException if another process drives the loop
   * @throws dev.endolith.error.StepFailedException if a training fails; the next turn goes on with
   *     it
   */
  public LoopTurn runOnce() {
    return loop.turn();
  }

  /**
   * Trains a version again from its record and compares: the source of rows is asked for those that
   * it gave then. Rows that the host handed to {@link #train} are found if the source has them too.
   * It registers nothing and does not touch what serves; it takes as long as the training did.
   *
   * @param version the version's number
   * @return the same, different, or impossible, explained
   * @throws dev.endolith.error.NotFoundException if there is no such version, or it holds no record
   *     of its training
   * @throws IllegalStateException if the model has no source of rows
   */
  public Reproduction reproduce(long version) {
    if (history == null) {
      throw new IllegalStateException(
          "model '"
              + deployment.name()
              + "' has no source of rows to train again from; give it one with retrainFrom(), or"
              + " hand the rows to reproduce(version, rows)");
    }
    ModelVersion trained = workspace.models().get(deployment.name(), version);
    Instant then = TrainingRecord.of(workspace, trained).askAt(trained.createdAt());
    return Reproduction.of(workspace, trained, history.knownAt(then), trainer);
  }

  /**
   * Trains a version again from its record and rows that are handed in, and compares. It registers
   * nothing and does not touch what serves; it takes as long as the training did.
   *
   * @param version the version's number
   * @param source the rows that its training was given
   * @return the same, different, or impossible, explained
   * @throws dev.endolith.error.NotFoundException if there is no such version, or it holds no record
   *     of its training
   */
  public Reproduction reproduce(long version, Dataset<X, Y> source) {
    return Reproduction.of(
        workspace, workspace.models().get(deployment.name(), version), source, trainer);
  }

  /**
   * How the champion is.
   *
   * @return its health, as of the loop's last turn
   */
  public ModelHealth health() {
    return loop.health();
  }

  /**
   * The latest alerts.
   *
   * @return at most 200 alerts, oldest first
   */
  public List<Alert> alerts() {
    return loop.alerts();
  }

  /**
   * What the aliases want and what this node serves.
   *
   * @return the status
   */
  public DeploymentStatus status() {
    return deployment.status();
  }

  /**
   * What serves.
   *
   * @return the deployment; closed with this model
   */
  public Deployment<X, Y> deployment() {
    return deployment;
  }

  /** Ends the loop and stops serving. What was begun goes on when the model is opened again. */
  @Override
  public void close() {
    if (driver != null) {
      driver.close();
    }
    deployment.close();
    loop.close();
  }
}
