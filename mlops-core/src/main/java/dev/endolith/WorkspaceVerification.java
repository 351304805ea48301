package dev.endolith;

import java.util.List;

/** Whether a workspace is whole. */
public sealed interface WorkspaceVerification {
  /**
   * Everything is as it was recorded.
   *
   * @param records how many audit records were checked
   * @param versions how many versions were checked
   * @param blobs how many different blobs were read and compared with their digests
   */
  record Sound(long records, long versions, long blobs) implements WorkspaceVerification {}

  /**
   * Something was changed, lost or damaged.
   *
   * @param problems what is wrong where, one sentence each
   */
  record Broken(List<String> problems) implements WorkspaceVerification {
    /**
     * Copies the problems.
     *
     * @param problems what is wrong where, one sentence each
     */
    public Broken {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Whether nothing is wrong.
   *
   * @return true if it is whole
   */
  default boolean ok() {
    return this instanceof Sound;
  }
}
