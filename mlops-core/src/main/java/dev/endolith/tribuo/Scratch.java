package dev.endolith.tribuo;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Rows to compute in, lent to one call at a time. Threads have stripes by their id, so that they do
 * not meet; one that finds its stripe empty makes a row. Thread-safe.
 */
final class Scratch {
  private static final int STRIPES = 16;

  /** References in two cache lines of 64 bytes. */
  private static final int PADDING = 32;

  private final int size;
  private final AtomicReferenceArray<double @Nullable []> rows =
      new AtomicReferenceArray<>(STRIPES * PADDING + PADDING);

  Scratch(int size) {
    this.size = size;
  }

  private static int stripe() {
    return ((int) Thread.currentThread().getId() & (STRIPES - 1)) * PADDING + PADDING;
  }

  double[] take() {
    double[] row = rows.getAndSet(stripe(), null);
    return row == null ? new double[size] : row;
  }

  void giveBack(double[] row) {
    rows.lazySet(stripe(), row);
  }
}
