package dev.endolith.registry;

import java.util.List;

/** Whether the audit log is whole. */
public sealed interface AuditVerification {
  /**
   * Every record is chained, and the registry is what the records say.
   *
   * @param records how many records were checked
   */
  record Verified(long records) implements AuditVerification {}

  /**
   * Something was changed, removed or added behind the library's back.
   *
   * @param problems what is wrong where, one sentence each
   */
  record Broken(List<String> problems) implements AuditVerification {
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
    return this instanceof Verified;
  }
}
