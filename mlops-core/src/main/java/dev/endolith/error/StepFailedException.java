package dev.endolith.error;

import org.jspecify.annotations.Nullable;

/** A pipeline step failed; the run can be resumed once the cause is mended. */
public final class StepFailedException extends EndolithException {
  private static final long serialVersionUID = 1L;

  /** The name of the pipeline. */
  private final String pipeline;

  /** The step that failed. */
  private final String step;

  /** The id of the run. */
  private final String run;

  /**
   * Creates the fault.
   *
   * @param pipeline the name of the pipeline
   * @param step the step that failed
   * @param run the id of the run
   * @param message what happened, with which values, and the way out
   */
  public StepFailedException(String pipeline, String step, String run, String message) {
    this(pipeline, step, run, message, null);
  }

  /**
   * Creates the fault with its cause.
   *
   * @param pipeline the name of the pipeline
   * @param step the step that failed
   * @param run the id of the run
   * @param message what happened, with which values, and the way out
   * @param cause the underlying failure
   */
  public StepFailedException(
      String pipeline, String step, String run, String message, @Nullable Throwable cause) {
    super(message, false, cause);
    this.pipeline = pipeline;
    this.step = step;
    this.run = run;
  }

  /**
   * Returns the name of the pipeline.
   *
   * @return the name of the pipeline
   */
  public String pipeline() {
    return pipeline;
  }

  /**
   * Returns the step that failed.
   *
   * @return the step that failed
   */
  public String step() {
    return step;
  }

  /**
   * Returns the id of the run.
   *
   * @return the id of the run
   */
  public String run() {
    return run;
  }
}
