package dev.endolith.pipeline;

import dev.endolith.registry.GateResult;
import java.util.List;

/**
 * How a run came out. Immutable. A run whose steps failed is a {@link
 * dev.endolith.error.StepFailedException} instead.
 *
 * @param <R> what the pipeline produces
 */
public sealed interface PipelineRun<R> {
  /**
   * The run's id.
   *
   * @return the id
   */
  String id();

  /**
   * What was done with each step in this call, in the order in which it ended.
   *
   * @return the steps, those in branches, items and included pipelines too
   */
  List<StepReport> steps();

  /**
   * Which of the outcomes this is.
   *
   * @return the outcome, never {@link RunOutcome#FAILED}
   */
  RunOutcome outcome();

  /**
   * What the pipeline produced.
   *
   * @return the result
   * @throws IllegalStateException if the run is not {@link Completed}; the message says why
   */
  R result();

  /**
   * The steps that were done in this call.
   *
   * @return their paths, in the order in which they ended
   */
  default List<String> done() {
    return paths(StepReport.How.DONE);
  }

  /**
   * The steps whose kept outputs were used.
   *
   * @return their paths
   */
  default List<String> resumed() {
    return paths(StepReport.How.RESUMED);
  }

  /**
   * The steps whose outputs came from the cache.
   *
   * @return their paths
   */
  default List<String> cached() {
    return paths(StepReport.How.CACHED);
  }

  private List<String> paths(StepReport.How how) {
    return steps().stream().filter(s -> s.how() == how).map(StepReport::path).toList();
  }

  private static IllegalStateException without(String id, String why) {
    return new IllegalStateException("run '" + id + "' has no result: " + why);
  }

  /**
   * All steps are done.
   *
   * @param id the run's id
   * @param steps what was done with each step
   * @param result what the pipeline produced
   * @param <R> what the pipeline produces
   */
  record Completed<R>(String id, List<StepReport> steps, R result) implements PipelineRun<R> {
    /**
     * Copies the steps.
     *
     * @param id the run's id
     * @param steps what was done with each step
     * @param result what the pipeline produced
     */
    public Completed {
      steps = List.copyOf(steps);
    }

    @Override
    public RunOutcome outcome() {
      return RunOutcome.COMPLETED;
    }
  }

  /**
   * All that could be done is done; people are asked. Run it again once they have answered.
   *
   * @param id the run's id
   * @param steps what was done with each step
   * @param questions what they are asked
   * @param <R> what the pipeline produces
   */
  record Waiting<R>(String id, List<StepReport> steps, List<Question> questions)
      implements PipelineRun<R> {
    /**
     * Copies the lists.
     *
     * @param id the run's id
     * @param steps what was done with each step
     * @param questions what they are asked
     */
    public Waiting {
      steps = List.copyOf(steps);
      questions = List.copyOf(questions);
    }

    @Override
    public RunOutcome outcome() {
      return RunOutcome.WAITING;
    }

    @Override
    public R result() {
      throw without(
          id,
          "it waits for answers to "
              + questions.stream().map(Question::step).toList()
              + "; answer with Pipelines.approve or reject, and run it again");
    }
  }

  /**
   * A gate or a person did not let something through.
   *
   * @param id the run's id
   * @param steps what was done with each step
   * @param refusals why
   * @param <R> what the pipeline produces
   */
  record Refused<R>(String id, List<StepReport> steps, List<GateResult> refusals)
      implements PipelineRun<R> {
    /**
     * Copies the lists.
     *
     * @param id the run's id
     * @param steps what was done with each step
     * @param refusals why
     */
    public Refused {
      steps = List.copyOf(steps);
      refusals = List.copyOf(refusals);
    }

    @Override
    public RunOutcome outcome() {
      return RunOutcome.REFUSED;
    }

    @Override
    public R result() {
      throw without(id, "it was refused: " + refusals);
    }
  }

  /**
   * It was cancelled for good; or its time was over or its thread interrupted, and it can be
   * resumed.
   *
   * @param id the run's id
   * @param steps what was done with each step
   * @param resumable whether it can be resumed
   * @param <R> what the pipeline produces
   */
  record Cancelled<R>(String id, List<StepReport> steps, boolean resumable)
      implements PipelineRun<R> {
    /**
     * Copies the steps.
     *
     * @param id the run's id
     * @param steps what was done with each step
     * @param resumable whether it can be resumed
     */
    public Cancelled {
      steps = List.copyOf(steps);
    }

    @Override
    public RunOutcome outcome() {
      return RunOutcome.CANCELLED;
    }

    @Override
    public R result() {
      throw without(
          id, resumable ? "its time was over; run it again to resume" : "it was cancelled");
    }
  }

  /**
   * Steps that are done at most once were begun, and nobody knows whether they were done. Someone
   * looks, says {@link Pipelines#settleDone} or {@link Pipelines#settleNotDone}, and runs it again.
   *
   * @param id the run's id
   * @param steps what was done with each step
   * @param unsettled the paths of the steps
   * @param <R> what the pipeline produces
   */
  record Unsettled<R>(String id, List<StepReport> steps, List<String> unsettled)
      implements PipelineRun<R> {
    /**
     * Copies the lists.
     *
     * @param id the run's id
     * @param steps what was done with each step
     * @param unsettled the paths of the steps
     */
    public Unsettled {
      steps = List.copyOf(steps);
      unsettled = List.copyOf(unsettled);
    }

    @Override
    public RunOutcome outcome() {
      return RunOutcome.UNSETTLED;
    }

    @Override
    public R result() {
      throw without(
          id,
          "steps "
              + unsettled
              + " are done at most once, were begun, and have no outcome; see what happened, settle"
              + " them, and run it again");
    }
  }
}
