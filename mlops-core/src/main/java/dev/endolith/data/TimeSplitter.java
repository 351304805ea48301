package dev.endolith.data;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Before an instant, or before the instant of a share of the rows. */
record TimeSplitter(@Nullable Instant cut, double share, Duration gap) implements Splitter<Object> {
  TimeSplitter {
    SplitRules.span("gap", gap);
  }

  @Override
  public String method() {
    return "time";
  }

  @Override
  public Map<String, String> settings() {
    return cut == null
        ? Map.of("share", Double.toString(share), "gap", gap.toString())
        : Map.of("cut", cut.toString(), "gap", gap.toString());
  }

  @Override
  public <R, Y> int[] parts(Dataset<R, Y> data) {
    Instant[] times = SplitRules.times(data);
    if (times.length == 0) {
      return new int[0];
    }
    Instant at = cut;
    if (at == null) {
      Instant[] sorted = times.clone();
      Arrays.sort(sorted);
      at = sorted[Math.min(sorted.length - 1, (int) Math.round(sorted.length * share))];
    }
    Instant from = at.minus(gap);
    int[] parts = new int[times.length];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = times[i].isBefore(from) ? 0 : times[i].isBefore(at) ? -1 : 1;
    }
    return parts;
  }
}
