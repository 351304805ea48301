package dev.endolith.data;

import java.time.Duration;
import java.time.Instant;

/** What all splitters and folds ask of their settings. */
final class SplitRules {
  private SplitRules() {}

  static double share(double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("share must be in (0, 1), was " + share);
    }
    return share;
  }

  static String name(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "a grouping needs a name, so that the split can be recorded and rebuilt");
    }
    return name;
  }

  static Duration span(String name, Duration span) {
    if (span.isNegative()) {
      throw new IllegalArgumentException(name + " must be zero or more, was " + span);
    }
    return span;
  }

  static int count(int count) {
    if (count < 2) {
      throw new IllegalArgumentException("there must be at least 2 folds, were " + count);
    }
    return count;
  }

  static <X> Instant time(Task<X, ?> task, X row) {
    return task.time(row)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the task declares no time; give its builder time(row -> ...)"));
  }

  static <X, Y> Instant[] times(Dataset<X, Y> data) {
    Instant[] times = new Instant[data.size()];
    for (int i = 0; i < times.length; i++) {
      times[i] = time(data.task(), data.examples().get(i).x());
    }
    return times;
  }
}
