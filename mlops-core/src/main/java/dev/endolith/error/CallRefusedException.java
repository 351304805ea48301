package dev.endolith.error;

import java.time.Duration;

/** A guard of a deployment turned a call away, or its answer came too late. May be tried again. */
public final class CallRefusedException extends PredictionException {
  private static final long serialVersionUID = 1L;

  /** What turned the call away. */
  public enum Guard {
    /** The caller's time was over. */
    DEADLINE,
    /** As many calls wait for a thread as may. */
    QUEUE,
    /** As many calls are in the deployment as may be at a time. */
    BULKHEAD,
    /** The version failed too often lately. */
    BREAKER,
    /** The caller asked more often than it may. */
    RATE
  }

  /** What turned the call away. */
  private final Guard guard;

  /** How long to wait. */
  private final Duration retryAfter;

  /**
   * Creates the refusal.
   *
   * @param deployment the deployment that was asked
   * @param guard what turned the call away
   * @param retryAfter when it may be worth while to ask again; zero if unknown
   * @param message what happened, with which values, and the way out
   */
  public CallRefusedException(String deployment, Guard guard, Duration retryAfter, String message) {
    super(deployment, message, true, null);
    this.guard = guard;
    this.retryAfter = retryAfter;
  }

  /**
   * What turned the call away.
   *
   * @return the guard
   */
  public Guard guard() {
    return guard;
  }

  /**
   * When it may be worth while to ask again.
   *
   * @return the time from the refusal; zero if unknown
   */
  public Duration retryAfter() {
    return retryAfter;
  }
}
