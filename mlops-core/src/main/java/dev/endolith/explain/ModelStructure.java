package dev.endolith.explain;

/**
 * A model as arithmetic on the cells of a row, from which exact contributions follow. A row has one
 * cell per field of the schema: a number, NaN where it is missing; of a category a code, -1 where
 * it is missing or unknown. Immutable.
 */
public sealed interface ModelStructure permits LinearStructure, TreeStructure {
  /**
   * How many scores there are.
   *
   * @return one per label, or one number
   */
  int outputs();

  /**
   * Whether what it computes is turned into scores by a link function.
   *
   * @return true if it is a margin
   */
  boolean margin();

  /**
   * The score of a row, before any link function.
   *
   * @param cells the row
   * @param output which score
   * @return the score
   */
  double score(double[] cells, int output);
}
