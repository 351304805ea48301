package dev.endolith.serving;

import dev.endolith.contract.ContractCounts;
import dev.endolith.data.Classification;
import dev.endolith.data.Id;
import dev.endolith.data.IdGenerator;
import dev.endolith.data.Task;
import dev.endolith.error.PredictionException;
import dev.endolith.explain.Explainers;
import dev.endolith.explain.Explanation;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.ModelFormats;
import dev.endolith.model.Predictor;
import dev.endolith.registry.LastKnownGood;
import dev.endolith.registry.Models;
import dev.endolith.registry.Names;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Serves predictions under a name: the champion, a challenger for its share of keys, the arms of
 * experiments and bandits. Thread-safe.
 *
 * <p>A prediction sees exactly one version. When an alias moves, the new version is loaded and
 * verified first and takes over then; the old one is closed after its last call. No request fails
 * because of a change. A version that cannot be loaded never takes traffic: the old one stays, and
 * {@link #status()} says why.
 *
 * @param <X> what is asked
 * @param <Y> what is answered
 */
public interface Deployment<X, Y> extends AutoCloseable {
  /**
   * Starts a deployment that follows a model's aliases.
   *
   * @param name the model's name, which is also the deployment's
   * @param task what is asked
   * @param models the registry that the model is in
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return a builder
   */
  static <X, Y> DeploymentBuilder<X, Y> of(String name, Task<X, Y> task, Models models) {
    return new DeploymentBuilder<>(name, task, models);
  }

  /**
   * Starts a deployment on a node that cannot open its workspace: it serves what the node kept
   * last. Deploy anew from the workspace as soon as it can be opened.
   *
   * @param name the model's name, which is also the deployment's
   * @param task what is asked
   * @param copies what a deployment of that name kept
   * @param formats formats besides those on the class path
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return a builder
   */
  static <X, Y> DeploymentBuilder<X, Y> offline(
      String name, Task<X, Y> task, LastKnownGood copies, ModelFormat... formats) {
    return of(name, task, Models.unreachable(ModelFormats.discover(List.of(formats))))
        .lastKnownGood(copies);
  }

  /**
   * A deployment of one model that never changes, without registry and log; for tests.
   *
   * @param predictor the model; not closed
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return the deployment
   */
  static <X, Y> Deployment<X, Y> fixed(Predictor<X, Y> predictor) {
    return new FixedDeployment<>(
        "fixed", null, predictor, new IdGenerator(Clock.systemUTC(), RandomGenerator.getDefault()));
  }

  /**
   * A deployment of one model that never changes, under a name, without registry and log.
   *
   * @param name the deployment's name: letters, digits, {@code _ . -}
   * @param task what is asked
   * @param predictor the model; not closed
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return the deployment
   * @throws IllegalArgumentException if the name breaks the rule
   */
  static <X, Y> Deployment<X, Y> fixed(String name, Task<X, Y> task, Predictor<X, Y> predictor) {
    return new FixedDeployment<>(
        Names.check("deployment", name),
        task,
        predictor,
        new IdGenerator(Clock.systemUTC(), RandomGenerator.getDefault()));
  }

  /**
   * A deployment that tells an observer of every call.
   *
   * @param deployment the deployment
   * @param observer is told
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return the same deployment, to be called in its place
   */
  static <X, Y> Deployment<X, Y> observed(
      Deployment<X, Y> deployment, PredictionObserver observer) {
    return new ObservedDeployment<>(deployment, observer);
  }

  /**
   * A deployment that explains a share of its answers, on a thread of its own: no caller waits for
   * an explanation, at most 256 answers wait to be explained, and the listener is told of those for
   * which there was no room. Answers of batches are not drawn. Closing waits for the explanation
   * that is being made.
   *
   * @param deployment the deployment
   * @param share of the answers, in (0, 1]
   * @param how explains a version
   * @param listener is told
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return the same deployment, to be called and closed in its place
   * @throws IllegalArgumentException if the share is not in (0, 1]
   */
  static <X, Y> Deployment<X, Y> explained(
      Deployment<X, Y> deployment,
      double share,
      Explainers<X, Y> how,
      ExplanationListener<X, Y> listener) {
    return new ExplainedDeployment<>(deployment, share, how, listener);
  }

  /**
   * A deployment whose calls pass a guard first. A batch is one call, as it begins.
   *
   * @param deployment the deployment
   * @param guard lets calls through, or not; of several the one that is added last is asked first
   * @param <X> what is asked
   * @param <Y> what is answered
   * @return the guarded deployment; closing it closes the other
   */
  static <X, Y> Deployment<X, Y> guarded(Deployment<X, Y> deployment, CallGuard guard) {
    return new GuardedDeployment<>(deployment, guard);
  }

  /**
   * The deployment's name.
   *
   * @return the name
   */
  String name();

  /**
   * What the deployment is asked.
   *
   * @return the task, empty for a fixed deployment that was made without one
   */
  Optional<Task<X, Y>> task();

  /**
   * The versions that are loaded and answer here, each once. Asks no store, so that it can be
   * looked at often and while the workspace is down. The shadow, and the version before, which only
   * stands in, are not among them.
   *
   * @return the champion's number, then the challenger's, then those of arms, as far as there are
   *     any: without a champion the first is another one's, so ask {@link #champion()}; empty if
   *     nothing answers; 0 for a fixed deployment
   */
  List<Long> serving();

  /**
   * Whether what is needed is loaded when it is asked, as by {@link Deployments}: then nothing may
   * be loaded here now, and {@link #predict} answers all the same.
   *
   * @return false unless said otherwise
   */
  default boolean loadsOnDemand() {
    return false;
  }

  /**
   * The champion that is loaded and answers here. Asks no store, as {@link #serving()}; the default
   * asks {@link #status()}.
   *
   * @return its number; 0 if there is none, and for a fixed deployment
   */
  default long champion() {
    return status().servedChampion();
  }

  /**
   * Answers.
   *
   * @param x the row
   * @return the answer and who gave it
   * @throws dev.endolith.contract.InputRefusedException if the input contract refuses the row
   * @throws dev.endolith.error.PredictionException if no version serves or the model fails, and so
   *     does everything that stands in for it
   */
  default Served<Y> predict(X x) {
    return predict(x, CallContext.NONE);
  }

  /**
   * Answers, with what is known about the call.
   *
   * @param x the row
   * @param context what is known; its key wins over the task's
   * @return the answer and who gave it
   * @throws dev.endolith.contract.InputRefusedException if the input contract refuses the row
   * @throws dev.endolith.error.PredictionException if no version serves or the model fails, and so
   *     does everything that stands in for it
   */
  Served<Y> predict(X x, CallContext context);

  /**
   * Answers on another thread.
   *
   * @param x the row
   * @return the answer to come; where it is cancelled before a thread has taken it up, no model is
   *     asked. It ends in a {@link dev.endolith.error.PredictionException} where {@link #predict}
   *     would
   */
  default CompletableFuture<Served<Y>> predictAsync(X x) {
    return predictAsync(x, CallContext.NONE);
  }

  /**
   * Answers on another thread, with what is known about the call. The default answers on the thread
   * that asks.
   *
   * @param x the row
   * @param context what is known; its time begins now
   * @return the answer to come, as {@link #predictAsync(Object)}
   */
  default CompletableFuture<Served<Y>> predictAsync(X x, CallContext context) {
    try {
      return CompletableFuture.completedFuture(predict(x, context));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Answers many rows by one version: the champion at the beginning. A row for which it fails is
   * answered by what stands in for it, as in {@link #predict}. Rollouts, experiments and bandits
   * see nothing of it.
   *
   * @param rows the rows
   * @param context what is known about the batch, which is one call for its guards; its key is not
   *     used
   * @return one result per row, in row order
   * @throws dev.endolith.error.PredictionException if no version serves, or a guard turns the batch
   *     away
   */
  default List<RowResult<Y>> predictAll(List<? extends X> rows, CallContext context) {
    try (Stream<RowResult<Y>> results = predictAll(rows.stream(), context)) {
      return results.toList();
    }
  }

  /**
   * Answers a stream of rows by one version, as {@link #predictAll(List, CallContext)}, in chunks
   * of 256 rows. The version stays loaded until the stream is read to its end or closed, so close
   * it. The default answers row by row.
   *
   * @param rows the rows; read as far as results are asked for, and closed with the results
   * @param context what is known about the batch
   * @return one result per row, in row order; sequential, for one thread
   * @throws dev.endolith.error.PredictionException if no version serves, or a guard turns the batch
   *     away
   */
  default Stream<RowResult<Y>> predictAll(Stream<? extends X> rows, CallContext context) {
    return rows.sequential()
        .<RowResult<Y>>map(
            x -> {
              try {
                return new RowResult.Answered<>(predict(x, context));
              } catch (PredictionException e) {
                return new RowResult.Failed<>(e);
              }
            });
  }

  /**
   * Tells the truth about a prediction. Another label that became known later corrects it.
   *
   * @param prediction the prediction's id
   * @param label the true label
   * @param at when it became known
   * @return what became of it
   */
  FeedbackResult feedback(Id prediction, Y label, Instant at);

  /**
   * Tells the truth about the last prediction of a row.
   *
   * @param key the row's key
   * @param label the true label
   * @param at when it became known
   * @return what became of it
   */
  FeedbackResult feedback(String key, Y label, Instant at);

  /**
   * Tells the truth about many predictions in one transaction.
   *
   * @param feedback the labels by name
   * @return what became of each, in order
   */
  List<FeedbackResult> feedback(List<Feedback> feedback);

  /**
   * Rewards the arm of a bandit that made a prediction, once.
   *
   * @param prediction the prediction's id
   * @param reward the reward, finite; the bandit seeks the greatest mean
   * @return whether the prediction was a bandit's and awaited its reward on this node
   * @throws IllegalArgumentException if there is a bandit, and the reward is not finite or so great
   *     that its square is not; the prediction goes on awaiting one
   */
  default boolean reward(Id prediction, double reward) {
    return false;
  }

  /**
   * What the bandit has learnt on this node.
   *
   * @return its state, empty without a bandit
   */
  default Optional<BanditState> bandit() {
    return Optional.empty();
  }

  /**
   * How the shadow's answers compare on this node.
   *
   * @return the comparison, empty without a shadow
   */
  default Optional<ShadowComparison> shadow() {
    return Optional.empty();
  }

  /**
   * How champion and challenger serve on this node.
   *
   * @return their counts, empty without a challenger
   */
  default Optional<ServiceHealth> health() {
    return Optional.empty();
  }

  /**
   * What the input contract found on this node, since it took over.
   *
   * @return the counts, empty without a contract
   */
  default Optional<ContractCounts> contract() {
    return Optional.empty();
  }

  /**
   * Says why an answer was given: by the version that gave it, and of the score of what was
   * answered. Costs what the explainer costs, on the caller's thread; asks past the guards and is
   * not logged. A row that a contract repairs is explained as the model saw it.
   *
   * @param x what was asked
   * @param served what was answered
   * @param how explains a version
   * @return the explanation
   * @throws dev.endolith.error.PredictionException if that version is not loaded here any more, or
   *     none gave the answer, as it is where a rule did
   * @throws IllegalArgumentException if the version cannot be explained this way
   * @throws IllegalStateException if this deployment has no task, or explains nothing
   */
  default Explanation explain(X x, Served<Y> served, Explainers<X, Y> how) {
    Task<X, Y> task =
        task()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "deployment '" + name() + "' has no task; say which score to explain"));
    int output =
        task instanceof Classification<X, Y> classes ? classes.position(served.value()) : 0;
    return explain(x, served, output, how);
  }

  /**
   * Says why a score was given, as {@link #explain(Object, Served, Explainers)} does.
   *
   * @param x what was asked
   * @param served what was answered
   * @param output which score: a label's position among its task's labels; 0 for a regression
   * @param how explains a version
   * @return the explanation
   */
  default Explanation explain(X x, Served<Y> served, int output, Explainers<X, Y> how) {
    throw new IllegalStateException("deployment '" + name() + "' does not explain");
  }

  /** Looks where the aliases point, and follows them. */
  void refresh();

  /**
   * What the aliases want and what this node serves.
   *
   * @return the status
   */
  DeploymentStatus status();

  /**
   * Waits until all answers given before are in the log.
   *
   * @throws dev.endolith.error.StorageException if the log cannot be written
   */
  void flush();

  /** Stops answering, writes what is queued for the log, and closes the models. */
  @Override
  void close();
}
