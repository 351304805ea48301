package dev.endolith.model;

/**
 * How a loaded model computes its answers. Immutable.
 *
 * @param compiled whether it was translated into plain array arithmetic
 * @param maxDifference the greatest difference of a score between the translation and the original
 *     on the rows that both were asked at load; NaN where nothing was translated
 * @param reason why the original computes; empty where it does not
 */
public record Execution(boolean compiled, double maxDifference, String reason) {
  /**
   * The model computes as it was made.
   *
   * @param reason why it was not translated
   * @return the execution
   */
  public static Execution original(String reason) {
    return new Execution(false, Double.NaN, reason);
  }

  /**
   * A translation computes, which answered like the original.
   *
   * @param maxDifference the greatest difference of a score
   * @return the execution
   */
  public static Execution compiled(double maxDifference) {
    return new Execution(true, maxDifference, "");
  }
}
