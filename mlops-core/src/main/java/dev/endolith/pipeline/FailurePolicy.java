package dev.endolith.pipeline;

/** What a run does when a step has failed for good. */
public enum FailurePolicy {
  /** Begins no further step; steps that are under way are awaited. */
  FAIL_FAST,
  /** Does every step that does not need what failed. */
  RUN_WHAT_CAN
}
