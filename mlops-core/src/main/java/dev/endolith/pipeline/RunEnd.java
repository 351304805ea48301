package dev.endolith.pipeline;

/** How a run ends, as its finalizers see it. */
public enum RunEnd {
  /** All steps are done. */
  FINISHED,
  /** A step failed, or has an effect that is not settled. */
  FAILED,
  /** A gate or a person did not let something through. */
  REFUSED,
  /** It was cancelled, or its time was over. */
  CANCELLED
}
