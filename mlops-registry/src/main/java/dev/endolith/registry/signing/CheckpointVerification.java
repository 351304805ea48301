package dev.endolith.registry.signing;

import java.util.List;

/** Whether the audit log is what was signed. */
public sealed interface CheckpointVerification {
  /**
   * Every record up to the last checkpoint is what was signed, and every note that was given is of
   * this log's past.
   *
   * @param records how many records the last checkpoint covers
   * @param checkpoints how many checkpoints there are
   */
  record Verified(long records, long checkpoints) implements CheckpointVerification {}

  /**
   * The log is not what was signed.
   *
   * @param problems what is wrong where, one sentence each
   */
  record Broken(List<String> problems) implements CheckpointVerification {
    /**
     * Copies the problems.
     *
     * @param problems what is wrong where, one sentence each
     */
    public Broken {
      problems = List.copyOf(problems);
    }
  }
}
