package dev.endolith.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Deals units to folds, each to the one that has least so far. */
record DealtFolds<X>(
    String method,
    int count,
    long seed,
    String grouping,
    @Nullable Function<? super X, String> group)
    implements Folds<X> {
  DealtFolds {
    SplitRules.count(count);
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("count", Integer.toString(count));
    settings.put("seed", Long.toString(seed));
    if (group != null) {
      settings.put("group", grouping);
    }
    return Map.copyOf(settings);
  }

  @Override
  public <R extends X, Y> List<int[]> parts(Dataset<R, Y> data) {
    List<Units.Unit> units = Units.of(data, group, seed);
    if (units.size() < count) {
      throw new IllegalArgumentException(
          count
              + " folds need as many rows or groups that differ, "
              + data
              + " has "
              + units.size());
    }
    int[] fold = new int[data.size()];
    int[] sizes = new int[count];
    if (method.equals("stratified-folds")) {
      Units.strata(data, units).values().forEach(stratum -> deal(stratum, fold, sizes));
    } else if (group == null) {
      units.sort(Units.BY_PLACE);
      deal(units, fold, sizes);
    } else {
      units.sort(
          Comparator.<Units.Unit>comparingInt(unit -> -unit.rows().size())
              .thenComparing(Units.BY_PLACE));
      deal(units, fold, sizes);
    }
    List<int[]> parts = new ArrayList<>(count);
    for (int k = 0; k < count; k++) {
      int[] of = new int[fold.length];
      for (int i = 0; i < of.length; i++) {
        of[i] = fold[i] == k ? 1 : 0;
      }
      parts.add(of);
    }
    return parts;
  }

  private void deal(List<Units.Unit> units, int[] fold, int[] sizes) {
    int[] here = new int[count];
    for (Units.Unit unit : units) {
      int least = 0;
      for (int k = 1; k < count; k++) {
        // first the stratum is kept even, then the whole
        if (here[k] < here[least] || (here[k] == here[least] && sizes[k] < sizes[least])) {
          least = k;
        }
      }
      int chosen = least;
      unit.rows().forEach(row -> fold[row] = chosen);
      here[chosen] += unit.rows().size();
      sizes[chosen] += unit.rows().size();
    }
  }
}
