package dev.endolith.error;

import org.jspecify.annotations.Nullable;

/** A model failed to answer, or there is no model to ask. */
public sealed class PredictionException extends EndolithException permits CallRefusedException {
  private static final long serialVersionUID = 1L;

  /** The deployment that was asked. */
  private final String deployment;

  /**
   * Creates the fault.
   *
   * @param deployment the deployment that was asked
   * @param message what happened, with which values, and the way out
   */
  public PredictionException(String deployment, String message) {
    this(deployment, message, null);
  }

  /**
   * Creates the fault with its cause.
   *
   * @param deployment the deployment that was asked
   * @param message what happened, with which values, and the way out
   * @param cause the underlying failure
   */
  public PredictionException(String deployment, String message, @Nullable Throwable cause) {
    this(deployment, message, false, cause);
  }

  PredictionException(
      String deployment, String message, boolean retryable, @Nullable Throwable cause) {
    super(message, retryable, cause);
    this.deployment = deployment;
  }

  /**
   * Returns the deployment that was asked.
   *
   * @return the deployment that was asked
   */
  public String deployment() {
    return deployment;
  }
}
