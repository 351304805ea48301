package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.registry.Models;
import dev.endolith.serving.Constants.Ask;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a blocked sink of the log costs a prediction, where the log is sampled and never waited for.
 * {@code mvn test -pl mlops-core -Plong -Dtest=BlockedSinkTest} prints the figures; {@code
 * -Dendolith.sink.predictions} and {@code -Dendolith.sink.rounds} set their size.
 */
class BlockedSinkTest {
  private static final System.Logger LOG = System.getLogger(BlockedSinkTest.class.getName());
  private static final int PREDICTIONS = Integer.getInteger("endolith.sink.predictions", 20_000);
  private static final int ROUNDS = Integer.getInteger("endolith.sink.rounds", 15);

  private static final int WARM_UP = 10;
  private static final long ASKED = (WARM_UP + ROUNDS) * (long) PREDICTIONS;

  /** The queue, and with it the batch that the drain holds; what comes after must be counted. */
  private static final int HELD_AT_LEAST = 8_192;

  private static final int HELD_AT_MOST = HELD_AT_LEAST + 512;

  /** The queue of the sink that works is never full at this pace. */
  private static final long PACE_NANOS = 20_000;

  /**
   * The 99th percentile may be so many times as high. A blocked sink is less work, so that the
   * factor is all noise: of the clock, of two processors shared with others.
   */
  private static final double MOST = 1.5;

  /** Counts what it takes, and keeps none of it. */
  private static final class Sink extends GatedLog {
    final AtomicLong taken = new AtomicLong();

    @Override
    void write(List<PredictionRecord> records) {
      taken.addAndGet(records.size());
    }
  }

  @Test
  @Tag("long")
  void predict_sinkBlocked_p99StaysAsWhereItWorks_andLossesAreCounted() {
    Sink open = new Sink();
    open.gate.countDown();
    Sink stuck = new Sink();
    try (Workspace workspace = Workspace.builder().format(new Constants.Format()).open()) {
      Models models = workspace.models();
      Constants.approved(models, "m", 0.7);
      Constants.champion(models, "m", 1);
      try (Deployment<Ask, Boolean> works = sampled(models, open);
          Deployment<Ask, Boolean> blocked = sampled(models, stuck)) {
        try {
          compare(works, blocked);
          assertThat(blocked.status().lostRecords())
              .isBetween(ASKED - HELD_AT_MOST, ASKED - HELD_AT_LEAST);
          assertThat(stuck.taken).hasValue(0);
        } finally {
          stuck.gate.countDown();
        }
        works.flush();
        blocked.flush();
        assertThat(open.taken.get() + works.status().lostRecords()).isEqualTo(ASKED);
        assertThat(stuck.taken.get() + blocked.status().lostRecords()).isEqualTo(ASKED);
      }
    }
  }

  private static void compare(Deployment<Ask, Boolean> works, Deployment<Ask, Boolean> blocked) {
    long[] taken = new long[PREDICTIONS];
    for (int i = 0; i < WARM_UP; i++) {
      p99(works, taken);
      p99(blocked, taken);
    }
    double[] working = new double[ROUNDS];
    double[] stopped = new double[ROUNDS];
    double[] ratios = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) { // side by side: what disturbs, disturbs both
      working[round] = p99(works, taken);
      stopped[round] = p99(blocked, taken);
      ratios[round] = stopped[round] / working[round];
    }
    double ratio = median(ratios);
    LOG.log(
        System.Logger.Level.INFO,
        String.format(
            Locale.ROOT,
            "p99 of predict, median of %d rounds of %d: sink works %.0f ns, blocked %.0f ns,"
                + " ratio %.3f; of %d lost where it works %d, where it is blocked %d",
            ROUNDS,
            PREDICTIONS,
            median(working),
            median(stopped),
            ratio,
            ASKED,
            works.status().lostRecords(),
            blocked.status().lostRecords()));
    assertThat(ratio).isLessThan(MOST);
  }

  private static Deployment<Ask, Boolean> sampled(Models models, Sink sink) {
    return Deployment.of("m", Constants.TASK, models).sampledLog(sink, 1).build();
  }

  private static double p99(Deployment<Ask, Boolean> deployment, long[] taken) {
    Ask ask = Constants.ask("a");
    for (int i = 0; i < taken.length; i++) {
      long begun = System.nanoTime();
      Served<Boolean> unused = deployment.predict(ask);
      long now = System.nanoTime();
      taken[i] = now - begun;
      while (System.nanoTime() - begun < PACE_NANOS) {
        Thread.onSpinWait();
      }
    }
    Arrays.sort(taken);
    return taken[taken.length - 1 - taken.length / 100];
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
