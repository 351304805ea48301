package dev.endolith.resilience4j;

import dev.endolith.error.CallRefusedException;
import dev.endolith.error.CallRefusedException.Guard;
import dev.endolith.serving.CallContext;
import dev.endolith.serving.CallGuard;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A bulkhead of the host's, that may be shared between deployments. Thread-safe. */
public final class BulkheadGuard implements CallGuard {
  private final Bulkhead bulkhead;

  /**
   * Guards with a bulkhead.
   *
   * @param bulkhead the bulkhead; may be shared
   */
  public BulkheadGuard(Bulkhead bulkhead) {
    this.bulkhead = bulkhead;
  }

  @Override
  public <A> A call(String deployment, CallContext context, Supplier<A> call) {
    try {
      return bulkhead.executeSupplier(call);
    } catch (BulkheadFullException e) {
      throw refused(deployment);
    }
  }

  /** The place is held until the answer is there. */
  @Override
  public <A> CompletableFuture<A> callAsync(
      String deployment, CallContext context, Supplier<CompletableFuture<A>> call) {
    if (!bulkhead.tryAcquirePermission()) {
      throw refused(deployment);
    }
    try {
      return call.get().whenComplete((given, failure) -> bulkhead.onComplete());
    } catch (RuntimeException e) {
      bulkhead.onComplete();
      throw e;
    }
  }

  private CallRefusedException refused(String deployment) {
    return new CallRefusedException(
        deployment,
        Guard.BULKHEAD,
        Duration.ZERO,
        "the bulkhead '" + bulkhead.getName() + "' of '" + deployment + "' is full");
  }
}
