package dev.endolith.pipeline;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whether a step that failed is tried again, and when. Immutable.
 *
 * <p>Waiting holds no thread. The waits are those of Resilience4j's interval functions.
 */
public final class RetryPolicy {
  private static final RetryPolicy NONE =
      new RetryPolicy(1, Duration.ZERO, 1, 0, List.of(), List.of());

  private final int attempts;
  private final Duration wait;
  private final double factor;
  private final double jitter;
  private final List<Class<? extends Throwable>> on;
  private final List<Class<? extends Throwable>> notOn;

  private RetryPolicy(
      int attempts,
      Duration wait,
      double factor,
      double jitter,
      List<Class<? extends Throwable>> on,
      List<Class<? extends Throwable>> notOn) {
    this.attempts = attempts;
    this.wait = wait;
    this.factor = factor;
    this.jitter = jitter;
    this.on = List.copyOf(on);
    this.notOn = List.copyOf(notOn);
  }

  static RetryPolicy none() {
    return NONE;
  }

  /**
   * Tries a step so many times, at once after any failure.
   *
   * @param attempts how often at most, the first time included; 1 to 1000
   * @return the policy
   * @throws IllegalArgumentException if the number is out of range
   */
  public static RetryPolicy attempts(int attempts) {
    if (attempts < 1 || attempts > 1000) {
      throw new IllegalArgumentException("attempts must be in [1, 1000], was " + attempts);
    }
    return new RetryPolicy(attempts, Duration.ZERO, 1, 0, List.of(), List.of());
  }

  /**
   * The same, waiting between attempts.
   *
   * @param first how long before the second attempt
   * @param growth by what each wait is longer than the one before, from 1
   * @return the policy
   * @throws IllegalArgumentException if the wait is negative or the factor less than 1
   */
  public RetryPolicy backoff(Duration first, double growth) {
    if (first.isNegative() || !(growth >= 1 && growth <= 100)) {
      throw new IllegalArgumentException(
          "a backoff has a wait that is not negative and a factor in [1, 100], were "
              + first
              + " and "
              + growth);
    }
    return new RetryPolicy(attempts, first, growth, jitter, on, notOn);
  }

  /**
   * The same with waits that vary, so that what failed together is not tried again together.
   *
   * @param share by what share a wait is shorter or longer at most, in [0, 1)
   * @return the policy
   * @throws IllegalArgumentException if the share is out of range
   */
  public RetryPolicy jitter(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException("a jitter must be in [0, 1), was " + share);
    }
    return new RetryPolicy(attempts, wait, factor, share, on, notOn);
  }

  /**
   * The same for this failure, and for no others than those that are named like this.
   *
   * @param failure what is tried again, with all that extend it
   * @return the policy
   */
  public RetryPolicy on(Class<? extends Throwable> failure) {
    return new RetryPolicy(attempts, wait, factor, jitter, and(on, failure), notOn);
  }

  /**
   * The same without a failure.
   *
   * @param failure what is never tried again, with all that extend it
   * @return the policy
   */
  public RetryPolicy notOn(Class<? extends Throwable> failure) {
    return new RetryPolicy(attempts, wait, factor, jitter, on, and(notOn, failure));
  }

  private static List<Class<? extends Throwable>> and(
      List<Class<? extends Throwable>> some, Class<? extends Throwable> another) {
    List<Class<? extends Throwable>> all = new ArrayList<>(some);
    all.add(another);
    return all;
  }

  /**
   * How often a step is tried at most.
   *
   * @return the number, the first time included
   */
  public int attempts() {
    return attempts;
  }

  /**
   * When a step is tried again.
   *
   * @param attempt which attempt failed, from 1
   * @param failure why
   * @return the wait in milliseconds, empty if it is not tried again
   */
  OptionalLong waitAfter(int attempt, Throwable failure) {
    boolean named = on.isEmpty() || on.stream().anyMatch(type -> type.isInstance(failure));
    boolean excluded = notOn.stream().anyMatch(type -> type.isInstance(failure));
    if (attempt >= attempts || !named || excluded) {
      return OptionalLong.empty();
    }
    long first = wait.toMillis();
    if (first < 1) {
      return OptionalLong.of(0);
    }
    IntervalFunction waits =
        jitter > 0
            ? IntervalFunction.ofExponentialRandomBackoff(first, factor, jitter)
            : IntervalFunction.ofExponentialBackoff(first, factor);
    return OptionalLong.of(waits.apply(attempt));
  }
}
