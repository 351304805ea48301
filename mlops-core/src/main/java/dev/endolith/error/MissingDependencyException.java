package dev.endolith.error;

import org.jspecify.annotations.Nullable;

/** An optional jar is absent. The message gives the coordinates to add. */
public final class MissingDependencyException extends EndolithException {
  private static final long serialVersionUID = 1L;

  /** The feature that needs the jar. */
  private final String feature;

  /** The Maven coordinates to add. */
  private final String coordinates;

  /**
   * Creates the fault.
   *
   * @param feature the feature that needs the jar
   * @param coordinates the Maven coordinates to add
   * @param message what happened, with which values, and the way out
   */
  public MissingDependencyException(String feature, String coordinates, String message) {
    this(feature, coordinates, message, null);
  }

  /**
   * Creates the fault with its cause.
   *
   * @param feature the feature that needs the jar
   * @param coordinates the Maven coordinates to add
   * @param message what happened, with which values, and the way out
   * @param cause the underlying failure
   */
  public MissingDependencyException(
      String feature, String coordinates, String message, @Nullable Throwable cause) {
    super(message, false, cause);
    this.feature = feature;
    this.coordinates = coordinates;
  }

  /**
   * Returns the feature that needs the jar.
   *
   * @return the feature that needs the jar
   */
  public String feature() {
    return feature;
  }

  /**
   * Returns the Maven coordinates to add.
   *
   * @return the Maven coordinates to add
   */
  public String coordinates() {
    return coordinates;
  }
}
