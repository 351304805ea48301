package dev.endolith.serving;

/**
 * How a request came to the arm that answered it. Immutable.
 *
 * @param experiment the experiment or bandit, empty if there is none
 * @param arm the arm's name, empty if there is no choice
 * @param propensity the probability with which the arm was chosen for this request, in (0, 1]; 1 if
 *     there was no choice
 */
public record Assignment(String experiment, String arm, double propensity) {
  /** There was no choice. */
  public static final Assignment NONE = new Assignment("", "", 1);

  /**
   * Checks the propensity.
   *
   * @param experiment the experiment or bandit, empty if there is none
   * @param arm the arm's name, empty if there is no choice
   * @param propensity the probability with which the arm was chosen, in (0, 1]
   * @throws IllegalArgumentException if the propensity is not in (0, 1]
   */
  public Assignment {
    if (!(propensity > 0 && propensity <= 1)) {
      throw new IllegalArgumentException("propensity must be in (0, 1], was " + propensity);
    }
  }
}
