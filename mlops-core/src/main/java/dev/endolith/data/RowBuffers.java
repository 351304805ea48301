package dev.endolith.data;

/**
 * Arrays to read the numbers of a row into, {@link Features#numbers} for example, without making
 * one for each row. A thread has one, which is gone while it is taken: what reads a row is the
 * host's code and may ask another model on the same thread, which then gets an array of its own.
 * Threads keep only arrays of numbers, of up to 4 096 cells, so none keeps a class loader alive.
 *
 * <p>Thread-safe; taking and giving back take some nanoseconds.
 */
public final class RowBuffers {
  /** A longer array is not worth keeping: filling it costs more than making it. */
  private static final int LONGEST_KEPT = 4_096;

  private static final ThreadLocal<double[][]> FREE =
      ThreadLocal.withInitial(() -> new double[1][]);

  private RowBuffers() {}

  /**
   * Takes an array, which should be given back.
   *
   * @param length how many cells are needed
   * @return at least as many cells, with anything in them
   */
  public static double[] take(int length) {
    double[][] free = FREE.get();
    double[] cells = free[0];
    free[0] = null;
    return cells == null || cells.length < length ? new double[length] : cells;
  }

  /**
   * Gives an array back; the caller uses it no longer.
   *
   * @param cells what was taken on this thread
   */
  public static void giveBack(double[] cells) {
    if (cells.length <= LONGEST_KEPT) {
      FREE.get()[0] = cells;
    }
  }
}
