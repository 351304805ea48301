package dev.endolith.model;

/**
 * What a model answers. Immutable.
 *
 * @param <Y> the answer
 */
public sealed interface Prediction<Y> permits Classified, Regressed, AnomalyScored, Clustered {
  /**
   * The answer.
   *
   * @return the most probable label, the predicted number, whether it is an anomaly, or the group
   */
  Y value();
}
