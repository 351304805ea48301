package dev.endolith.serving;

import dev.endolith.error.CallRefusedException;
import dev.endolith.error.CallRefusedException.Guard;
import dev.endolith.error.PredictionException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs calls on the host's executor, or on a bounded pool that is made when it is first needed and
 * ends with {@link #close}. Thread-safe.
 */
final class CallExecutor implements AutoCloseable {
  private static final int WAITING = 1_024;

  private final String name;
  private final @Nullable Executor given;
  private @Nullable ThreadPoolExecutor own;
  private volatile boolean closed;

  CallExecutor(String name, @Nullable Executor given) {
    this.name = name;
    this.given = given;
  }

  <A> CompletableFuture<A> run(Supplier<A> call) {
    CompletableFuture<A> future = new CompletableFuture<>();
    Runnable task =
        () -> {
          if (future.isDone()) {
            return; // cancelled while it waited
          }
          try {
            future.complete(call.get());
          } catch (RuntimeException | Error e) {
            future.completeExceptionally(e);
          }
        };
    try {
      executor().execute(task);
    } catch (RejectedExecutionException e) {
      future.completeExceptionally(
          closed // it may have been since
              ? new PredictionException(name, "deployment '" + name + "' is closed")
              : new CallRefusedException(
                  name,
                  Guard.QUEUE,
                  Duration.ZERO,
                  "deployment '" + name + "' has no room for another call; ask again later"));
    }
    return future;
  }

  private synchronized Executor executor() {
    if (given != null) {
      return given;
    }
    if (closed) {
      throw new RejectedExecutionException();
    }
    ThreadPoolExecutor pool = own;
    if (pool == null) {
      int threads = Runtime.getRuntime().availableProcessors();
      pool =
          new ThreadPoolExecutor(
              threads,
              threads,
              30,
              TimeUnit.SECONDS,
              new ArrayBlockingQueue<>(WAITING),
              task -> {
                Thread thread = new Thread(task, "endolith-call-" + name);
                thread.setDaemon(true);
                return thread;
              });
      pool.allowCoreThreadTimeOut(true);
      own = pool;
    }
    return pool;
  }

  /** What was handed over is still answered, by then that the deployment is closed. */
  @Override
  public synchronized void close() {
    closed = true;
    if (own != null) {
      own.shutdown();
    }
  }
}
