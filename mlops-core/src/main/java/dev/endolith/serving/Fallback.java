package dev.endolith.serving;

import dev.endolith.error.PredictionException;
import dev.endolith.model.Prediction;

/**
 * A host's rule for when no model answers. Thread-safe; it runs on the serving thread.
 *
 * @param <X> what is asked
 * @param <Y> what is answered
 */
@FunctionalInterface
public interface Fallback<X, Y> {
  /**
   * Answers in place of a model.
   *
   * @param x the row
   * @param why what failed last
   * @return the answer
   */
  Prediction<Y> answer(X x, PredictionException why);
}
