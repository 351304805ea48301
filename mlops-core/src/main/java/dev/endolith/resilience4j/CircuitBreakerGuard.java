package dev.endolith.resilience4j;

import dev.endolith.error.CallRefusedException;
import dev.endolith.error.CallRefusedException.Guard;
import dev.endolith.serving.CallContext;
import dev.endolith.serving.CallGuard;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A circuit breaker of the host's. Failed predictions count as its configuration says. Thread-safe.
 *
 * <pre>{@code
 * Deployment.guarded(deployment, new CircuitBreakerGuard(registry.circuitBreaker("fraud")));
 * }</pre>
 */
public final class CircuitBreakerGuard implements CallGuard {
  private final CircuitBreaker breaker;

  /**
   * Guards with a breaker.
   *
   * @param breaker the breaker; may be shared
   */
  public CircuitBreakerGuard(CircuitBreaker breaker) {
    this.breaker = breaker;
  }

  @Override
  public <A> A call(String deployment, CallContext context, Supplier<A> call) {
    try {
      return breaker.executeSupplier(call);
    } catch (CallNotPermittedException e) {
      throw refused(deployment);
    }
  }

  /** The breaker sees how the answer ends, not only that it was asked for. */
  @Override
  public <A> CompletableFuture<A> callAsync(
      String deployment, CallContext context, Supplier<CompletableFuture<A>> call) {
    if (!breaker.tryAcquirePermission()) {
      throw refused(deployment);
    }
    long started = breaker.getCurrentTimestamp();
    CompletableFuture<A> answer;
    try {
      answer = call.get();
    } catch (RuntimeException e) {
      breaker.onError(breaker.getCurrentTimestamp() - started, breaker.getTimestampUnit(), e);
      throw e;
    }
    return answer.whenComplete(
        (given, failure) -> {
          long time = breaker.getCurrentTimestamp() - started;
          if (failure == null) {
            breaker.onResult(time, breaker.getTimestampUnit(), given);
          } else {
            breaker.onError(time, breaker.getTimestampUnit(), failure);
          }
        });
  }

  private CallRefusedException refused(String deployment) {
    return new CallRefusedException(
        deployment,
        Guard.BREAKER,
        Duration.ZERO,
        "the circuit breaker '"
            + breaker.getName()
            + "' of '"
            + deployment
            + "' is "
            + breaker.getState());
  }
}
