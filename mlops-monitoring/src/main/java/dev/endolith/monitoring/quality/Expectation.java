package dev.endolith.monitoring.quality;

/**
 * A rule about data and what it means if it is broken. Immutable.
 *
 * @param check the rule
 * @param severity what it means if it is broken
 * @param tolerance the share of rows, in [0, 1), that may break a rule of single rows before the
 *     rule counts as broken; 0 for other rules. Rows are set aside one by one all the same
 */
public record Expectation(Check check, Severity severity, double tolerance) {
  /**
   * Checks that they go together.
   *
   * @param check the rule
   * @param severity what it means if it is broken
   * @param tolerance the share of rows that may break it
   * @throws IllegalArgumentException if rows are to be set aside by a rule that does not name them,
   *     or a tolerance is not in [0, 1) or given to a rule about all rows
   */
  public Expectation {
    if (severity == Severity.QUARANTINE && !check.namesRows()) {
      throw new IllegalArgumentException(
          "'" + check.text() + "' names no rows to set aside; use WARN or FAIL");
    }
    boolean single = check instanceof RowCheck;
    if (!(tolerance >= 0 && tolerance < 1) || (tolerance > 0 && !single)) {
      throw new IllegalArgumentException(
          "the tolerance of '"
              + check.text()
              + "' must be "
              + (single ? "in [0, 1)" : "0, as it is about all rows")
              + ", was "
              + tolerance);
    }
  }
}
