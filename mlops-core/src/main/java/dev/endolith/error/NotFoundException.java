package dev.endolith.error;

import org.jspecify.annotations.Nullable;

/** A name that does not exist. The message lists what does. */
public final class NotFoundException extends EndolithException {
  private static final long serialVersionUID = 1L;

  /** The kind of thing that was looked up. */
  private final String kind;

  /** The name that was looked up. */
  private final String name;

  /**
   * Creates the fault.
   *
   * @param kind the kind of thing that was looked up
   * @param name the name that was looked up
   * @param message what happened, with which values, and the way out
   */
  public NotFoundException(String kind, String name, String message) {
    this(kind, name, message, null);
  }

  /**
   * Creates the fault with its cause.
   *
   * @param kind the kind of thing that was looked up
   * @param name the name that was looked up
   * @param message what happened, with which values, and the way out
   * @param cause the underlying failure
   */
  public NotFoundException(String kind, String name, String message, @Nullable Throwable cause) {
    super(message, false, cause);
    this.kind = kind;
    this.name = name;
  }

  /**
   * Returns the kind of thing that was looked up.
   *
   * @return the kind of thing that was looked up
   */
  public String kind() {
    return kind;
  }

  /**
   * Returns the name that was looked up.
   *
   * @return the name that was looked up
   */
  public String name() {
    return name;
  }
}
