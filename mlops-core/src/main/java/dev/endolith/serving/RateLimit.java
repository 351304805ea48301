package dev.endolith.serving;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A rate per caller by the generic cell rate algorithm (ITU-T I.371): per caller one number, the
 * time at which its bucket is empty again. Thread-safe.
 */
final class RateLimit {
  private final long intervalNanos;
  private final long burstNanos;
  private final Cache<String, AtomicLong> callers;

  private RateLimit(Guards guards) {
    this.intervalNanos = Math.max(1, Math.round(1e9 / guards.perSecond));
    this.burstNanos = intervalNanos * guards.burst;
    this.callers =
        Caffeine.newBuilder().maximumSize(guards.callers).executor(Runnable::run).build();
  }

  static @Nullable RateLimit of(Guards guards) {
    return guards.perSecond == 0 ? null : new RateLimit(guards);
  }

  /** How long the caller must wait; 0 if the call may be made, and is counted. */
  long waitNanos(String caller, long now) {
    AtomicLong empty = callers.getIfPresent(caller);
    if (empty == null) {
      empty = callers.get(caller, name -> new AtomicLong(now));
    }
    while (true) {
      long was = empty.get();
      long next = (was - now > 0 ? was : now) + intervalNanos;
      if (next - now > burstNanos) {
        return next - now - burstNanos;
      }
      if (empty.compareAndSet(was, next)) {
        return 0;
      }
    }
  }
}
