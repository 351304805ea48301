package dev.endolith.error;

import org.jspecify.annotations.Nullable;

/**
 * A stored model does not fit the task that wants to use it; the message spells out the difference.
 */
public final class SchemaMismatchException extends EndolithException {
  private static final long serialVersionUID = 1L;

  /** The version that does not fit. */
  private final String subject;

  /** The difference, field by field. */
  private final String difference;

  /**
   * Creates the fault.
   *
   * @param subject the version that does not fit
   * @param difference the difference, field by field
   * @param message what happened, with which values, and the way out
   */
  public SchemaMismatchException(String subject, String difference, String message) {
    this(subject, difference, message, null);
  }

  /**
   * Creates the fault with its cause.
   *
   * @param subject the version that does not fit
   * @param difference the difference, field by field
   * @param message what happened, with which values, and the way out
   * @param cause the underlying failure
   */
  public SchemaMismatchException(
      String subject, String difference, String message, @Nullable Throwable cause) {
    super(message, false, cause);
    this.subject = subject;
    this.difference = difference;
  }

  /**
   * Returns the version that does not fit.
   *
   * @return the version that does not fit
   */
  public String subject() {
    return subject;
  }

  /**
   * Returns the difference, field by field.
   *
   * @return the difference, field by field
   */
  public String difference() {
    return difference;
  }
}
