package dev.endolith.serving;

import dev.endolith.model.Predictor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/*
 * Asks a model its samples until the compiler has done with it.
 *
 * HotSpot compiles a method with its second compiler after some 5 000 to 15 000 calls, in the
 * background; until then answers take many times as long. So at least 20 000 answers are given, and
 * then as many as it takes until five rounds in a row bring no improvement of a twentieth. The least
 * time of a round is compared, because everything that disturbs a round makes it longer. A model that
 * takes milliseconds would need minutes, so a budget of time ends it.
 */
record WarmUp(Duration atMost, LongSupplier nanoTime) {
  private static final long LEAST_ANSWERS = 20_000;
  private static final int ROUND = 512;
  private static final long ROUND_NANOS = 5_000_000;
  private static final int ROUNDS = 5;
  private static final double IMPROVEMENT = 0.95;

  record Outcome(long answers, boolean settled) {}

  <X, Y> Outcome run(Predictor<X, Y> model, List<X> rows) {
    long end = nanoTime.getAsLong() + atMost.toNanos();
    Deque<Double> last = new ArrayDeque<>(ROUNDS + 1);
    double before = Double.POSITIVE_INFINITY;
    long answers = 0;
    while (true) {
      long started = nanoTime.getAsLong();
      int asked = 0;
      long now;
      do {
        for (X row : rows) {
          model.predict(row);
        }
        asked += rows.size();
        now = nanoTime.getAsLong();
      } while (asked < ROUND && now - started < ROUND_NANOS && now - end < 0);
      answers += asked;
      last.addLast((double) (now - started) / asked);
      if (last.size() > ROUNDS) {
        before = Math.min(before, last.removeFirst());
      }
      double least = last.stream().mapToDouble(time -> time).min().orElseThrow();
      if (answers >= LEAST_ANSWERS && least >= IMPROVEMENT * before) {
        return new Outcome(answers, true);
      }
      if (now - end >= 0) {
        return new Outcome(answers, false);
      }
    }
  }
}
