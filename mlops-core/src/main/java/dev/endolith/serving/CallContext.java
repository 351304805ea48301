package dev.endolith.serving;

import java.time.Duration;

/**
 * What is known about a call besides the row. Immutable; one context may serve many calls.
 *
 * @param key sticks a caller or subject to one side of a rollout, and names the row for feedback;
 *     empty if there is none
 * @param caller who asks, for limits per caller; empty if unknown, which is a caller too
 * @param within how long the caller waits, from the beginning of each call; zero for as long as it
 *     takes
 */
public record CallContext(String key, String caller, Duration within) {
  /** Nothing is known. */
  public static final CallContext NONE = new CallContext("", "", Duration.ZERO);

  /**
   * Checks the time.
   *
   * @param key sticks a caller or subject to one side of a rollout; empty if there is none
   * @param caller who asks; empty if unknown
   * @param within how long the caller waits; zero for as long as it takes
   * @throws IllegalArgumentException if the time is negative
   */
  public CallContext {
    if (within.isNegative()) {
      throw new IllegalArgumentException(
          "a caller waits at least no time, which means for ever; was " + within);
    }
  }

  /**
   * A call under a key.
   *
   * @param key the key
   * @return the context
   */
  public static CallContext key(String key) {
    return new CallContext(key, "", Duration.ZERO);
  }

  /**
   * The same call by a known caller.
   *
   * @param name who asks
   * @return a new context
   */
  public CallContext by(String name) {
    return new CallContext(key, name, within);
  }

  /**
   * The same call with a deadline. It is cooperative: no other thread ends a model's work. It is
   * looked at when the call begins, which for {@link Deployment#predictAsync} is when it is handed
   * over, before a version is asked, between the chunks of a batch, and when the answer is there;
   * an answer that comes too late is not given.
   *
   * @param time how long the caller waits
   * @return a new context
   * @throws IllegalArgumentException if it is negative
   */
  public CallContext within(Duration time) {
    return new CallContext(key, caller, time);
  }
}
