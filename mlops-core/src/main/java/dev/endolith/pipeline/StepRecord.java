package dev.endolith.pipeline;

import java.time.Instant;

/**
 * One line of a run's journal. Immutable.
 *
 * @param step the step's path, for example {@code folds/3/train}; {@code $} and its name for a
 *     parameter; empty for the run itself
 * @param outcome what is recorded
 * @param value for the begin of a run its pipeline and shape; for a kept output {@code =} and
 *     base64 text, or {@code sha256:} and the digest of a blob in the artifact store; for a failure
 *     its class; for a gate, a question or an answer JSON; else empty
 * @param at when
 */
public record StepRecord(String step, Outcome outcome, String value, Instant at) {
  /** What a line records. */
  public enum Outcome {
    /** The run was begun. */
    RUN_STARTED,
    /** A run that had not ended goes on. */
    RUN_RESUMED,
    /** The step is about to be done. */
    STARTED,
    /** The step is done. */
    SUCCEEDED,
    /** The step's output was taken from the cache. */
    CACHED,
    /** An attempt failed, and another follows. */
    RETRIED,
    /** The step failed. */
    FAILED,
    /** The gate did not let its subject through, or people rejected it. */
    REFUSED,
    /** People are asked. */
    ASKED,
    /** Someone answered. Written by whoever hands in the answer. */
    ANSWERED,
    /** Someone found out that a step had not been done. Written by whoever looked. */
    NOT_DONE,
    /** The run is to end. Written by whoever cancels it. */
    CANCEL_REQUESTED,
    /** The run has ended because a step failed; it can be resumed. */
    RUN_FAILED,
    /** The run has ended because something was refused. */
    RUN_REFUSED,
    /** The run has ended because it was cancelled. */
    RUN_CANCELLED,
    /** The run is done. */
    RUN_FINISHED;

    /**
     * Whether a run has ended with it. One that failed can be resumed.
     *
     * @return whether it is one of the ends of a run
     */
    public boolean isEnd() {
      return this == RUN_FAILED
          || this == RUN_REFUSED
          || this == RUN_CANCELLED
          || this == RUN_FINISHED;
    }

    /** Whether others than the runner write it. */
    boolean isFromOutside() {
      return this == ANSWERED || this == NOT_DONE || this == CANCEL_REQUESTED;
    }
  }
}
