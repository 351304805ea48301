package dev.endolith.error;

import org.jspecify.annotations.Nullable;

/** An artifact was refused before anything in it was loaded. */
public final class ArtifactRefusedException extends EndolithException {
  private static final long serialVersionUID = 1L;

  /** The model format that refused. */
  private final String format;

  /** The rule that it breaks. */
  private final String rule;

  /**
   * Creates the fault.
   *
   * @param format the model format that refused
   * @param rule the rule that it breaks
   * @param message what happened, with which values, and the way out
   */
  public ArtifactRefusedException(String format, String rule, String message) {
    this(format, rule, message, null);
  }

  /**
   * Creates the fault with its cause.
   *
   * @param format the model format that refused
   * @param rule the rule that it breaks
   * @param message what happened, with which values, and the way out
   * @param cause the underlying failure
   */
  public ArtifactRefusedException(
      String format, String rule, String message, @Nullable Throwable cause) {
    super(message, false, cause);
    this.format = format;
    this.rule = rule;
  }

  /**
   * Returns the model format that refused.
   *
   * @return the model format that refused
   */
  public String format() {
    return format;
  }

  /**
   * Returns the rule that it breaks.
   *
   * @return the rule that it breaks
   */
  public String rule() {
    return rule;
  }
}
