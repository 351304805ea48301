package dev.endolith.monitoring.profile;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/*
 * Hands pairs from many threads to one, without a lock, a loop or an allocation on the side of the
 * many: a look at both positions, one atomic addition that claims a cell, two stores.
 *
 * The addition cannot be taken back where the buffer turns out to be full, so it is only done after
 * a look that saw room. Between the look and the addition other threads may have filled that room:
 * there are twice as many cells as the capacity, so a claimed cell is free while at most `capacity`
 * threads are between the two at once. Beyond that a thread waits for its cell; nothing is lost.
 *
 * Closing adds 2^62 to the position that claims are taken from: what was claimed before it is
 * drained, what comes later sees it and is refused. So nothing is lost there either.
 */
final class RingBuffer<A, B> {
  /** Offered without room. */
  static final long FULL = -1;

  /** Offered after {@link #close()}. */
  static final long CLOSED = -2;

  private static final long END = 1L << 62;
  private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(Object[].class);
  private static final VarHandle POSITIONS = MethodHandles.arrayElementVarHandle(long[].class);

  // two cache lines apart from each other and from whatever lies beside the array, as processors
  // fetch lines in pairs
  private static final int TAIL = 16;
  private static final int SEEN_HEAD = 32; // an earlier head, never a later one
  private static final int HEAD = 48;

  /** The taker tells its position once in so many pairs, less one. */
  private static final int TELL_EVERY = 63;

  private final int capacity;
  private final int mask;
  private final @Nullable Object[] cells;
  private final long[] positions = new long[64];
  private volatile long end = -1;

  RingBuffer(int capacity) {
    if (Integer.bitCount(capacity) != 1 || capacity > 1 << 24) {
      throw new IllegalArgumentException(
          "capacity must be a power of two up to 16777216, was " + capacity);
    }
    this.capacity = capacity;
    this.mask = 2 * capacity - 1;
    this.cells = new Object[4 * capacity];
  }

  /** The position of the pair, {@link #FULL} or {@link #CLOSED}; {@code first} must not be null. */
  long offer(A first, @Nullable B second) {
    long seen = (long) POSITIONS.getVolatile(positions, TAIL);
    // the taker's position is looked at only when the last look no longer shows room, as reading
    // what another processor writes costs more than all the rest
    if (seen - (long) POSITIONS.getAcquire(positions, SEEN_HEAD) >= capacity) {
      long head = taken();
      POSITIONS.setRelease(positions, SEEN_HEAD, head);
      if (seen - head >= capacity) {
        return seen >= END ? CLOSED : FULL;
      }
    }
    long at = (long) POSITIONS.getAndAdd(positions, TAIL, 1L);
    if (at >= END) {
      return CLOSED;
    }
    if (at - (long) POSITIONS.getAcquire(positions, SEEN_HEAD) > mask) {
      while (at - taken() > mask) {
        Thread.onSpinWait(); // more threads than the capacity came between: see above
      }
    }
    int cell = 2 * (int) (at & mask);
    cells[cell + 1] = second;
    CELLS.setRelease(cells, cell, first);
    return at;
  }

  /** Takes at most so many pairs, in order; for one thread only. */
  int drain(BiConsumer<? super A, ? super @Nullable B> taker, int most) {
    long head = positions[HEAD];
    int taken = 0;
    try {
      while (taken < most) {
        int cell = 2 * (int) (head & mask);
        @SuppressWarnings("unchecked")
        A first = (A) CELLS.getAcquire(cells, cell);
        if (first == null) {
          break;
        }
        @SuppressWarnings("unchecked")
        B second = (B) cells[cell + 1];
        cells[cell] = null;
        cells[cell + 1] = null;
        head++;
        taken++;
        if ((head & TELL_EVERY) == 0) {
          POSITIONS.setRelease(positions, HEAD, head);
        }
        taker.accept(first, second);
      }
    } finally {
      POSITIONS.setRelease(positions, HEAD, head);
    }
    return taken;
  }

  /** How many pairs were claimed so far, or until it was closed. */
  long claimed() {
    long tail = (long) POSITIONS.getVolatile(positions, TAIL);
    return tail >= END ? end() : tail;
  }

  /** How many pairs were taken. */
  long taken() {
    return (long) POSITIONS.getAcquire(positions, HEAD);
  }

  /** Refuses what comes from now on. Once only. */
  void close() {
    end = (long) POSITIONS.getAndAdd(positions, TAIL, END);
  }

  /** How many pairs there will ever be; −1 while that is open. */
  long end() {
    return end;
  }
}
