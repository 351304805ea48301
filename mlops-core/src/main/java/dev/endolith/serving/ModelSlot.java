package dev.endolith.serving;

import dev.endolith.model.Predictor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/*
 * A loaded version and the calls that are in it.
 *
 * The count of calls is striped, because one contended counter costs more than a small model's
 * answer. A call increments its stripe and then looks whether the slot is retired; retiring sets the
 * flag and then looks at the stripes. Both are sequentially consistent, so either the call sees the
 * flag and leaves, or the retirer sees the call and leaves the closing to it (Dekker's argument, per
 * stripe). A call leaves through the stripe by which it came, so each stripe is never negative, and
 * once the flag is set a stripe that is zero stays free of calls that go on. Whoever finds all
 * stripes at zero first closes the model.
 */
final class ModelSlot<X, Y> {
  private static final int STRIPES = 16;

  /** Ints in a cache line of 64 bytes, twice, against adjacent-line prefetch. */
  private static final int PADDING = 32;

  private final Predictor<X, Y> predictor;
  private final long version;
  private final LoadedVersion loaded;
  private final @Nullable Breaker breaker;
  private final long stored;
  private volatile long measured = -1;
  private final AtomicIntegerArray calls = new AtomicIntegerArray(STRIPES * PADDING + PADDING);
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean retired;

  ModelSlot(
      long version,
      Predictor<X, Y> predictor,
      LoadedVersion loaded,
      @Nullable Breaker breaker,
      long stored) {
    this.version = version;
    this.breaker = breaker;
    this.stored = stored;
    this.loaded = loaded;
    this.predictor = predictor;
  }

  long version() {
    return version;
  }

  /**
   * What the model holds: heap, measured once, or the size of its file if that is greater, as it is
   * for a model outside the heap.
   */
  long bytes(Object shared) {
    long known = measured;
    if (known < 0) {
      known = Math.max(stored, RetainedSize.of(this, shared));
      measured = known;
    }
    return known;
  }

  LoadedVersion loaded() {
    return loaded;
  }

  @Nullable Breaker breaker() {
    return breaker;
  }

  Predictor<X, Y> predictor() {
    return predictor;
  }

  /** Enters; answers the stripe to leave by, or -1 if the slot is retired. */
  int enter() {
    // thread ids are dense, so neighbours get different stripes
    int stripe = ((int) Thread.currentThread().getId() & (STRIPES - 1)) * PADDING + PADDING;
    calls.getAndIncrement(stripe);
    if (retired) {
      leave(stripe);
      return -1;
    }
    return stripe;
  }

  void leave(int stripe) {
    int left = calls.decrementAndGet(stripe);
    if (left == 0 && retired) {
      closeIfIdle();
    }
  }

  /** No call enters any more; the model is closed when the last one has left. */
  void retire() {
    retired = true;
    closeIfIdle();
  }

  private void closeIfIdle() {
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      if (calls.get(stripe * PADDING + PADDING) != 0) {
        return;
      }
    }
    if (closed.compareAndSet(false, true)) {
      predictor.close();
    }
  }
}
