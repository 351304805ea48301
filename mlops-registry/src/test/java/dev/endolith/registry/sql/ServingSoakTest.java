package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.endolith.Workspace;
import dev.endolith.data.Classification;
import dev.endolith.data.Id;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Predictor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.Models;
import dev.endolith.registry.VersionState;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.Feedback;
import dev.endolith.serving.LogCounts;
import dev.endolith.serving.Served;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A deployment over a workspace in a folder: 1 000 predictions a second, all logged, one in ten
 * labelled and one in a hundred corrected, and a swap every few seconds. File descriptors, threads
 * and the heap after collection must have no slope.
 *
 * <p>{@code mvn test -pl mlops-registry -am -Plong -Dtest=ServingSoakTest
 * -Dendolith.soak.seconds=300}.
 */
@Tag("long")
class ServingSoakTest {
  private static final System.Logger LOG = System.getLogger(ServingSoakTest.class.getName());
  private static final int SECONDS = Integer.getInteger("endolith.soak.seconds", 60);
  private static final int TICK_MILLIS = 10;
  private static final int A_TICK = 10;
  private static final int SWAP_SECONDS = 3;
  private static final int VERSIONS = 4;
  private static final int LOOKS = 20;

  /** What begins slowly, as caches and compiled code, is not watched. */
  private static final double WARM_UP = 0.25;

  /** Looks of the watch itself and of the drivers' pools may add one each. */
  private static final double MOST_HANDLES = 2;

  private static final double MOST_THREADS = 1;

  /** The smallest object is 16 bytes: a leak of one for each prediction is too much. */
  private static final double MOST_BYTES_A_PREDICTION = 16;

  /** What the collector leaves at one look or another. */
  private static final double HEAP_NOISE = 128 << 10;

  record Ask(double x) {}

  private static final Classification<Ask, Boolean> TASK =
      Task.classify(Ask.class, Boolean.class).build();

  @TempDir private Path folder;

