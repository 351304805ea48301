package dev.endolith.model;

/**
 * Two models on the same rows. Immutable.
 *
 * @param metric the metric's name
 * @param rows the number of rows
 * @param champion the first model's value
 * @param challenger the second model's value
 * @param gain how much better the challenger is, positive if better, whatever the direction
 * @param low the lower end of the gain's confidence interval
 * @param high the upper end of the gain's confidence interval
 * @param confidence the interval's level, for example 0.95
 * @param method how the interval was made
 */
public record Comparison(
    String metric,
    int rows,
    double champion,
    double challenger,
    double gain,
    double low,
    double high,
    double confidence,
    String method) {

  /** What the interval allows to say. */
  public enum Verdict {
    /** The challenger is better: the interval lies above 0. */
    BETTER,
    /** The challenger is worse: the interval lies below 0. */
    WORSE,
    /** The rows do not decide: the interval holds 0, or there are too few. */
    UNDECIDED
  }

  /**
   * What the interval allows to say.
   *
   * @return the verdict
   */
  public Verdict verdict() {
    if (low > 0) {
      return Verdict.BETTER;
    }
    return high < 0 ? Verdict.WORSE : Verdict.UNDECIDED;
  }
}
