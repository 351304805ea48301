package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Id;
import dev.endolith.data.Row;
import dev.endolith.error.StorageException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PredictionRecorderTest {
  private static final int MANY = 10_000; // more than the queue holds

  private static PredictionRecord prediction(int n) {
    return new PredictionRecord(
        new Id(1, n),
        "m",
        "k" + n,
        Instant.EPOCH,
        1,
        1,
        Route.CHAMPION,
        Row.copyOf(Constants.TASK.features(), Constants.ask("k" + n)),
        "true",
        new double[0]);
  }

  @Test
  @Timeout(60)
  void record_sampledAndLogStuck_neverWaits_andCountsLosses() {
    GatedLog log = new GatedLog();
    try (PredictionRecorder recorder = new PredictionRecorder("m", log, true, new AtomicLong())) {
      for (int n = 0; n < MANY; n++) {
        recorder.record(prediction(n)); // on this thread: were it to wait, it would for ever
      }
      long lost = recorder.lost();
      assertThat(lost).isPositive();
      log.gate.countDown();
      recorder.flush();
      assertThat(log.counts("m").predictions() + lost).isEqualTo(MANY);
    }
  }

  @Test
  @Timeout(60)
  void record_fullAndLogSlow_waits_andLosesNothing() throws InterruptedException {
    GatedLog log = new GatedLog();
    try (PredictionRecorder recorder = new PredictionRecorder("m", log, false, new AtomicLong())) {
      CountDownLatch done = new CountDownLatch(1);
      Thread caller =
          new Thread(
              () -> {
                for (int n = 0; n < MANY; n++) {
                  recorder.record(prediction(n));
                }
                done.countDown();
              });
      caller.start();
      assertThat(done.await(300, TimeUnit.MILLISECONDS)).isFalse(); // it waits for room
      log.gate.countDown();
      done.await();
      recorder.flush();
      assertThat(recorder.lost()).isZero();
      List<LogEntry> entries = log.read("m", Constants.TASK.features().schema(), 0, MANY + 1);
      assertThat(entries).hasSize(MANY);
      assertThat(entries).extracting(e -> e.prediction().id().low()).isSorted();
    }
  }

  @Test
  @Timeout(60)
  void record_logOfAThirdPartyFailsInItsOwnWay_isTriedAgain() {
    PredictionLog stored = PredictionLog.inMemory();
    AtomicInteger failures = new AtomicInteger(2);
    PredictionLog log =
        new GatedLog() {
          @Override
          public void append(List<PredictionRecord> records) {
            if (failures.getAndDecrement() > 0) {
              throw new UnsupportedOperationException("a bug of theirs");
            }
            stored.append(records);
          }
        };
    try (PredictionRecorder recorder = new PredictionRecorder("m", log, false, new AtomicLong())) {
      recorder.record(prediction(1));
      boolean written = false;
      while (!written) {
        try {
          recorder.flush();
          written = true;
        } catch (StorageException e) {
          assertThat(e).hasMessageContaining("UnsupportedOperationException");
        }
      }
      assertThat(stored.counts("m").predictions()).isEqualTo(1);
    }
  }

  @Test
  void sample_share_isOfKeys_andTheSameEverywhere() {
    LogSample tenth = new LogSample(0.1);
    Random random = new Random(4);
    int kept = 0;
    for (int i = 0; i < 20_000; i++) {
      String key = "key-" + i;
      boolean taken = tenth.takes(key, new Id(random.nextLong(), random.nextLong()));
      assertThat(new LogSample(0.1).takes(key, new Id(0, i))).isEqualTo(taken);
      if (taken) {
        assertThat(new LogSample(0.3).takes(key, new Id(0, 0))).isTrue();
        kept++;
      }
    }
    // sd of a share of 0.1 over 20000 keys: 0.0021; five of them
    assertThat(kept / 20_000.0).isBetween(0.09, 0.11);
    int byId = 0;
    for (int i = 0; i < 20_000; i++) {
      byId += tenth.takes("", new Id(random.nextLong(), random.nextLong())) ? 1 : 0;
    }
    assertThat(byId / 20_000.0).isBetween(0.09, 0.11);
    assertThatThrownBy(() -> new LogSample(0)).hasMessageContaining("(0, 1], was 0.0");
  }

  @Test
  void tee_listenerThatFails_breaksNothing() {
    List<String> told = new ArrayList<>();
    PredictionLog log =
        PredictionLog.tee(
            PredictionLog.inMemory(),
            new LogListener() {
              @Override
              public void predicted(List<PredictionRecord> records) {
                told.add("p" + records.size());
                throw new IllegalStateException("a listener's own");
              }

              @Override
              public void labelled(
                  String deployment, FeedbackResult.Accepted accepted, Feedback feedback) {
                told.add(deployment + " " + accepted.prediction().low() + " " + feedback.label());
              }
            });
    log.append(List.of(prediction(1), prediction(2)));
    log.append(List.of(prediction(3)));
    log.label(
        "m",
        List.of(
            new Feedback(new Id(1, 9), "", "true", Instant.EPOCH),
            new Feedback(new Id(1, 2), "", "false", Instant.EPOCH)));
    assertThat(told).containsExactly("p2", "p1", "m 2 false");
    assertThat(log.counts("m")).isEqualTo(new LogCounts(3, 1));
  }
}
