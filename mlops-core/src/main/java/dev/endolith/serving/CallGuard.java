package dev.endolith.serving;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A guard of the host's own choosing around the calls of a deployment: a library's circuit breaker,
 * a queue, a quota. Implementations are thread-safe. See {@link Deployment#guarded}; the guards
 * that cost nanoseconds are {@link Guards}.
 */
public interface CallGuard {
  /**
   * Runs a call, or refuses it.
   *
   * @param deployment the deployment's name
   * @param context what is known of the caller
   * @param call asks the deployment, once at most
   * @param <A> what the call answers
   * @return the call's answer
   * @throws dev.endolith.error.CallRefusedException if it does not run the call
   */
  <A> A call(String deployment, CallContext context, Supplier<A> call);

  /**
   * Runs a call that answers later. By default {@link #call} guards its beginning only.
   *
   * @param deployment the deployment's name
   * @param context what is known of the caller
   * @param call asks the deployment, once at most
   * @param <A> what the call answers
   * @return the answer to come
   * @throws dev.endolith.error.CallRefusedException if it does not run the call
   */
  default <A> CompletableFuture<A> callAsync(
      String deployment, CallContext context, Supplier<CompletableFuture<A>> call) {
    return call(deployment, context, call);
  }
}
