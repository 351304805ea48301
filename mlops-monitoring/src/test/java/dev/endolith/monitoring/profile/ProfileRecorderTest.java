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
import java.util.concurrent.atomic.AtomicReference;
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
  @SuppressWarnings("ThreadPriorityCheck") // on few cores the others have to run
  void cut_whileAnotherCallerCounts_hasTheRowsThatWereRecordedBefore() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    Features<Row> features =
        Features.builder(Row.class)
            .number(
                "x",
                row -> {
                  if (row.number(0) == -1) {
                    await(release);
                  } else if (row.number(0) == -3) {
                    inside.countDown();
                    await(leave);
                  }
                  return row.number(0);
                })
            .build();
    ReferenceProfile reference =
        ReferenceProfile.ofStream(Features.rows(features.schema()), List.of(row(1)).stream(), 1);
    ProfileRecorder<Row, Double> recorder =
        ProfileRecorder.builder(Task.regress(features).label("y").build(), reference)
            .capacity(1_024)
            .open();
    assertThat(recorder.record(row(-1))).isTrue(); // on this one the thread waits
    while (recorder.countedByCallers() == 0) {
      assertThat(recorder.record(row(1))).isTrue();
    }
    // the buffer is full: this one goes into the profile that the last row was counted into
    Thread slow = new Thread(() -> recorder.record(row(-3)));
    slow.start();
    inside.await();
    long recorded = recorder.waiting() + recorder.countedByCallers(); // with the slow one

    AtomicReference<WindowProfile> window = new AtomicReference<>();
    Thread cutter = new Thread(() -> window.set(recorder.cut()));
    cutter.start();
    release.countDown();
    while (cutter.getState() != Thread.State.BLOCKED
        && cutter.getState() != Thread.State.TERMINATED) {
      Thread.yield();
    }
    leave.countDown();
    cutter.join();
    slow.join();
    recorder.close();

    assertThat(window.get().rows()).isGreaterThanOrEqualTo(recorded - 1);
    assertThat(window.get().rows() + recorder.cut().rows()).isEqualTo(recorded);
  }

  @Test
  void cut_afterAnErrorOfARow_answers() {
    List<Throwable> errors =
        List.of(new AssertionError("a"), new StackOverflowError(), new OutOfMemoryError("b"));
    ProfileRecorder<Row, Double> recorder = throwing(errors);
    for (int i = 0; i < errors.size(); i++) {
      recorder.record(row(-10 - i));
      recorder.record(row(1));
    }

    assertThat(Arrays.stream(recorder.cut().counts(0)).sum()).isEqualTo(errors.size());
    assertThat(recorder.failed()).isEqualTo(errors.size());
    recorder.close();
  }

  @Test
  void cut_afterTheThreadDied_countsWhatWaits() {
    for (boolean closeFirst : new boolean[] {false, true}) {
      ProfileRecorder<Row, Double> recorder = throwing(List.of(new ThreadDeath()));
      recorder.record(row(1));
      recorder.record(row(-10));
      assertThat(recorder.cut()).isNotNull(); // does not hang, wherever the thread is
      for (int i = 0; i < 3_000; i++) { // more than the buffer holds
        assertThat(recorder.record(row(1))).isTrue();
      }
      long rows = 0;
      if (closeFirst) {
        recorder.close();
      }
      rows += recorder.cut().rows();
      recorder.close();

      assertThat(rows).isEqualTo(3_000);
      assertThat(recorder.failed()).isEqualTo(1);
      assertThat(recorder.record(row(1))).isFalse();
    }
  }

  /** Throws the first error for −10, the second for −11. */
  private static ProfileRecorder<Row, Double> throwing(List<Throwable> errors) {
    Features<Row> features =
        Features.builder(Row.class)
            .number(
                "x",
                row -> {
                  if (row.number(0) <= -10) {
                    throw (Error) errors.get((int) (-10 - row.number(0)));
                  }
                  return row.number(0);
                })
            .build();
    ReferenceProfile reference =
        ReferenceProfile.ofStream(Features.rows(features.schema()), List.of(row(1)).stream(), 1);
    return ProfileRecorder.builder(Task.regress(features).label("y").build(), reference)
        .capacity(1_024)
        .open();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
