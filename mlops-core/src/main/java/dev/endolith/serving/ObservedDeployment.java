package dev.endolith.serving;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an observer of every call; times one in sixteen, as a clock costs more than a count, unless
 * the observer wants all timed.
 */
final class ObservedDeployment<X, Y> extends DelegatingDeployment<X, Y> {
  private static final Logger LOG = LoggerFactory.getLogger(ObservedDeployment.class);
  private static final int SAMPLED = 15;

  private final PredictionObserver observer;
  private final boolean always;
  private final AtomicBoolean broken = new AtomicBoolean();

  ObservedDeployment(Deployment<X, Y> inner, PredictionObserver observer) {
    super(inner);
    this.observer = observer;
    this.always = observer.timesEveryCall();
  }

  @Override
  public Served<Y> predict(X x) {
    return predict(x, CallContext.NONE);
  }

  @Override
  public Served<Y> predict(X x, CallContext context) {
    // drawn, not counted: callers that come in turns would always time the same one
    boolean timed = always || (ThreadLocalRandom.current().nextInt() & SAMPLED) == 0;
    long started = timed ? System.nanoTime() : 0;
    Served<Y> served;
    try {
      served = inner.predict(x, context);
    } catch (RuntimeException e) {
      tell(() -> observer.failed(e));
      throw e;
    }
    long nanos = timed ? System.nanoTime() - started : PredictionObserver.NOT_TIMED;
    try {
      observer.answered(served, nanos);
    } catch (RuntimeException e) {
      broken(e);
    }
    return served;
  }

  /** Not timed: what waits for a thread is no model's time. */
  @Override
  public CompletableFuture<Served<Y>> predictAsync(X x, CallContext context) {
    CompletableFuture<Served<Y>> answer = inner.predictAsync(x, context);
    var unused =
        answer.whenComplete(
            (served, failure) -> {
              if (served != null) {
                tell(() -> observer.answered(served, PredictionObserver.NOT_TIMED));
              } else if (failure instanceof RuntimeException e) {
                tell(() -> observer.failed(e));
              }
            });
    return answer;
  }

  @Override
  public Stream<RowResult<Y>> predictAll(Stream<? extends X> rows, CallContext context) {
    return inner.predictAll(rows, context).peek(this::tell);
  }

  private void tell(RowResult<Y> result) {
    if (result instanceof RowResult.Answered<Y> answered) {
      tell(() -> observer.answered(answered.served(), PredictionObserver.NOT_TIMED));
    } else if (result instanceof RowResult.Failed<Y> failed) {
      tell(() -> observer.failed(failed.why()));
    }
  }

  private void tell(Runnable message) {
    try {
      message.run();
    } catch (RuntimeException e) {
      broken(e);
    }
  }

  private void broken(RuntimeException e) {
    if (broken.compareAndSet(false, true)) {
      LOG.warn(
          "Observer {} of deployment {} failed with {}; further failures are not logged",
          observer.getClass().getName(),
          name(),
          e.getClass().getName());
    }
  }
}
