package dev.endolith.pipeline;

/** How a call that did a run came out. */
public enum RunOutcome {
  /** {@link PipelineRun.Completed}. */
  COMPLETED,
  /** {@link PipelineRun.Waiting}. */
  WAITING,
  /** {@link PipelineRun.Refused}. */
  REFUSED,
  /** {@link PipelineRun.Cancelled}. */
  CANCELLED,
  /** {@link PipelineRun.Unsettled}. */
  UNSETTLED,
  /** A {@link dev.endolith.error.StepFailedException}. */
  FAILED
}
