package dev.endolith.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /**
   * The model as its own library computes it, where this one is a translation of it: asked the
   * recorded samples, both have to answer alike, or the original serves.
   *
   * @return the original, which shares what the model holds and is closed with either; empty where
   *     this is the original, or there is none to ask
   */
  default Optional<Predictor<X, Y>> original() {
    return Optional.empty();
  }

  /** Frees what the model holds outside the heap; called once, after the last answer. */
  @Override
  default void close() {}
}
