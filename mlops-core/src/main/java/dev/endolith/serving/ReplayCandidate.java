package dev.endolith.serving;

/**
 * A way to answer that is to be judged on what was logged.
 *
 * <p>An action is what the logged propensity is about. Where arms were drawn, it is the arm: a
 * candidate that is one of them does the same with probability 1 where that arm answered, and 0
 * elsewhere. A new version whose reward depends on the answer alone does the same where it gives
 * the same answer; the propensity must then be that of the answer, the sum over the arms that would
 * have given it ({@link Replay#add(PredictionRecord, double, double)}).
 */
@FunctionalInterface
public interface ReplayCandidate {
  /**
   * How probable the logged action is with the candidate.
   *
   * @param logged the logged prediction
   * @return the probability, in [0, 1]
   */
  double probability(PredictionRecord logged);
}
