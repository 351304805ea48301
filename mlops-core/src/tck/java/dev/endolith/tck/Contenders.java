package dev.endolith.tck;

import java.time.Duration;
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
  private static final Duration DEADLINE = Duration.ofMinutes(1);

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
    return race(threads, DEADLINE, work);
  }

  /**
   * Runs work on each of several threads at the same time.
   *
   * @param threads how many
   * @param deadline how long all may take together
   * @param work the work of a thread, by its number from 0
   * @param <R> what it answers
   * @return the answers by thread; a failure of one fails all
   */
  public static <R> List<R> race(int threads, Duration deadline, IntFunction<R> work) {
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
      long end = System.nanoTime() + deadline.toNanos();
      List<R> results = new ArrayList<>();
      for (Future<R> future : futures) {
        results.add(future.get(end - System.nanoTime(), TimeUnit.NANOSECONDS));
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError("a thread failed", e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("not done within " + deadline, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      executor.shutdownNow();
    }
  }
}
