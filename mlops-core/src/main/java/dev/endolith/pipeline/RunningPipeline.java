package dev.endolith.pipeline;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * A run that is under way on other threads. Thread-safe.
 *
 * @param <R> what the pipeline produces
 */
public final class RunningPipeline<R> {
  private final String id;
  private final Runner<R> runner;
  private final CompletableFuture<PipelineRun<R>> outcome;

  private RunningPipeline(String id, Runner<R> runner, Executor executor) {
    this.id = id;
    this.runner = runner;
    this.outcome = CompletableFuture.supplyAsync(runner::run, executor);
  }

  static <R> RunningPipeline<R> start(String id, Runner<R> runner, Executor executor) {
    return new RunningPipeline<>(id, runner, executor);
  }

  /**
   * The run's id.
   *
   * @return the id
   */
  public String id() {
    return id;
  }

  /**
   * Interrupts the steps that are under way, begins no others, and ends the run as {@link
   * PipelineRun.Cancelled}. A step that does not heed it within ten seconds is left alone.
   */
  public void cancel() {
    runner.cancel();
  }

  /** Ends this call without ending the run, which somebody else goes on with. */
  void leave() {
    runner.leave();
  }

  /**
   * Waits for the run.
   *
   * @return how it came out
   * @throws dev.endolith.error.StepFailedException if a step fails; the run can be resumed
   * @throws dev.endolith.error.EndolithException as {@link RunRequest#run} does
   */
  public PipelineRun<R> await() {
    try {
      return outcome.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /**
   * The run's end, for asynchronous hosts.
   *
   * @return completes as {@link #await} returns; completing it does nothing to the run
   */
  public CompletableFuture<PipelineRun<R>> whenEnded() {
    return outcome.copy();
  }
}
