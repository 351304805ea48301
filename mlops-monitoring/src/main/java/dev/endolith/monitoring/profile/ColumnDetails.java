package dev.endolith.monitoring.profile;

/**
 * What is known of a column beside its bins. Immutable.
 *
 * @param negativeInfinite how many values were −∞; 0 for categories
 * @param positiveInfinite how many were +∞; 0 for categories
 * @param distinct how many distinct values there were, exactly or estimated; NaN where it was not
 *     counted, as in profiles of format 1
 * @param distinctError one relative standard deviation of {@code distinct}; 0 where it is exact
 * @param rankDeviation a bound on the standard deviation of the share of rows below any edge, or in
 *     any category, that comes from sketching; 0 for counts that are exact
 */
public record ColumnDetails(
    long negativeInfinite,
    long positiveInfinite,
    double distinct,
    double distinctError,
    double rankDeviation) {
  /** Of what was not counted. */
  static final ColumnDetails UNKNOWN = new ColumnDetails(0, 0, Double.NaN, 0, 0);

  /** Ranks at 255 edges, 99 %, by Hoeffding's inequality: √(2·ln(2·255/0.01)). */
  private static final double ALL_EDGES = 4.6560;

  /** The least share of a bin that a decision is made from, and what is left of it. */
  private static final double VARIANCE_OF_A_TENTH = 0.1 * 0.9;

  /**
   * Whether the counts are estimates.
   *
   * @return true if they come from a sketch that had to forget something
   */
  public boolean approximate() {
    return rankDeviation > 0;
  }

  /**
   * How far the share of rows below any edge may be off, for all edges at once with 99 %.
   *
   * @return a share in [0, 1]; 0 for exact counts
   */
  public double rankError() {
    return Math.min(1, ALL_EDGES * rankDeviation);
  }

  /**
   * How many rows the counts are worth: a sample of so many rows has as much sampling error in a
   * bin of a tenth as these rows and the sketch have together. A bin has two ends, so its variance
   * is at most four times that of a rank.
   *
   * @param rows how many rows were counted
   * @return at most {@code rows}; the same for exact counts
   */
  public long effectiveRows(long rows) {
    if (!approximate() || rows == 0) {
      return rows;
    }
    double sketched = 4 * rankDeviation * rankDeviation / VARIANCE_OF_A_TENTH;
    return Math.max(1, Math.min(rows, (long) (1 / (1.0 / rows + sketched))));
  }

  ColumnDetails exactly() {
    return new ColumnDetails(negativeInfinite, positiveInfinite, distinct, distinctError, 0);
  }
}
