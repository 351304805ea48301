package dev.endolith.contract;

/*
 * One array per thread, so that looking at a row allocates nothing. It is gone while it is taken:
 * what reads a row is the host's code and may ask another model on the same thread, which then gets
 * an array of its own. Threads hold only arrays of numbers, so none keeps a class loader alive.
 */
/** Arrays for the numbers of a row. Thread-safe. */
final class Scratch {
  private static final ThreadLocal<double[][]> FREE =
      ThreadLocal.withInitial(() -> new double[1][]);

  private Scratch() {}

  /** An array of at least a length, with anything in it, that is to be given back. */
  static double[] take(int length) {
    double[][] free = FREE.get();
    double[] cells = free[0];
    free[0] = null;
    return cells == null || cells.length < length ? new double[length] : cells;
  }

  static void give(double[] cells) {
    FREE.get()[0] = cells;
  }
}
