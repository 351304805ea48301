package dev.endolith.serving;

/**
 * How much a deployment's log holds.
 *
 * @param predictions the number of predictions
 * @param labels the number of predictions that have a label
 * @param corrections how often a label was replaced
 */
public record LogCounts(long predictions, long labels, long corrections) {
  /**
   * Counts without corrections.
   *
   * @param predictions the number of predictions
   * @param labels the number of predictions that have a label
   */
  public LogCounts(long predictions, long labels) {
    this(predictions, labels, 0);
  }

  /**
   * The place of the last entry.
   *
   * @return predictions, labels and corrections together
   */
  public long entries() {
    return predictions + labels + corrections;
  }
}
