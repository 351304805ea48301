package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.error.StorageException;
import dev.endolith.model.Classified;
import dev.endolith.registry.Models;
import dev.endolith.serving.Constants.Ask;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Swaps under load: {@code -Dendolith.swap.predictions} and {@code -Dendolith.swap.swaps} set their
 * size.
 */
class HotSwapTest {
  private static final int VERSIONS = 5;
  private static final int CALLERS = 4;

  private final Constants.Format format = new Constants.Format();

  private static double score(Served<Boolean> served) {
    return ((Classified<Boolean>) served.prediction()).score(true);
  }

  /** Versions 1 to 4 answer a tenth of their number; version 5 cannot be loaded. */
  private void versions(Models models) {
    for (int i = 1; i < VERSIONS; i++) {
      Constants.approved(models, "m", i / 10.0);
    }
    Constants.approved(models, "m", "poison");
    Constants.champion(models, "m", 1);
  }

  @Test
  void swaps_failNothing_andLeaveNothing() throws Exception {
    run(
        Long.getLong("endolith.swap.predictions", 200_000),
        Integer.getInteger("endolith.swap.swaps", 200));
  }

  @Test
  @Tag("long")
  void swaps_millionPredictions_failNothing_andLeaveNothing() throws Exception {
    run(
        Long.getLong("endolith.swap.predictions", 1_000_000),
        Integer.getInteger("endolith.swap.swaps", 1_000));
  }

  private void run(long predictions, int swaps) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(CALLERS);
    try (Workspace workspace = Workspace.builder().format(format).open()) {
      Models models = workspace.models();
      versions(models);
      try (Deployment<Ask, Boolean> deployment =
          Deployment.of("m", Constants.TASK, models).events(workspace.events()).build()) {
        AtomicLong asked = new AtomicLong();
        AtomicLong wrong = new AtomicLong();
        AtomicBoolean swapped = new AtomicBoolean();
        List<Future<?>> callers = new ArrayList<>();
        for (int t = 0; t < CALLERS; t++) {
          callers.add(
              pool.submit(
                  () -> {
                    while (asked.incrementAndGet() <= predictions || !swapped.get()) {
                      Served<Boolean> served = deployment.predict(Constants.ask("a"));
                      if (score(served) != served.version() / 10.0) {
                        wrong.incrementAndGet();
                      }
                    }
                    return null;
                  }));
        }
        long before = 0;
        for (int i = 1; i <= swaps; i++) {
          // a fifth of the moves goes to the version that cannot be loaded
          Constants.champion(models, "m", i % VERSIONS + 1);
          long due = predictions * i / swaps;
          while (asked.get() < due) {
            Thread.onSpinWait(); // swaps are spread over the predictions
          }
          if (i == swaps / 10) {
            before = used();
          }
        }
        swapped.set(true);
        for (Future<?> caller : callers) {
          caller.get(); // a failed prediction fails the test here
        }
        assertThat(wrong).as("answers of another version than they say").hasValue(0);
        assertThat(asked.get()).isGreaterThanOrEqualTo(predictions);
        assertThat(format.open).as("loaded models").hasValue(1);
        // the registry keeps a record of every move, some 2 KiB
        assertThat(used() - before).as("heap").isLessThan(before / 20 + swaps * 4_096L);
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(format.open).hasValue(0);
    assertThat(format.askedAfterClose).hasValue(0);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** The log's store blocks, then fails: answers go on, and what is lost is counted. */
  @Test
  void logThatBlocksAndFails_isNotFeltByPredictions_beyondItsQueue() {
    try (Workspace workspace = Workspace.builder().format(format).open()) {
      Models models = workspace.models();
      versions(models);
      CountDownLatch release = new CountDownLatch(1);
      StuckLog log = new StuckLog(release);
      Deployment<Ask, Boolean> deployment =
          Deployment.of("m", Constants.TASK, models).log(log).build();
      try {
        for (int i = 0; i < 8_000; i++) { // the queue's size
          assertThat(deployment.predict(Constants.ask("a")).version()).isEqualTo(1);
        }
        assertThat(deployment.status().lostRecords()).isZero();
        release.countDown();
        for (int i = 0; i < 20_000; i++) {
          assertThat(deployment.predict(Constants.ask("a")).version()).isEqualTo(1);
        }
        assertThat(deployment.status().lostRecords()).isPositive();
      } finally {
        deployment.close();
      }
    }
  }

  private record StuckLog(CountDownLatch release) implements PredictionLog {
    @Override
    public void append(List<PredictionRecord> records) {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new StorageException("append", "the disk is gone");
    }

    @Override
    public List<FeedbackResult> label(String deployment, List<Feedback> feedback) {
      throw new StorageException("label", "the disk is gone");
    }

    @Override
    public List<LogEntry> read(
        String deployment, dev.endolith.data.Schema schema, long after, int limit) {
      throw new StorageException("read", "the disk is gone");
    }

    @Override
    public LogCounts counts(String deployment) {
      return new LogCounts(0, 0);
    }
  }
}
