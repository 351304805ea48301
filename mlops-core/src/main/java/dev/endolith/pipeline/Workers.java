package dev.endolith.pipeline;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads of runs and their steps: as many as there is to do, because runs limit themselves and
 * one that waits for its steps must not keep them from a thread. Idle ones end. Thread-safe.
 */
final class Workers implements Executor, AutoCloseable {
  private static final long IDLE_SECONDS = 10;
  private final AtomicInteger made = new AtomicInteger();
  private @Nullable ThreadPoolExecutor threads;
  private boolean closed;

  @Override
  public void execute(Runnable task) {
    pool().execute(task);
  }

  private synchronized ThreadPoolExecutor pool() {
    if (closed) {
      throw new IllegalStateException("pipelines cannot run any more: their workspace is closed");
    }
    ThreadPoolExecutor pool = threads;
    if (pool == null) {
      pool =
          new ThreadPoolExecutor(
              0,
              Integer.MAX_VALUE,
              IDLE_SECONDS,
              TimeUnit.SECONDS,
              new SynchronousQueue<>(),
              task -> {
                Thread thread = new Thread(task, "endolith-pipeline-" + made.incrementAndGet());
                thread.setDaemon(true);
                return thread;
              });
      threads = pool;
    }
    return pool;
  }

  @Override
  public void close() {
    ThreadPoolExecutor pool;
    synchronized (this) {
      closed = true;
      pool = threads;
    }
    if (pool != null) {
      pool.shutdownNow();
      try {
        pool.awaitTermination(IDLE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
