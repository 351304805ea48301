package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {
  /** Answers a row's own number; a negative one fails the call it is in. */
  private static class Echo implements Predictor<Integer, Double> {
    final AtomicInteger batches = new AtomicInteger();
    final AtomicInteger greatest = new AtomicInteger();

    @Override
    public Prediction<Double> predict(Integer x) {
      if (x < 0) {
        throw new IllegalArgumentException("row " + x);
      }
      return new Regressed(x);
    }

    @Override
    public List<Prediction<Double>> predictAll(List<? extends Integer> rows) {
      batches.incrementAndGet();
      greatest.accumulateAndGet(rows.size(), Math::max);
      List<Prediction<Double>> answers = new ArrayList<>();
      for (Integer row : rows) {
        answers.add(predict(row));
      }
      return answers;
    }
  }

  /** The first call stays until it is let go. */
  private static final class Gated extends Echo {
    private final AtomicBoolean first = new AtomicBoolean(true);
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);

    @Override
    public Prediction<Double> predict(Integer x) {
      if (first.compareAndSet(true, false)) {
        entered.countDown();
        try {
          leave.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return super.predict(x);
    }
  }

  private static void awaitParked(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatQueuedWhileTheModelWasBusy_isOneBatch_andABadRowFailsAlone() throws Exception {
    Gated model = new Gated();
    MicroBatcher<Integer, Double> batcher = new MicroBatcher<>(model, 64, System::nanoTime, 2);
    List<Thread> threads = new ArrayList<>();
    double[] answers = new double[8];
    AtomicInteger failed = new AtomicInteger();
    for (int i = 0; i < 8; i++) {
      int row = i == 5 ? -5 : i;
      int at = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  answers[at] = batcher.predict(row).value();
                } catch (IllegalArgumentException e) {
                  failed.incrementAndGet();
                  answers[at] = -1;
                }
              });
      threads.add(thread);
      thread.start();
      if (i == 0) {
        assertThat(model.entered.await(30, TimeUnit.SECONDS)).isTrue();
      } else {
        awaitParked(thread);
      }
    }
    threads.get(3).interrupt(); // leaves the queue and asks by itself, which fails nobody
    threads.get(3).join();
    model.leave.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(answers).containsExactly(0, 1, 2, 3, 4, -1, 6, 7);
    assertThat(failed).hasValue(1);
    assertThat(model.batches).hasValue(1);
    assertThat(model.greatest).hasValue(6);
  }

  @Test
  void manyCallers_everyOneGetsTheAnswerToItsOwnRow() throws Exception {
    Echo model = new Echo();
    MicroBatcher<Integer, Double> batcher = new MicroBatcher<>(model, 4, System::nanoTime, 1);
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<Integer>> callers = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        int caller = t;
        callers.add(
            pool.submit(
                () -> {
                  int wrong = 0;
                  for (int i = 0; i < 5_000; i++) {
                    int row = i % 97 == 3 ? -1 : caller * 10_000 + i;
                    if (i % 1_001 == 7) {
                      Thread.currentThread().interrupt();
                    }
                    try {
                      wrong += batcher.predict(row).value() == row ? 0 : 1;
                    } catch (IllegalArgumentException e) {
                      wrong += row == -1 ? 0 : 1;
                    }
                    Thread.interrupted();
                  }
                  return wrong;
                }));
      }
      for (Future<Integer> caller : callers) {
        assertThat(caller.get(60, TimeUnit.SECONDS)).isZero();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(model.greatest.get()).isLessThanOrEqualTo(4);
  }

  @Test
  void costs_areLearnt_andBatchingEndsWhereItDoesNotPay() {
    BatchCosts linear = new BatchCosts(32, 2);
    BatchCosts fixed = new BatchCosts(32, 2);
    for (int i = 0; i < 200; i++) {
      int rows = 1 + i % 8;
      linear.observe(rows, 1_000L * rows + 100);
      fixed.observe(rows, 100L * rows + 50_000);
    }
    assertThat(linear.perRow()).isCloseTo(1_000, offset(1.0));
    assertThat(linear.perCall()).isCloseTo(100, offset(5.0));
    assertThat(fixed.perCall()).isCloseTo(50_000, offset(50.0));
    assertThat(fixed.off()).isFalse();
    int calls = 0;
    while (linear.off()) {
      calls++;
    }
    assertThat(calls).as("tried anew after this many calls").isEqualTo((1 << 16) - 1);
  }

  @Test
  void oneCallerAlone_neverQueues_andBatchingStaysUndecided() {
    BatchCosts costs = new BatchCosts(32, 2);
    for (int i = 1; i <= 1_000; i++) {
      costs.observe(1, i);
    }
    assertThat(costs.off()).isFalse();
  }
}
