package dev.endolith.serving;

/**
 * How much a deployment's log holds.
 *
 * @param predictions the number of predictions
 * @param labels the number of labels
 */
public record LogCounts(long predictions, long labels) {
  /**
   * The place of the last entry.
   *
   * @return predictions and labels together
   */
  public long entries() {
    return predictions + labels;
  }
}
