package dev.endolith.serving;

import dev.endolith.error.PredictionException;

/**
 * What became of one row of a batch.
 *
 * @param <Y> the answer
 */
public sealed interface RowResult<Y> {
  /**
   * The row was answered.
   *
   * @param served the answer and who gave it
   * @param <Y> the answer
   */
  record Answered<Y>(Served<Y> served) implements RowResult<Y> {}

  /**
   * The row was not answered; the others are not touched by that.
   *
   * @param why what failed
   * @param <Y> the answer
   */
  record Failed<Y>(PredictionException why) implements RowResult<Y> {}
}
