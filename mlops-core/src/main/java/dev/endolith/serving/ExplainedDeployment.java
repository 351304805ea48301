package dev.endolith.serving;

import dev.endolith.explain.Explainers;
import dev.endolith.explain.Explanation;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Explains a share of the answers on a thread of its own, so that explaining, which asks a model
 * thousands of times where its arithmetic is not known, takes nothing from those who wait for
 * answers. The serving thread offers and never waits.
 */
final class ExplainedDeployment<X, Y> extends DelegatingDeployment<X, Y> {
  private static final Logger LOG = LoggerFactory.getLogger(ExplainedDeployment.class);
  private static final int CAPACITY = 256;
  private static final long POLL_MILLIS = 100;
  private static final String SALT = "explained:";
  private static final String CLOSED = "the deployment is closed";

  private final double share;
  private final Explainers<X, Y> how;
  private final ExplanationListener<X, Y> listener;
  private final ArrayBlockingQueue<Answer<X, Y>> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final AtomicBoolean broken = new AtomicBoolean();
  private volatile boolean closing;
  private final Thread worker;

  private record Answer<X, Y>(X x, Served<Y> served) {}

  ExplainedDeployment(
      Deployment<X, Y> inner,
      double share,
      Explainers<X, Y> how,
      ExplanationListener<X, Y> listener) {
    super(inner);
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("the share to explain must be in (0, 1], was " + share);
    }
    this.share = share;
    this.how = how;
    this.listener = listener;
    this.worker = new Thread(this::work, "endolith-explain-" + inner.name());
    this.worker.setDaemon(true);
    this.worker.start();
  }

  @Override
  public Served<Y> predict(X x) {
    return predict(x, CallContext.NONE);
  }

  @Override
  public Served<Y> predict(X x, CallContext context) {
    Served<Y> served = inner.predict(x, context);
    offer(x, served);
    return served;
  }

  @Override
  public CompletableFuture<Served<Y>> predictAsync(X x, CallContext context) {
    CompletableFuture<Served<Y>> answer = inner.predictAsync(x, context);
    var unused =
        answer.whenComplete(
            (served, failure) -> {
              if (served != null) {
                offer(x, served);
              }
            });
    return answer;
  }

  /** Answers of a batch are not drawn: whoever has its rows explains those that are asked about. */
  @Override
  public Stream<RowResult<Y>> predictAll(Stream<? extends X> rows, CallContext context) {
    return inner.predictAll(rows, context);
  }

  private void offer(X x, Served<Y> served) {
    // by the id, so that nothing is written that other threads write, too
    if (share < 1 && !Bucket.inShare(SALT, served.id().toString(), share)) {
      return;
    }
    if (!queue.offer(new Answer<>(x, served))) {
      missed(served, CAPACITY + " answers wait to be explained already");
    } else if (closing && queue.removeIf(one -> one.served().id().equals(served.id()))) {
      // the worker may have looked for the last time
      missed(served, CLOSED);
    }
  }

  private void work() {
    try {
      while (!closing) {
        Answer<X, Y> answer = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (answer != null) {
          explain(answer);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
    for (Answer<X, Y> left = queue.poll(); left != null; left = queue.poll()) {
      missed(left.served(), CLOSED);
    }
  }

  private void explain(Answer<X, Y> answer) {
    Explanation explanation;
    try {
      explanation = inner.explain(answer.x(), answer.served(), how);
    } catch (RuntimeException | Error e) {
      missed(answer.served(), "explaining failed with " + e.getClass().getName());
      return;
    }
    tell(() -> listener.explained(answer.x(), answer.served(), explanation));
  }

  private void missed(Served<Y> served, String why) {
    tell(() -> listener.missed(served, why));
  }

  private void tell(Runnable message) {
    try {
      message.run();
    } catch (RuntimeException | Error e) { // else the first failed assertion would end the worker
      if (broken.compareAndSet(false, true)) {
        LOG.warn(
            "Listener {} of deployment {} failed with {}; further failures are not logged",
            listener.getClass().getName(),
            name(),
            e.getClass().getName());
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    worker.interrupt();
    try {
      worker.join(); // what it is explaining holds a model
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    inner.close();
  }
}
