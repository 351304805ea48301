package dev.endolith.error;

import org.jspecify.annotations.Nullable;

/**
 * Someone else changed it first: a compare-and-set did not find what the caller expected. Read
 * again and decide anew.
 */
public final class ConflictException extends EndolithException {
  private static final long serialVersionUID = 1L;

  /** The thing that was contended. */
  private final String subject;

  /** The generation that the caller expected. */
  private final long expected;

  /** The generation that was found. */
  private final long actual;

  /**
   * Creates the fault.
   *
   * @param subject the thing that was contended
   * @param expected the generation that the caller expected
   * @param actual the generation that was found
   * @param message what happened, with which values, and the way out
   */
  public ConflictException(String subject, long expected, long actual, String message) {
    this(subject, expected, actual, message, null);
  }

  /**
   * Creates the fault with its cause.
   *
   * @param subject the thing that was contended
   * @param expected the generation that the caller expected
   * @param actual the generation that was found
   * @param message what happened, with which values, and the way out
   * @param cause the underlying failure
   */
  public ConflictException(
      String subject, long expected, long actual, String message, @Nullable Throwable cause) {
    super(message, true, cause);
    this.subject = subject;
    this.expected = expected;
    this.actual = actual;
  }

  /**
   * Returns the thing that was contended.
   *
   * @return the thing that was contended
   */
  public String subject() {
    return subject;
  }

  /**
   * Returns the generation that the caller expected.
   *
   * @return the generation that the caller expected
   */
  public long expected() {
    return expected;
  }

  /**
   * Returns the generation that was found.
   *
   * @return the generation that was found
   */
  public long actual() {
    return actual;
  }
}
