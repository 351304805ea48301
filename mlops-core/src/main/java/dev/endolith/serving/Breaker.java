package dev.endolith.serving;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/*
 * The circuit breaker of one version. While it is closed a call costs a volatile read and a count of
 * its success; a failure, which is rare or the breaker opens, takes a lock. The window begins anew
 * with the first failure after its end, so that what is judged is never older than a window.
 *
 * While it is open one call at a time is let through as a probe, when its time has come. Only what
 * becomes of probes moves it then: calls that began before it opened say nothing new.
 */
final class Breaker {
  static final int REFUSED = 0;
  static final int NORMAL = 1;
  static final int PROBE = 2;
  private static final int PROBES = 3;

  private final double share;
  private final int leastCalls;
  private final long windowNanos;
  private final long openNanos;
  private final LongAdder successes = new LongAdder();
  private final Object lock = new Object();
  private volatile boolean open;
  private long failures;
  private long windowStart;
  private long notBefore;
  private boolean probing;
  private long probeStart;
  private int probesAnswered;

  Breaker(Guards guards) {
    this.share = guards.failureShare;
    this.leastCalls = guards.leastCalls;
    this.windowNanos = guards.window.toNanos();
    this.openNanos = guards.open.toNanos();
  }

  static @Nullable Breaker of(Guards guards) {
    return guards.failureShare == 0 ? null : new Breaker(guards);
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

  /** What became of a call; the time is read for failures only. */
  void tell(int permit, boolean failed, Doorkeeper door) {
    if (permit == REFUSED) {
      return;
    }
    if (failed) {
      failed(permit, door.now());
    } else {
      succeeded(permit);
    }
  }

  void succeeded(int permit) {
    if (permit == NORMAL) {
      successes.increment();
      return;
    }
    synchronized (lock) {
      probing = false;
      if (++probesAnswered >= PROBES) {
        open = false;
        probesAnswered = 0;
        failures = 0;
        successes.reset();
      }
    }
  }

  void failed(int permit, long now) {
    synchronized (lock) {
      if (permit == PROBE) {
        probing = false;
        open(now);
      } else if (!open) {
        if (failures == 0 || now - windowStart > windowNanos) {
          windowStart = now;
          if (failures > 0) {
            successes.reset();
          }
          failures = 0;
        }
        failures++;
        long calls = failures + successes.sum();
        if (calls >= leastCalls && failures >= share * calls) {
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
}
