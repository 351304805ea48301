package dev.endolith.model;

/**
 * What a model answers. Immutable.
 *
 * @param <Y> the answer
 */
public sealed interface Prediction<Y> permits Classified, Regressed {
  /**
   * The answer.
   *
   * @return the most probable label, or the predicted number
   */
  Y value();
}
