package dev.endolith.data;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;

/**
 * Makes {@link Id}s that grow strictly. Thread-safe; one atomic increment an id.
 *
 * <p>The clock is read once in {@value #CLOCK_EVERY} ids, because reading it costs more than all
 * the rest: order is exact, the time within an id may lag behind the traffic.
 */
public final class IdGenerator {
  private static final int CLOCK_EVERY = 16;
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;
  private static final long NODE_BITS = 0x3fff_ffff_ffff_ffffL;

  private final Clock clock;
  private final long low;

  /** Longs in a cache line of 64 bytes, twice, against adjacent-line prefetch. */
  private static final int PADDING = 16;

  /**
   * One number: milliseconds in the upper 48 of 60 bits, a counter in the lower 12. Every thread
   * writes it, so nothing that threads only read may lie beside it.
   */
  private final AtomicLongArray tick = new AtomicLongArray(2 * PADDING);

  /**
   * Creates a generator.
   *
   * @param clock gives the time within ids
   * @param random gives the bits that tell generators apart
   */
  public IdGenerator(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.low = VARIANT | (random.nextLong() & NODE_BITS);
    this.tick.set(PADDING, clock.millis() << 12);
  }

  /**
   * The next id.
   *
   * @return an id greater than all before
   */
  public Id next() {
    long next = tick.incrementAndGet(PADDING);
    if (next % CLOCK_EVERY == 0) {
      long now = clock.millis() << 12;
      if (now > next) {
        next = tick.accumulateAndGet(PADDING, now, (last, time) -> Math.max(last + 1, time));
      }
    }
    return new Id((next >>> 12 << 16) | VERSION_7 | (next & 0xfff), low);
  }
}
