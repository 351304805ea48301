package dev.endolith.monitoring.drift;

/*
 * Comparing the counts of one column costs a few microseconds, and a new array per intermediate result
 * would cost as much again: it lies in memory that no cache holds yet. Threads keep only arrays of
 * numbers, so none keeps a class loader alive.
 */
/** Arrays to work in, one set per thread, which the next who asks on that thread overwrites. */
final class WorkArrays {
  /** Beyond this length what is kept would weigh more than what is saved. */
  private static final int LONGEST_KEPT = 4_096;

  private static final int SHORTEST = 256;

  private static final ThreadLocal<double[][]> KEPT =
      ThreadLocal.withInitial(() -> new double[0][]);

  private WorkArrays() {}

  /**
   * A number of arrays with anything in them.
   *
   * @param arrays how many at least
   * @param length how long each is at least
   */
  static double[][] of(int arrays, int length) {
    double[][] kept = KEPT.get();
    if (kept.length >= arrays && kept[0].length >= length) {
      return kept;
    }
    double[][] wider =
        new double[Math.max(arrays, kept.length)]
            [Math.max(Math.max(SHORTEST, length), kept.length == 0 ? 0 : kept[0].length)];
    if (length <= LONGEST_KEPT) {
      KEPT.set(wider);
    }
    return wider;
  }
}
