package dev.endolith.tuning;

/**
 * What came of a trial. Immutable.
 *
 * @param number its number, from 0, in the order of proposals
 * @param configuration the settings
 * @param resource how much was spent
 * @param loss the loss, NaN if it failed
 * @param failure why it failed, empty if it did not
 * @param run the id of its run, empty if none was kept
 */
public record TrialResult(
    int number,
    Configuration configuration,
    int resource,
    double loss,
    String failure,
    String run) {
  /**
   * Whether it gave a loss.
   *
   * @return false if it failed
   */
  public boolean succeeded() {
    return failure.isEmpty();
  }
}
