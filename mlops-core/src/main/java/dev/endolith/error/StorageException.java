package dev.endolith.error;

import org.jspecify.annotations.Nullable;

/**
 * A store could not carry out an operation. Nothing of it is visible, unless the message says that
 * this is not known: then the store failed while it committed.
 */
public final class StorageException extends EndolithException {
  private static final long serialVersionUID = 1L;

  /** The operation that failed. */
  private final String operation;

  /**
   * Creates the fault.
   *
   * @param operation the operation that failed
   * @param message what happened, with which values, and the way out
   */
  public StorageException(String operation, String message) {
    this(operation, message, null);
  }

  /**
   * Creates the fault with its cause.
   *
   * @param operation the operation that failed
   * @param message what happened, with which values, and the way out
   * @param cause the underlying failure
   */
  public StorageException(String operation, String message, @Nullable Throwable cause) {
    super(message, true, cause);
    this.operation = operation;
  }

  /**
   * Returns the operation that failed.
   *
   * @return the operation that failed
   */
  public String operation() {
    return operation;
  }
}
