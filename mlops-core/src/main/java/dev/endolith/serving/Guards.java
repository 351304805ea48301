package dev.endolith.serving;

import java.time.Duration;

/**
 * What protects a deployment, its host and its callers from each other. By default nothing does,
 * and nothing is paid for it. Immutable; each method answers new guards.
 *
 * <p>A call that is turned away ends in a {@link dev.endolith.error.CallRefusedException}, or in
 * the answer of the deployment's {@link Fallback} rule if it has one. All guards run on the
 * caller's thread: handing a call to another thread costs more than most models.
 */
public final class Guards {
  private static final Guards NONE =
      new Guards(Duration.ZERO, 0, 0, 0, Duration.ZERO, Duration.ZERO, 0, 0, 0, 1);

  final Duration within;
  final int concurrent;
  final double failureShare;
  final int leastCalls;
  final Duration window;
  final Duration open;
  final double perSecond;
  final int burst;
  final int callers;
  final int batch;

  private Guards(
      Duration within,
      int concurrent,
      double failureShare,
      int leastCalls,
      Duration window,
      Duration open,
      double perSecond,
      int burst,
      int callers,
      int batch) {
    this.within = within;
    this.concurrent = concurrent;
    this.failureShare = failureShare;
    this.leastCalls = leastCalls;
    this.window = window;
    this.open = open;
    this.perSecond = perSecond;
    this.burst = burst;
    this.callers = callers;
    this.batch = batch;
  }

  /**
   * No guards.
   *
   * @return guards to begin with
   */
  public static Guards none() {
    return NONE;
  }

  /**
   * A deadline for calls that bring none.
   *
   * @param time as {@link CallContext#within}
   * @return new guards
   * @throws IllegalArgumentException if it is not positive
   */
  public Guards within(Duration time) {
    positive("a deadline", time);
    return new Guards(
        time, concurrent, failureShare, leastCalls, window, open, perSecond, burst, callers, batch);
  }

  /**
   * A bulkhead: refuses calls beyond a number at a time, without waiting.
   *
   * @param calls the number, from 1
   * @return new guards
   * @throws IllegalArgumentException if it is less than 1
   */
  public Guards atMost(int calls) {
    atLeastOne("calls at a time", calls);
    return new Guards(
        within, calls, failureShare, leastCalls, window, open, perSecond, burst, callers, batch);
  }

  /**
   * A circuit breaker for each version: one that fails, or answers too late, too often is not asked
   * for a while; then one call at a time tries it, and three answers in a row bring it back.
   *
   * @param share the share of failing calls that opens it, in (0, 1]
   * @param calls how many calls it must have seen to judge, from 1
   * @param over the time over which they are counted, a half of it at a time: what is judged are
   *     the calls of the half that runs and of the one before. A row of a batch is a call
   * @param closedFor how long the version is not asked
   * @return new guards
   * @throws IllegalArgumentException if one of them is out of its range
   */
  public Guards breaker(double share, int calls, Duration over, Duration closedFor) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("a breaker's share is in (0, 1], was " + share);
    }
    atLeastOne("calls before a breaker judges", calls);
    positive("a breaker's window", over);
    positive("the time for which a version is not asked", closedFor);
    return new Guards(
        within, concurrent, share, calls, over, closedFor, perSecond, burst, callers, batch);
  }

  /**
   * A rate limit per {@link CallContext#caller}; a batch is one call. The callers seen last are
   * remembered, up to 10 000; one that was forgotten begins anew.
   *
   * @param rate calls per second, positive
   * @param atOnce how many calls may come at once, from 1
   * @return new guards
   * @throws IllegalArgumentException if one of them is out of its range
   */
  public Guards ratePerCaller(double rate, int atOnce) {
    if (!(rate > 0 && rate <= 1e9)) {
      throw new IllegalArgumentException("a rate is in (0, 1e9] calls per second, was " + rate);
    }
    atLeastOne("calls at once", atOnce);
    return new Guards(
        within, concurrent, failureShare, leastCalls, window, open, rate, atOnce, 10_000, batch);
  }

  /**
   * Answers calls together that queue while the model is busy. Nothing waits for a batch to fill.
   * It pays for models whose calls have a fixed cost; what a call of n rows costs is learnt, and
   * while it does not pay the calls go to the model side by side as without it.
   *
   * @param rows how many at most, from 2
   * @return new guards
   * @throws IllegalArgumentException if it is less than 2
   */
  public Guards batching(int rows) {
    if (rows < 2) {
      throw new IllegalArgumentException("a batch has at least 2 rows, was " + rows);
    }
    return new Guards(
        within,
        concurrent,
        failureShare,
        leastCalls,
        window,
        open,
        perSecond,
        burst,
        callers,
        rows);
  }

  private static void positive(String what, Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(what + " is positive, was " + time);
    }
  }

  private static void atLeastOne(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(what + " are at least 1, was " + number);
    }
  }
}
