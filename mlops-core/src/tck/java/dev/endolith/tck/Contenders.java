package dev.endolith.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** Threads that begin at the same time; for tests of what they then contend for. */
public final class Contenders {
  private static final long DEADLINE_SECONDS = 60;

  private Contenders() {}

  /**
   * Runs work on each of several threads at the same time.
   *
   * @param threads how many
   * @param work the work of a thread, by its number from 0
   * @param <R> what it answers
   * @return the answers by thread; a failure of one fails all
   */
  public static <R> List<R> race(int threads, IntFunction<R> work) {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<R>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        futures.add(
            executor.submit(
                () -> {
                  start.await();
                  return work.apply(thread);
                }));
      }
      start.countDown();
      List<R> results = new ArrayList<>();
      for (Future<R> future : futures) {
        results.add(future.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError("a thread failed", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("not done within " + DEADLINE_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      executor.shutdownNow();
    }
  }
}
