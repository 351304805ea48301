package dev.endolith.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A model that answers. Thread-safe; does not change.
 *
 * @param <X> what it is asked
 * @param <Y> what it answers
 */
@FunctionalInterface
public interface Predictor<X, Y> extends AutoCloseable {
  /**
   * Answers for one row.
   *
   * @param x the row
   * @return the answer
   */
  Prediction<Y> predict(X x);

  /**
   * Answers for many rows.
   *
   * @param rows the rows
   * @return one answer per row, in row order
   */
  default List<Prediction<Y>> predictAll(List<? extends X> rows) {
    List<Prediction<Y>> answers = new ArrayList<>(rows.size());
    for (X row : rows) {
      answers.add(predict(row));
    }
    return answers;
  }

  /**
   * How the answers are computed.
   *
   * @return the original's own way, unless the format says otherwise
   */
  default Execution execution() {
    return Execution.original("its format translates no models");
  }

  /** Frees what the model holds outside the heap; called once, after the last answer. */
  @Override
  default void close() {}
}
