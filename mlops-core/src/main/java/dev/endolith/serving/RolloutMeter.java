package dev.endolith.serving;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Counts how champion and challenger serve while there are both. Thread-safe. */
final class RolloutMeter {
  private final long version;
  private final long budgetNanos;
  private final LongSupplier nanoTime;
  private final Side champion = new Side();
  private final Side challenger = new Side();

  /** A budget of 0 takes no time. */
  RolloutMeter(long version, long budgetNanos, LongSupplier nanoTime) {
    this.version = version;
    this.budgetNanos = budgetNanos;
    this.nanoTime = nanoTime;
  }

  long version() {
    return version;
  }

  long start() {
    return budgetNanos == 0 ? 0 : nanoTime.getAsLong();
  }

  /**
   * Counts an answer.
   *
   * @param failed whether there was none, or it came after its deadline
   */
  void count(Route route, long started, boolean failed) {
    if (route != Route.CHAMPION && route != Route.CANARY) {
      return; // an experiment's arms are not sides of the rollout
    }
    Side side = route == Route.CANARY ? challenger : champion;
    side.requests.increment();
    if (failed) {
      side.errors.increment();
    } else if (budgetNanos > 0 && nanoTime.getAsLong() - started > budgetNanos) {
      side.slow.increment();
    }
  }

  ServiceHealth health() {
    return new ServiceHealth(version, champion.counts(), challenger.counts());
  }

  private static final class Side {
    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder slow = new LongAdder();

    /** What failed is read first, so that there are never more failures than requests. */
    ServiceCounts counts() {
      long failed = errors.sum();
      long late = slow.sum();
      return new ServiceCounts(requests.sum(), failed, late);
    }
  }
}
