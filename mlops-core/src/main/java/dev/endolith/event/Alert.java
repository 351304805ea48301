package dev.endolith.event;

import java.time.Instant;
import java.util.List;

/**
 * A decision of a monitor that is worth telling. Immutable.
 *
 * @param model the model that is watched
 * @param version the version that was serving
 * @param kind what was found
 * @param severity how much it matters
 * @param at the time of the last row of the window that led to it
 * @param window the window, as the monitor names it
 * @param columns the columns with the greatest share in it, most important first; may be empty
 * @param message one sentence for people
 * @param details what helps whoever is told
 */
public record Alert(
    String model,
    long version,
    Kind kind,
    Severity severity,
    Instant at,
    String window,
    List<String> columns,
    String message,
    AlertDetails details) {

  /** What was found. */
  public enum Kind {
    /** The inputs or the scores are distributed differently from the reference. */
    DRIFT,
    /** The model errs more than it did. */
    PERFORMANCE,
    /** Inputs break the schema more often than they did. */
    DATA_QUALITY
  }

  /** How much it matters. */
  public enum Severity {
    /** Worth knowing. */
    WARNING,
    /** Worth acting on. */
    ALARM
  }

  /**
   * Copies the columns.
   *
   * @param model the model that is watched
   * @param version the version that was serving
   * @param kind what was found
   * @param severity how much it matters
   * @param at the time of the last row of the window that led to it
   * @param window the window, as the monitor names it
   * @param columns the columns with the greatest share in it, most important first; may be empty
   * @param message one sentence for people
   * @param details what helps whoever is told
   */
  public Alert {
    columns = List.copyOf(columns);
    details = details == null ? AlertDetails.NONE : details; // alerts that were kept without any
  }

  /**
   * An alert without details.
   *
   * @param model the model that is watched
   * @param version the version that was serving
   * @param kind what was found
   * @param severity how much it matters
   * @param at the time of the last row of the window that led to it
   * @param window the window, as the monitor names it
   * @param columns the columns with the greatest share in it, most important first; may be empty
   * @param message one sentence for people
   */
  public Alert(
      String model,
      long version,
      Kind kind,
      Severity severity,
      Instant at,
      String window,
      List<String> columns,
      String message) {
    this(model, version, kind, severity, at, window, columns, message, AlertDetails.NONE);
  }
}
