package dev.endolith.error;

import org.jspecify.annotations.Nullable;

/**
 * Stored content is not what was stored: a digest, a length or a chain does not match. It is never
 * handed to a parser.
 */
public final class IntegrityException extends EndolithException {
  private static final long serialVersionUID = 1L;

  /** The thing that failed verification. */
  private final String subject;

  /**
   * Creates the fault.
   *
   * @param subject the thing that failed verification
   * @param message what happened, with which values, and the way out
   */
  public IntegrityException(String subject, String message) {
    this(subject, message, null);
  }

  /**
   * Creates the fault with its cause.
   *
   * @param subject the thing that failed verification
   * @param message what happened, with which values, and the way out
   * @param cause the underlying failure
   */
  public IntegrityException(String subject, String message, @Nullable Throwable cause) {
    super(message, false, cause);
    this.subject = subject;
  }

  /**
   * Returns the thing that failed verification.
   *
   * @return the thing that failed verification
   */
  public String subject() {
    return subject;
  }
}
