package dev.endolith.error;

import org.jspecify.annotations.Nullable;

/**
 * Another live process does this work at the moment. It frees itself when that process closes or
 * dies.
 */
public final class LeaseHeldException extends EndolithException {
  private static final long serialVersionUID = 1L;

  /** The name of the lease. */
  private final String lease;

  /** The process that holds it. */
  private final String holder;

  /**
   * Creates the fault.
   *
   * @param lease the name of the lease
   * @param holder the process that holds it
   * @param message what happened, with which values, and the way out
   */
  public LeaseHeldException(String lease, String holder, String message) {
    this(lease, holder, message, null);
  }

  /**
   * Creates the fault with its cause.
   *
   * @param lease the name of the lease
   * @param holder the process that holds it
   * @param message what happened, with which values, and the way out
   * @param cause the underlying failure
   */
  public LeaseHeldException(
      String lease, String holder, String message, @Nullable Throwable cause) {
    super(message, true, cause);
    this.lease = lease;
    this.holder = holder;
  }

  /**
   * Returns the name of the lease.
   *
   * @return the name of the lease
   */
  public String lease() {
    return lease;
  }

  /**
   * Returns the process that holds it.
   *
   * @return the process that holds it
   */
  public String holder() {
    return holder;
  }
}
