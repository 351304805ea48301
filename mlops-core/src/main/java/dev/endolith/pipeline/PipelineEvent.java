package dev.endolith.pipeline;

import java.time.Duration;

/** What happens in a run. Immutable. */
public sealed interface PipelineEvent {
  /**
   * The run's id.
   *
   * @return the id
   */
  String run();

  /**
   * A run began, or goes on.
   *
   * @param run the run's id
   * @param pipeline the pipeline's name
   * @param steps how many steps the pipeline has; items of lists and branches add to them
   */
  record RunBegan(String run, String pipeline, int steps) implements PipelineEvent {}

  /**
   * A step is about to be tried.
   *
   * @param run the run's id
   * @param step the step's path
   * @param attempt which attempt it is, from 1
   */
  record StepBegan(String run, String step, int attempt) implements PipelineEvent {}

  /**
   * An attempt failed, and another follows.
   *
   * @param run the run's id
   * @param step the step's path
   * @param attempt which attempt failed, from 1
   * @param delay how long until the next
   * @param failure the class of the failure
   */
  record StepRetried(String run, String step, int attempt, Duration delay, String failure)
      implements PipelineEvent {}

  /**
   * A step ended, one way or another.
   *
   * @param run the run's id
   * @param report what was done
   */
  record StepEnded(String run, StepReport report) implements PipelineEvent {}

  /**
   * People are asked.
   *
   * @param run the run's id
   * @param question what they are asked
   */
  record Asked(String run, Question question) implements PipelineEvent {}

  /**
   * The call ended, with or without an end of the run.
   *
   * @param run the run's id
   * @param how how it ended
   */
  record RunEnded(String run, RunOutcome how) implements PipelineEvent {}
}
