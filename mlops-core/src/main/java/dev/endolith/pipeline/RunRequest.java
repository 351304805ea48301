package dev.endolith.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run that is about to begin: its arguments and how it is done. Confined to one thread.
 *
 * @param <R> what the pipeline produces
 */
public final class RunRequest<R> {
  private final Pipelines.Engine engine;
  private final Pipeline<R> pipeline;
  private final String id;
  private final Map<Parameter<?>, Object> arguments = new HashMap<>();
  private final List<PipelineListener> listeners;
  private FailurePolicy policy = FailurePolicy.FAIL_FAST;
  private int parallelism;
  private @Nullable Duration timeLimit;

  RunRequest(Pipelines.Engine engine, Pipeline<R> pipeline, String id) {
    this.engine = engine;
    this.pipeline = pipeline;
    this.id = id;
    this.listeners = new ArrayList<>(engine.listeners());
    this.parallelism = engine.parallelism();
  }

  /**
   * Says what a parameter is.
   *
   * @param parameter a parameter of the pipeline
   * @param value its value, recorded with the run
   * @param <A> the value
   * @return this
   * @throws IllegalArgumentException if the parameter is of another pipeline
   */
  public <A> RunRequest<R> set(Parameter<A> parameter, A value) {
    if (!pipeline.parameters().contains(parameter)) {
      throw new IllegalArgumentException(
          "'"
              + parameter.name()
              + "' is no parameter of pipeline '"
              + pipeline.name()
              + "', which has "
              + pipeline.parameters().stream().map(Parameter::name).toList());
    }
    arguments.put(parameter, value);
    return this;
  }

  /**
   * Says what happens when a step has failed for good.
   *
   * @param failurePolicy by default {@link FailurePolicy#FAIL_FAST}
   * @return this
   */
  public RunRequest<R> onFailure(FailurePolicy failurePolicy) {
    this.policy = failurePolicy;
    return this;
  }

  /**
   * Limits how many steps are done at a time.
   *
   * @param steps from 1; at most, and by default, that of the {@link Pipelines}
   * @return this
   * @throws IllegalArgumentException if less than 1
   */
  public RunRequest<R> parallelism(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("parallelism must be at least 1, was " + steps);
    }
    this.parallelism = Math.min(steps, engine.parallelism());
    return this;
  }

  /**
   * Limits how long this call works on the run. When the time is over, steps are interrupted, the
   * call answers {@link PipelineRun.Cancelled}, and the run can be resumed.
   *
   * @param limit how long, more than zero
   * @return this
   * @throws IllegalArgumentException if the limit is not positive
   */
  public RunRequest<R> timeLimit(Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("a time limit must be positive, was " + limit);
    }
    this.timeLimit = limit;
    return this;
  }

  /**
   * Adds someone who is told what happens.
   *
   * @param listener who is told
   * @return this
   */
  public RunRequest<R> listener(PipelineListener listener) {
    listeners.add(listener);
    return this;
  }

  /**
   * Does the run, on the calling thread and others, and waits for it. Interrupting the calling
   * thread cancels the run.
   *
   * @return how it came out
   * @throws dev.endolith.error.StepFailedException if a step fails; the run can be resumed
   * @throws dev.endolith.error.ConflictException if another process runs the same run
   * @throws IllegalStateException if the run was begun by a pipeline of another shape, or with
   *     other arguments
   * @throws IllegalArgumentException if a parameter has no value
   */
  public PipelineRun<R> run() {
    return new Runner<>(this).run();
  }

  /**
   * Begins the run on another thread.
   *
   * @return the run, to be cancelled or waited for
   */
  public RunningPipeline<R> start() {
    Runner<R> runner = new Runner<>(this);
    return RunningPipeline.start(id, runner, engine.executor());
  }

  Pipelines.Engine engine() {
    return engine;
  }

  Pipeline<R> pipeline() {
    return pipeline;
  }

  String id() {
    return id;
  }

  FailurePolicy policy() {
    return policy;
  }

  int parallelism() {
    return parallelism;
  }

  @Nullable Duration timeLimit() {
    return timeLimit;
  }

  List<PipelineListener> listeners() {
    return listeners;
  }

  @SuppressWarnings("unchecked") // set() puts an A for a Parameter<A>
  <A> @Nullable A given(Parameter<A> parameter) {
    return (A) arguments.get(parameter);
  }
}
