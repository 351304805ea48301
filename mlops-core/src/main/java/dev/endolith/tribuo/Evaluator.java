package dev.endolith.tribuo;

import dev.endolith.explain.ModelStructure;
import java.util.random.RandomGenerator;

/**
 * A model as array arithmetic. Thread-safe; allocates nothing.
 *
 * <p>A row has one cell per field of the schema: a number, NaN where it is missing; of a category
 * the id of its feature in the model, -1 where it is missing or unknown to the model.
 */
interface Evaluator {
  /**
   * Computes the scores of a row of finite numbers, where doing so shows that they are finite.
   *
   * @param row the row; numbers may be infinite
   * @param scores as {@link #scores}, which then overwrites them if the answer is no
   * @return whether the scores are those of the row
   */
  default boolean whole(double[] row, double[] scores) {
    return false;
  }

  /**
   * Computes the scores.
   *
   * @param row the row; may be overwritten
   * @param scores receives a score in the position of each output of the model, and must be 0
   *     before
   */
  void scores(double[] row, double[] scores);

  /**
   * Puts a number at which the model decides, or the next one above it, into a row; for rows that
   * compare the model with its original.
   *
   * @param row the row
   * @param random chooses
   */
  default void edge(double[] row, RandomGenerator random) {}

  /**
   * The arithmetic, for explanations.
   *
   * @return the structure
   */
  ModelStructure structure();
}
