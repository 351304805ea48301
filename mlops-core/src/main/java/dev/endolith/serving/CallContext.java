package dev.endolith.serving;

/**
 * What is known about a call besides the row.
 *
 * @param key sticks a caller or subject to one side of a rollout, and names the row for feedback;
 *     empty if there is none
 */
public record CallContext(String key) {
  /** Nothing is known. */
  public static final CallContext NONE = new CallContext("");

  /**
   * A call under a key.
   *
   * @param key the key
   * @return the context
   */
  public static CallContext key(String key) {
    return new CallContext(key);
  }
}
