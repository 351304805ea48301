package dev.endolith.monitoring.report;

import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.impact.ColumnImpact;
import dev.endolith.monitoring.impact.Impact;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which columns a reader should see first. */
final class Ranking {
  private Ranking() {}

  /** Drifted, then undecided, then the rest; the model's own answers lead, then by impact. */
  static List<ColumnDrift> of(List<ColumnDrift> columns, @Nullable Impact impact) {
    Map<String, Double> expected = new HashMap<>();
    if (impact != null) {
      for (ColumnImpact column : impact.columns()) {
        expected.put(column.name(), column.expected());
      }
    }
    return columns.stream()
        .sorted(
            Comparator.comparingInt(Ranking::group)
                .thenComparingInt(c -> c.role() == Role.FEATURE ? 1 : 0)
                .thenComparingDouble(c -> -expected.getOrDefault(c.name(), 0.0)))
        .toList(); // a stable order: by effect among equals
  }

  private static int group(ColumnDrift column) {
    if (column.role() == Role.LABEL) {
      return 3;
    }
    return column.verdict() == Verdict.DRIFT ? 0 : column.verdict() == Verdict.UNDECIDED ? 1 : 2;
  }
}
