package dev.endolith.data;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A unit's place below the share is the first part. */
record HashSplitter<X>(
    double share, long seed, String grouping, @Nullable Function<? super X, String> group)
    implements Splitter<X> {
  HashSplitter {
    SplitRules.share(share);
  }

  @Override
  public String method() {
    return group == null ? "random" : "grouped";
  }

  @Override
  public Map<String, String> settings() {
    String by = Double.toString(share);
    return group == null
        ? Map.of("share", by, "seed", Long.toString(seed))
        : Map.of("share", by, "seed", Long.toString(seed), "group", grouping);
  }

  @Override
  public <R extends X, Y> int[] parts(Dataset<R, Y> data) {
    int[] parts = new int[data.size()];
    for (Units.Unit unit : Units.of(data, group, seed)) {
      int part = unit.place() < share ? 0 : 1;
      unit.rows().forEach(row -> parts[row] = part);
    }
    return parts;
  }
}
