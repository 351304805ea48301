package dev.endolith.monitoring.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.model.Regressed;
import dev.endolith.monitoring.World;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.World.Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ProfileRecorderTest {
  private static final int THREADS = 4;

  @Test
  @SuppressWarnings("ThreadPriorityCheck") // on few cores the others have to run
  void offer_manyThreads_eachPairArrivesOnceAndInItsThreadsOrder() throws Exception {
    // smaller than the threads are many, so that the rare wait is taken too
    for (int capacity : new int[] {1, 2, 64}) {
      RingBuffer<Long, Long> buffer = new RingBuffer<>(capacity);
      int each = 3_000;
      AtomicLong full = new AtomicLong();
      List<List<Long>> arrived = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        arrived.add(new ArrayList<>());
      }
      Thread taker =
          new Thread(
              () -> {
                while (buffer.end() < 0 || buffer.taken() < buffer.end()) {
                  buffer.drain(
                      (first, second) -> {
                        assertThat(second).isEqualTo(first + 1);
                        arrived.get((int) (first % THREADS)).add(first);
                      },
                      16);
                  Thread.yield();
                }
              });
      taker.start();
      together(
          thread -> {
            for (long i = 0; i < each; i++) {
              long value = i * THREADS + thread;
              while (buffer.offer(value, value + 1) == RingBuffer.FULL) {
                full.incrementAndGet();
                Thread.yield();
              }
            }
          });
      buffer.close();
      taker.join();

      for (int thread = 0; thread < THREADS; thread++) {
        assertThat(arrived.get(thread)).hasSize(each).isSorted();
      }
      assertThat(buffer.claimed()).isEqualTo((long) THREADS * each);
      assertThat(buffer.offer(0L, 0L)).isEqualTo(RingBuffer.CLOSED);
    }
  }

  @Test
  void close_whileOthersOffer_losesNothingThatWasAccepted() throws Exception {
    for (int run = 0; run < 60; run++) {
      RingBuffer<Integer, Integer> buffer = new RingBuffer<>(1 << 12);
      AtomicInteger accepted = new AtomicInteger();
      AtomicInteger arrived = new AtomicInteger();
      CountDownLatch begun = new CountDownLatch(1);
      Thread closer =
          new Thread(
              () -> {
                try {
                  begun.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                buffer.close();
              });
      closer.start();
      together(
          thread -> {
            for (int i = 0; i < 500; i++) {
              if (i == 20) {
                begun.countDown();
              }
              if (buffer.offer(i, null) >= 0) {
                accepted.incrementAndGet();
              }
            }
          });
      closer.join();
      buffer.drain((first, second) -> arrived.incrementAndGet(), Integer.MAX_VALUE);

      assertThat(arrived.get()).isEqualTo(accepted.get());
      assertThat(buffer.end()).isEqualTo(accepted.get());
    }
  }

  @Test
  void record_manyThreadsAndCuts_countsEachRowOnce() throws Exception {
    World world = new World(1);
    List<Order> orders = new ArrayList<>();
    world.rows(2_000, Mood.USUAL).examples().forEach(example -> orders.add(example.x()));
    List<Prediction<Boolean>> answers = World.MODEL.predictAll(orders);
    ReferenceProfile reference = ReferenceProfile.of(world.rows(500, Mood.USUAL), World.MODEL);
    int rounds = 8;
    WindowProfile expected = WindowProfile.empty(reference);
    Scores scores = Scores.of(World.TASK);
    for (int i = 0; i < THREADS * rounds * orders.size(); i++) {
      int at = i % orders.size();
      expected.count(World.TASK.features(), orders.get(at));
      String answer = World.TASK.labelName(answers.get(at).value());
      double[] given = ((Classified<Boolean>) answers.get(at)).scores();
      expected.countAnswer(scores.score(answer, given), answer);
    }

    WindowProfile sum = WindowProfile.empty(reference);
    ProfileRecorder<Order, Boolean> recorder =
        ProfileRecorder.builder(World.TASK, reference).capacity(1_024).open();
    AtomicBoolean recording = new AtomicBoolean(true);
    List<WindowProfile> windows = new ArrayList<>();
    Thread cutter =
        new Thread(
            () -> {
              while (recording.get()) {
                windows.add(recorder.cut());
              }
            });
    cutter.start();
    together(
        thread -> {
          for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < orders.size(); i++) {
              assertThat(recorder.record(orders.get(i), answers.get(i))).isTrue();
            }
          }
        });
    recording.set(false);
    cutter.join();
    recorder.close();
    windows.add(recorder.cut());
    for (WindowProfile window : windows) {
      sum = sum.merge(window);
    }

    assertThat(sum.toBytes()).isEqualTo(expected.toBytes());
    assertThat(recorder.lost()).isZero();
    assertThat(recorder.failed()).isZero();
    assertThat(recorder.record(orders.get(0))).isFalse();
    assertThat(recorder.cut().rows()).isZero();
    recorder.close(); // twice does no harm
  }

  @Test
  void record_fullBuffer_isCountedByTheCallerOrLost() throws Exception {
    for (boolean sampled : new boolean[] {false, true}) {
      CountDownLatch release = new CountDownLatch(1);
      Features<Row> features = waiting(release);
      ReferenceProfile reference =
          ReferenceProfile.ofStream(Features.rows(features.schema()), List.of(row(1)).stream(), 1);
      ProfileRecorder.Builder<Row, Double> builder =
          ProfileRecorder.builder(Task.regress(features).label("y").build(), reference)
              .capacity(1_024);
      ProfileRecorder<Row, Double> recorder = (sampled ? builder.sampled() : builder).open();
      assertThat(recorder.record(row(-1))).isTrue(); // on this one the thread waits
      int refused = 0;
      for (int i = 0; i < 3_000; i++) {
        refused += recorder.record(row(1), new Regressed(1)) ? 0 : 1;
      }
      release.countDown();
      recorder.close();
      WindowProfile window = recorder.cut();

      assertThat(window.rows()).isEqualTo(3_001 - refused);
      assertThat(recorder.lost()).isEqualTo(refused);
      if (sampled) {
        assertThat(refused).isBetween(3_000 - 1_025, 3_000 - 1_023);
        assertThat(recorder.countedByCallers()).isZero();
      } else {
        assertThat(refused).isZero();
        assertThat(recorder.countedByCallers()).isBetween(3_000L - 1_025, 3_000L - 1_023);
      }
    }
  }

  @Test
  void record_rowWhoseCodeThrows_isCountedAsFailedAndTheRestGoesOn() {
    Features<Row> features = waiting(new CountDownLatch(0));
    ReferenceProfile reference = ReferenceProfile.ofStream(features, List.of(row(1)).stream(), 1);
    ProfileRecorder<Row, Double> recorder =
        ProfileRecorder.open(Task.regress(features).label("y").build(), reference);
    recorder.record(row(-2));
    recorder.record(row(1));
    recorder.close();

    assertThat(recorder.failed()).isEqualTo(1);
    assertThat(Arrays.stream(recorder.cut().counts(0)).sum()).isEqualTo(1);
  }

  @Test
  void capacity_outsideItsRange_isRefused() {
    ReferenceProfile reference = ReferenceProfile.of(new World(1).rows(10, Mood.USUAL));
    for (int capacity : new int[] {0, 512, 1_500, 1 << 21}) {
      assertThatThrownBy(() -> ProfileRecorder.builder(World.TASK, reference).capacity(capacity))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("was " + capacity);
    }
  }

  private static Row row(double x) {
    return Row.of(Schema.of(Field.number("x")), new double[] {x}, new String[1]);
  }

  /** Waits for the latch to read −1, throws for −2. */
  private static Features<Row> waiting(CountDownLatch release) {
    return Features.builder(Row.class)
        .number(
            "x",
            row -> {
              double x = row.number(0);
              if (x == -1) {
                try {
                  release.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
              if (x == -2) {
                throw new IllegalStateException("a row of its own kind");
              }
              return x;
            })
        .build();
  }

  private static void together(IntConsumer work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        all.add(pool.submit(() -> work.accept(thread)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
