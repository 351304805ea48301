package dev.endolith.resilience4j;

import dev.endolith.error.CallRefusedException;
import dev.endolith.error.CallRefusedException.Guard;
import dev.endolith.serving.CallContext;
import dev.endolith.serving.CallGuard;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RequestNotPermitted;
import java.util.function.Supplier;

/** A rate limit of the host's, for all callers together. Thread-safe. */
public final class RateLimiterGuard implements CallGuard {
  private final RateLimiter limiter;

  /**
   * Guards with a rate limiter.
   *
   * @param limiter the limiter; may be shared
   */
  public RateLimiterGuard(RateLimiter limiter) {
    this.limiter = limiter;
  }

  @Override
  public <A> A call(String deployment, CallContext context, Supplier<A> call) {
    try {
      return limiter.executeSupplier(call);
    } catch (RequestNotPermitted e) {
      throw new CallRefusedException(
          deployment,
          Guard.RATE,
          limiter.getRateLimiterConfig().getLimitRefreshPeriod(),
          "the rate limiter '"
              + limiter.getName()
              + "' of '"
              + deployment
              + "' has no calls left in this period");
    }
  }
}
