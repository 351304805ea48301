package dev.endolith.data;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Blocks of time; an instant is in one block only. */
record TimeFolds(String method, int count, Duration gap, Duration embargo)
    implements Folds<Object> {
  TimeFolds {
    SplitRules.count(count);
    SplitRules.span("gap", gap);
    SplitRules.span("embargo", embargo);
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "count", Integer.toString(count), "gap", gap.toString(), "embargo", embargo.toString());
  }

  private boolean forward() {
    return method.equals("forward-folds");
  }

  @Override
  public <R, Y> List<int[]> parts(Dataset<R, Y> data) {
    Instant[] times = SplitRules.times(data);
    List<Instant> starts = starts(times, forward() ? count + 1 : count, data);
    List<int[]> parts = new ArrayList<>(count);
    for (int block = forward() ? 1 : 0; block < starts.size(); block++) {
      Instant from = starts.get(block);
      Instant to = block + 1 < starts.size() ? starts.get(block + 1) : Instant.MAX;
      Instant before = from.minus(gap);
      Instant after = to.equals(Instant.MAX) ? to : to.plus(embargo);
      int[] of = new int[times.length];
      for (int i = 0; i < of.length; i++) {
        Instant time = times[i];
        if (!time.isBefore(from) && time.isBefore(to)) {
          of[i] = 1;
        } else if (time.isBefore(from)) {
          of[i] = time.isBefore(before) ? 0 : -1;
        } else {
          of[i] = forward() || time.isBefore(after) ? -1 : 0;
        }
      }
      parts.add(of);
    }
    return parts;
  }

  /** The first instants of blocks that are as equal in rows as equal instants allow. */
  private static List<Instant> starts(Instant[] times, int blocks, Dataset<?, ?> data) {
    Instant[] sorted = times.clone();
    Arrays.sort(sorted);
    List<Instant> starts = new ArrayList<>();
    int position = 0;
    for (int block = 0; block < blocks; block++) {
      int wanted = (int) Math.round((double) sorted.length * block / blocks);
      position = Math.max(position, wanted);
      while (position > 0
          && position < sorted.length
          && sorted[position].equals(sorted[position - 1])) {
        position++;
      }
      if (position >= sorted.length) {
        throw new IllegalArgumentException(
            "the rows of " + data + " have too few instants that differ for " + blocks + " blocks");
      }
      starts.add(sorted[position]);
      position++;
    }
    return starts;
  }
}
