package dev.endolith.pipeline;

import java.time.Instant;

/**
 * One line of a run's journal. Immutable.
 *
 * @param step the step's name, empty for the run itself
 * @param outcome what is recorded
 * @param value for the begin of a run its shape; for a kept output {@code =} and base64 text, or
 *     {@code sha256:} and the digest of a blob in the artifact store; for a failure its class; else
 *     empty
 * @param at when
 */
public record StepRecord(String step, Outcome outcome, String value, Instant at) {
  /** What a line records. */
  public enum Outcome {
    /** The run was begun. */
    RUN_STARTED,
    /** The step is about to be done. */
    STARTED,
    /** The step is done. */
    SUCCEEDED,
    /** The step failed. */
    FAILED,
    /** The run is done. */
    RUN_FINISHED
  }
}
