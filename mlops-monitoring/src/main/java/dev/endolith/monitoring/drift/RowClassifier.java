package dev.endolith.monitoring.drift;

/**
 * Learns to tell rows of two samples apart, for {@link ClassifierTest}. Implementations are
 * thread-safe; a good one need only be better than chance where there is something to see.
 */
@FunctionalInterface
public interface RowClassifier {
  /** Scores rows. Thread-safe. */
  @FunctionalInterface
  interface Scorer {
    /**
     * Scores a row.
     *
     * @param row a row of the width that was learned from, finite
     * @return the greater the more it looks like a current row; only the order counts
     */
    double score(double[] row);
  }

  /**
   * Learns.
   *
   * @param rows the rows, finite, of one width; not to be changed
   * @param current whether each row is a current one; both kinds occur
   * @param seed where chance comes from
   * @return what was learned
   */
  Scorer learn(double[][] rows, boolean[] current, long seed);
}
