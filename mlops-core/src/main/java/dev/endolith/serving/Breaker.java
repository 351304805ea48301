package dev.endolith.serving;

import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/*
 * The circuit breaker of one version. While it is closed a call costs a volatile read and a count of
 * its success; a failure, which is rare or the breaker opens, takes a lock.
 *
 * What is judged are the calls of this half of the window and of the half before, so that it is never
 * older than a window. Failures, and one success of sixty-four in a stripe, look at the clock and turn
 * the halves. Of a half that nobody turned in time, as calls were few, its mean is taken: so much of it
 * as would fall into half a window.
 *
 * While it is open one call at a time is let through as a probe, when its time has come. Only what
 * becomes of probes moves it then: calls that began before it opened say nothing new.
 */
final class Breaker {
  /** Not asked. */
  static final int NONE = -1;

  static final int REFUSED = 0;
  static final int NORMAL = 1;
  static final int PROBE = 2;
  private static final int PROBES = 3;

  private static final int STRIPES = 16;

  /** Longs in a cache line of 64 bytes, twice, against adjacent-line prefetch. */
  private static final int PADDING = 16;

  private static final int LOOK_EVERY = 64;

  private final double share;
  private final int leastCalls;
  private final long halfNanos;
  private final long openNanos;
  private final AtomicLongArray successes = new AtomicLongArray(STRIPES * PADDING + PADDING);
  private final Object lock = new Object();
  private volatile boolean open;
  private volatile long halfStart;
  private long successesAtStart;
  private long successesBefore;
  private long failures;
  private long failuresBefore;
  private long notBefore;
  private boolean probing;
  private long probeStart;
  private int probesAnswered;

  /**
   * @param now the time, by the clock that it is told afterwards
   */
  Breaker(Guards guards, long now) {
    this.share = guards.failureShare;
    this.leastCalls = guards.leastCalls;
    this.halfNanos = Math.max(1, guards.window.toNanos() / 2);
    this.openNanos = guards.open.toNanos();
    this.halfStart = now;
  }

  static @Nullable Breaker of(Guards guards, long now) {
    return guards.failureShare == 0 ? null : new Breaker(guards, now);
  }

  /** How a call may be made; the time is read only while the breaker is open. */
  int admit(Doorkeeper door) {
    return open ? admit(door.now()) : NORMAL;
  }

  int admit(long now) {
    synchronized (lock) {
      if (!open) {
        return NORMAL;
      }
      boolean lost = probing && now - probeStart >= openNanos; // a probe that does not come back
      if (now - notBefore < 0 || (probing && !lost)) {
        return REFUSED;
      }
      probing = true;
      probeStart = now;
      return PROBE;
    }
  }

  /** What became of a call. */
  void tell(int permit, boolean failed, Doorkeeper door) {
    if (permit == REFUSED) {
      return;
    }
    if (failed) {
      failed(permit, door.now());
    } else {
      succeeded(permit, 1, door);
    }
  }

  /** Some rows that were asked together were answered. */
  void succeeded(int permit, int rows, Doorkeeper door) {
    if (permit == NORMAL) {
      // thread ids are dense, so neighbours get different stripes
      int stripe = ((int) Thread.currentThread().getId() & (STRIPES - 1)) * PADDING + PADDING;
      long before = successes.getAndAdd(stripe, rows);
      if ((before & (LOOK_EVERY - 1)) + rows >= LOOK_EVERY) {
        turnIfDue(door.now());
      }
      return;
    }
    synchronized (lock) {
      probing = false;
      if (++probesAnswered >= PROBES) {
        open = false;
        probesAnswered = 0;
        begin(door.now());
      }
    }
  }

  void failed(int permit, long now) {
    synchronized (lock) {
      if (permit == PROBE) {
        probing = false;
        open(now);
      } else if (!open) {
        turn(now);
        failures++;
        long failed = failures + failuresBefore;
        long calls = failed + successes() - successesAtStart + successesBefore;
        if (calls >= leastCalls && failed >= share * calls) {
          open(now);
        }
      }
    }
  }

  private void open(long now) {
    open = true;
    probesAnswered = 0;
    notBefore = now + openNanos;
  }

  private void turnIfDue(long now) {
    if (now - halfStart >= halfNanos) {
      synchronized (lock) {
        turn(now);
      }
    }
  }

  private void turn(long now) {
    long start = halfStart;
    long age = now - start;
    if (age < halfNanos) {
      return;
    }
    boolean inTime = age < 2 * halfNanos;
    double known = inTime ? 1 : (double) halfNanos / age;
    long total = successes();
    successesBefore = (long) (known * (total - successesAtStart));
    failuresBefore = (long) (known * failures);
    successesAtStart = total;
    failures = 0;
    halfStart = inTime ? start + halfNanos : now;
  }

  /** Nothing is known of the time before. */
  private void begin(long now) {
    successesBefore = 0;
    failuresBefore = 0;
    successesAtStart = successes();
    failures = 0;
    halfStart = now;
  }

  private long successes() {
    long sum = 0;
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      sum += successes.get(stripe * PADDING + PADDING);
    }
    return sum;
  }
}
