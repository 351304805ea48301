package dev.endolith.serving;

/**
 * Guesses rewards, for the doubly robust estimate. It must not have seen the rewards it guesses.
 */
public interface RewardModel {
  /**
   * The reward that the logged action promised.
   *
   * @param logged the logged prediction
   * @return the guess
   */
  double ofLogged(PredictionRecord logged);

  /**
   * The reward that the candidate promises on the same row, the mean over what it might do.
   *
   * @param logged the logged prediction
   * @return the guess
   */
  double ofCandidate(PredictionRecord logged);
}
