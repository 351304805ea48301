package dev.endolith.error;

import org.jspecify.annotations.Nullable;

/**
 * A fault of the world (a store, a file, a model), not of the caller's arguments.
 *
 * <p>The message names the thing, the rule and the way out. It never holds a path of the store, SQL
 * or a row's values.
 */
public abstract class EndolithException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whether the same call may succeed later without a change by the caller. */
  private final boolean retryable;

  /**
   * Creates the fault.
   *
   * @param message what happened, with which values, and the way out
   * @param retryable whether the same call may succeed later without a change by the caller
   * @param cause the underlying failure, if any
   */
  protected EndolithException(String message, boolean retryable, @Nullable Throwable cause) {
    super(message, cause);
    this.retryable = retryable;
  }

  /**
   * Whether the same call may succeed later without a change by the caller.
   *
   * @return true if trying again is reasonable
   */
  public final boolean retryable() {
    return retryable;
  }
}
