package dev.endolith.serving;

import dev.endolith.error.CallRefusedException;
import dev.endolith.error.CallRefusedException.Guard;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Lets calls into a deployment, or not. Thread-safe. */
final class Doorkeeper {
  /** No deadline. */
  static final long NEVER = Long.MAX_VALUE;

  private final String name;
  private final LongSupplier nanoTime;
  private final long withinNanos;
  private final int concurrent;
  private final @Nullable RateLimit rate;
  private final AtomicInteger inside = new AtomicInteger();
  private final boolean idle;

  Doorkeeper(String name, Guards guards, LongSupplier nanoTime) {
    this.name = name;
    this.nanoTime = nanoTime;
    this.withinNanos = guards.within.toNanos();
    this.concurrent = guards.concurrent;
    this.rate = RateLimit.of(guards);
    this.idle = concurrent == 0 && rate == null;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** The time at which a call came, which costs a look at the clock only where it is needed. */
  long arrival(CallContext context) {
    return rate == null && withinNanos == 0 && context.within().isZero() ? 0 : now();
  }

  /**
   * When a call is over, {@link #NEVER} if it has no deadline.
   *
   * @param arrived the {@link #arrival} of the call
   */
  long deadline(CallContext context, long arrived) {
    Duration within = context.within();
    long nanos = within.isZero() ? withinNanos : saturated(within);
    return nanos == 0 ? NEVER : arrived + nanos;
  }

  private static long saturated(Duration time) {
    return time.toSeconds() >= Long.MAX_VALUE / 4_000_000_000L
        ? Long.MAX_VALUE / 4
        : Math.max(1, time.toNanos());
  }

  boolean late(long deadline) {
    return deadline != NEVER && now() - deadline >= 0;
  }

  CallRefusedException tooLate() {
    return new CallRefusedException(
        name,
        Guard.DEADLINE,
        Duration.ZERO,
        "the caller's time was over before deployment '" + name + "' had answered");
  }

  /**
   * Why the call may not enter; null if it has, and has to {@link #leave}.
   *
   * @param arrived the {@link #arrival} of the call
   */
  @Nullable CallRefusedException enter(CallContext context, long arrived) {
    if (idle) {
      return null;
    }
    if (rate != null) {
      long wait = rate.waitNanos(context.caller(), arrived);
      if (wait > 0) {
        return new CallRefusedException(
            name,
            Guard.RATE,
            Duration.ofNanos(wait),
            "the caller asks deployment '"
                + name
                + "' more often than it may; again after "
                + Duration.ofNanos(wait));
      }
    }
    if (concurrent > 0 && inside.incrementAndGet() > concurrent) {
      inside.decrementAndGet();
      return new CallRefusedException(
          name,
          Guard.BULKHEAD,
          Duration.ZERO,
          "deployment '" + name + "' answers " + concurrent + " calls at a time and is full");
    }
    return null;
  }

  void leave() {
    if (concurrent > 0) {
      inside.decrementAndGet();
    }
  }
}
