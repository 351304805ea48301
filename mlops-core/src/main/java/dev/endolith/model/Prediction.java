package dev.endolith.model;

/**
 * What a model answers. Immutable.
 *
 * @param <Y> the answer
 */
public sealed interface Prediction<Y>
    permits Classified, Regressed, AnomalyScored, Clustered, Computed {
  /**
   * The answer.
   *
   * @return the most probable label, the predicted number, whether it is an anomaly, the group, or
   *     several outputs
   */
  Y value();
}