  /** One look: after a collection. */
  private record Look(double handles, double threads, double heap) {
    static Look take() {
      Runtime runtime = Runtime.getRuntime();
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 3; i++) {
        System.gc();
        least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
      }
      return new Look(
          ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
              ? unix.getOpenFileDescriptorCount()
              : 0,
          ManagementFactory.getThreadMXBean().getThreadCount(),
          least);
    }
  }

  /** What grew from the end of the warm-up to the end. */
  private record Growth(double handles, double threads, double heap, long predictions) {
    double mostHeap() {
      return HEAP_NOISE + MOST_BYTES_A_PREDICTION * predictions;
    }
  }

  @Test
  void soak_predictionsSwapsAndLabels_growNothing() throws Exception {
    Growth growth = soak(SECONDS, served -> {});
    assertThat(growth.handles()).as("file descriptors").isLessThanOrEqualTo(MOST_HANDLES);
    assertThat(growth.threads()).as("threads").isLessThanOrEqualTo(MOST_THREADS);
    assertThat(growth.heap()).as("bytes of heap").isLessThanOrEqualTo(growth.mostHeap());
  }

  /** A listener that keeps a little of every answer. */
  @Test
  void soak_thatLeaksWithEveryAnswer_isFound() throws Exception {
    List<byte[]> kept = new ArrayList<>();
    Growth growth = soak(Math.max(10, SECONDS / 6), served -> kept.add(new byte[48]));
    assertThat(kept).isNotEmpty();
    assertThat(growth.heap()).isGreaterThan(growth.mostHeap());
  }

  private Growth soak(int seconds, Consumer<Served<Boolean>> seen) throws Exception {
    Format format = new Format();
    List<Look> looks = new ArrayList<>();
    AtomicLong asked = new AtomicLong();
    AtomicLong corrected = new AtomicLong();
    AtomicLong labelled = new AtomicLong();
    Growth growth;
    ScheduledExecutorService pool = Executors.newScheduledThreadPool(2);
    try (Workspace workspace = Workspace.builder().folder(folder).format(format).open()) {
      Models models = workspace.models();
      for (int i = 1; i <= VERSIONS; i++) {
        approved(models, i / 10.0);
      }
      models.move("m", Alias.CHAMPION, 1, "first");
      try (Deployment<Ask, Boolean> deployment =
          Deployment.of("m", TASK, models)
              .events(workspace.events())
              .log(workspace.predictions())
              .build()) {
        List<Id> unlabelled = new ArrayList<>(); // by one thread
        ScheduledFuture<?> traffic =
            pool.scheduleAtFixedRate(
                () -> {
                  for (int i = 0; i < A_TICK; i++) {
                    Served<Boolean> served = deployment.predict(new Ask(asked.get()));
                    seen.accept(served);
                    if (asked.incrementAndGet() % 10 == 0) {
                      unlabelled.add(served.id());
                    }
                  }
                  if (unlabelled.size() >= 100) {
                    label(deployment, unlabelled, labelled, corrected);
                    unlabelled.clear();
                  }
                },
                0,
                TICK_MILLIS,
                TimeUnit.MILLISECONDS);
        ScheduledFuture<?> moves =
            pool.scheduleAtFixedRate(
                () -> {
                  long now = models.alias("m", Alias.CHAMPION).orElseThrow().version();
                  models.move("m", Alias.CHAMPION, now % VERSIONS + 1, "soak");
                },
                SWAP_SECONDS,
                SWAP_SECONDS,
                TimeUnit.SECONDS);
        long warm = 0;
        long due = Math.max(1, seconds * 1_000L / LOOKS);
        for (int i = 0; i < LOOKS; i++) {
          if (traffic.isDone() || moves.isDone()) {
            break; // it failed: get() says why
          }
          awaitTick(pool, due);
          looks.add(Look.take());
          warm = i + 1 <= LOOKS * WARM_UP ? asked.get() : warm;
        }
        stop(traffic);
        stop(moves);
        pool.shutdown();
        assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue(); // its last calls are over
        deployment.flush();
        int swaps = models.history("m", Alias.CHAMPION).size() - 1;
        LogCounts counts = workspace.predictions().counts("m");
        assertThat(deployment.status().lostRecords()).isZero();
        assertThat(format.open).hasValue(1);
        assertThat(counts).isEqualTo(new LogCounts(asked.get(), labelled.get(), corrected.get()));
        assertThat(swaps).isGreaterThanOrEqualTo(seconds / SWAP_SECONDS - 2);
        assertThat(asked.get() * 1.0).as("predictions").isGreaterThan(seconds * 800.0);
        growth = growth(looks, asked.get() - warm);
        say(seconds, swaps, asked.get(), looks, growth);
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(format.open).hasValue(0);
    return growth;
  }

  private static void label(
      Deployment<Ask, Boolean> deployment,
      List<Id> ids,
      AtomicLong labelled,
      AtomicLong corrected) {
    List<Feedback> labels = new ArrayList<>();
    for (Id id : ids) {
      labels.add(new Feedback(id, "", "true", Instant.EPOCH));
    }
    for (int i = 0; i < ids.size(); i += 10) {
      labels.add(new Feedback(ids.get(i), "", "false", Instant.EPOCH.plusSeconds(1)));
    }
    deployment.feedback(labels);
    labelled.addAndGet(ids.size());
    corrected.addAndGet((ids.size() + 9) / 10);
  }

  private static void awaitTick(ScheduledExecutorService pool, long millis) throws Exception {
    pool.schedule(() -> {}, millis, TimeUnit.MILLISECONDS).get();
  }

  /** Ends it, and throws what it died of. */
  private static void stop(ScheduledFuture<?> repeated) throws Exception {
    if (repeated.isDone()) {
      repeated.get();
    }
    repeated.cancel(false);
  }

  private static Growth growth(List<Look> looks, long predictions) {
    List<Look> watched = looks.subList((int) (LOOKS * WARM_UP), looks.size());
    return new Growth(
        slope(watched.stream().mapToDouble(Look::handles).toArray()) * (watched.size() - 1),
        slope(watched.stream().mapToDouble(Look::threads).toArray()) * (watched.size() - 1),
        slope(watched.stream().mapToDouble(Look::heap).toArray()) * (watched.size() - 1),
        predictions);
  }

  /** The median slope of all pairs (Theil, 1950; Sen, 1968): single looks do not move it. */
  private static double slope(double[] values) {
    List<Double> slopes = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      for (int j = i + 1; j < values.length; j++) {
        slopes.add((values[j] - values[i]) / (j - i));
      }
    }
    double[] sorted = slopes.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static void say(int seconds, int swaps, long asked, List<Look> looks, Growth growth) {
    LOG.log(
        System.Logger.Level.INFO,
        String.format(
            Locale.ROOT,
            "%d s, %d predictions, %d swaps: grew by %.1f file descriptors, %.1f threads, %.0f bytes"
                + " of heap (at most %.0f); first and last look %s, %s; heaps in KiB %s",
            seconds,
            asked,
            swaps,
            growth.handles(),
            growth.threads(),
            growth.heap(),
            growth.mostHeap(),
            looks.get(0),
            looks.get(looks.size() - 1),
            Arrays.toString(looks.stream().mapToLong(l -> (long) l.heap() >> 10).toArray())));
  }

  private static void approved(Models models, double score) {
    long number =
        models
            .register(
                "m",
                Candidate.of(
                    "constant",
                    TASK.features().schema(),
                    Double.toString(score).getBytes(StandardCharsets.UTF_8)))
            .number();
    models.transition("m", number, VersionState.VALIDATED, "test");
    models.transition("m", number, VersionState.APPROVED, "test");
  }

  /** Models that answer the score that is written in them; counts the open ones. */
  private static final class Format implements ModelFormat {
    private final AtomicInteger open = new AtomicInteger();

    @Override
    public String name() {
      return "constant";
    }

    @Override
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      double score = Double.parseDouble(new String(content, StandardCharsets.UTF_8));
      open.incrementAndGet();
      return new Predictor<>() {
        @Override
        public Classified<Y> predict(X x) {
          return Classified.of((Classification<X, Y>) task, 1 - score, score);
        }

        @Override
        public void close() {
          open.decrementAndGet();
        }
      };
    }
  }
}
