package dev.endolith.monitoring.quality;

import java.util.List;

/**
 * What became of one expectation. It holds no value that the privacy policy drops. Immutable.
 *
 * @param expectation the expectation
 * @param status whether the data keeps it
 * @param rows how many rows it was asked of
 * @param broken how many rows broke it, as far as it names rows; for a key a lower bound once there
 *     are more keys than are remembered
 * @param value the figure that decided: the share of broken rows for a rule of single rows; NaN
 *     where there is none
 * @param evidence one sentence for people
 * @param examples the first rows that broke it, at most as many as the context allows
 */
public record CheckResult(
    Expectation expectation,
    Status status,
    long rows,
    long broken,
    double value,
    String evidence,
    List<BrokenRow> examples) {
  /**
   * Copies the examples.
   *
   * @param expectation the expectation
   * @param status whether the data keeps it
   * @param rows how many rows it was asked of
   * @param broken how many rows broke it
   * @param value the figure that decided
   * @param evidence one sentence for people
   * @param examples the first rows that broke it
   */
  public CheckResult {
    examples = List.copyOf(examples);
  }

  /**
   * Whether it is broken and means that the data is not used: because it says so, or because it was
   * to set rows aside and could not name them.
   *
   * @return true if so
   */
  public boolean fails() {
    return status == Status.BROKEN
        && (expectation.severity() == Severity.FAIL
            || (expectation.severity() == Severity.QUARANTINE && broken == 0));
  }
}
