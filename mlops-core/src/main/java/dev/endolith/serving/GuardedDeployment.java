package dev.endolith.serving;

import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Asks a guard before every call. */
final class GuardedDeployment<X, Y> extends DelegatingDeployment<X, Y> {
  private final CallGuard guard;

  GuardedDeployment(Deployment<X, Y> inner, CallGuard guard) {
    super(inner);
    this.guard = guard;
  }

  @Override
  public Served<Y> predict(X x) {
    return predict(x, CallContext.NONE);
  }

  @Override
  public Served<Y> predict(X x, CallContext context) {
    return guard.call(name(), context, () -> inner.predict(x, context));
  }

  @Override
  public CompletableFuture<Served<Y>> predictAsync(X x, CallContext context) {
    return guard.callAsync(name(), context, () -> inner.predictAsync(x, context));
  }

  @Override
  public Stream<RowResult<Y>> predictAll(Stream<? extends X> rows, CallContext context) {
    return guard.call(name(), context, () -> inner.predictAll(rows, context));
  }
}
