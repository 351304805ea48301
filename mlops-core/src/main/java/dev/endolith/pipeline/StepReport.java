package dev.endolith.pipeline;

import java.time.Instant;

/**
 * What was done with one step in one call. Immutable.
 *
 * @param path the step's path in the run
 * @param how what was done with it
 * @param attempts how often it was tried in this call
 * @param started when its first attempt began
 * @param ended when it ended
 * @param why why its output came from the cache or did not; why it failed; empty otherwise
 */
public record StepReport(
    String path, How how, int attempts, Instant started, Instant ended, String why) {
  /** What was done with a step. */
  public enum How {
    /** It was done. */
    DONE,
    /** It had been done in an earlier call. */
    RESUMED,
    /** Its output came from the cache. */
    CACHED,
    /** It failed, and a value was taken in its place. */
    RECOVERED,
    /** It failed. */
    FAILED
  }
}
