package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.Id;
import dev.endolith.data.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thread that is stopped just after its record was queued must not let another thread's flush
 * return early. A recorder that counts what was queued and what was written did so: with more
 * threads than processors, some thread is soon stopped between the two.
 */
class PredictionRecorderFlushTest {
  private static final int OTHERS = 2 * Runtime.getRuntime().availableProcessors() + 2;
  private static final int FLUSHES = 1_000;

  private static PredictionRecord prediction(int thread, int n) {
    return new PredictionRecord(
        new Id(thread, n),
        "m",
        "",
        Instant.EPOCH,
        1,
        1,
        Route.CHAMPION,
        Row.copyOf(Constants.TASK.features(), Constants.ask("")),
        "true",
        new double[0]);
  }

  /** Remembers the last record of thread 0 that was written. */
  private static final class LastOfThreadZero extends GatedLog {
    private volatile long last = -1;

    LastOfThreadZero() {
      gate.countDown();
    }

    @Override
    void write(List<PredictionRecord> records) {
      for (PredictionRecord record : records) {
        if (record.id().high() == 0) {
          last = record.id().low();
        }
      }
    }
  }

  @Test
  @Timeout(60)
  void flush_besideThreadsThatRecord_returnsAfterWhatItsOwnThreadRecorded()
      throws InterruptedException {
    LastOfThreadZero log = new LastOfThreadZero();
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> others = new ArrayList<>();
    try (PredictionRecorder recorder = new PredictionRecorder("m", log, false, new AtomicLong())) {
      for (int t = 1; t <= OTHERS; t++) {
        PredictionRecord record = prediction(t, 0);
        Thread other =
            new Thread(
                () -> {
                  while (!over.get()) {
                    recorder.record(record);
                  }
                });
        other.start();
        others.add(other);
      }
      try {
        for (int n = 0; n < FLUSHES; n++) {
          recorder.record(prediction(0, n));
          recorder.flush();
          assertThat(log.last).isEqualTo(n);
        }
      } finally {
        over.set(true);
        for (Thread other : others) {
          other.join();
        }
      }
    }
  }
}
