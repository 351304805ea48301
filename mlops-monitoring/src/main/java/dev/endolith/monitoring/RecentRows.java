package dev.endolith.monitoring;

import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.monitoring.profile.ReferenceColumn;
import dev.endolith.monitoring.profile.ReferenceProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The latest logged rows, of which an alert shows those that its first cause sets apart most. They
 * are as the privacy policy let them into the log.
 */
final class RecentRows {
  /** So many rows are at hand. */
  static final int MOST = 10;

  private static final int SHOWN = 3;
  private static final int MOST_CHARACTERS = 80;

  private RecentRows() {}

  /** The values of a row by column, those of the first columns of the reference. */
  static Map<String, String> copy(Row row, List<String> columns) {
    Schema schema = row.schema();
    Map<String, String> values = new TreeMap<>();
    for (String column : columns) {
      int field = schema.position(column).orElse(-1);
      if (field >= 0 && !row.isMissing(field)) {
        String category = schema.field(field).type().numeric() ? null : row.category(field);
        String value = category == null ? Double.toString(row.number(field)) : category;
        values.put(column, value.substring(0, Math.min(value.length(), MOST_CHARACTERS)));
      }
    }
    return values;
  }

  /** The rows that show what an alert is about: farthest from the reference first. */
  static List<Map<String, String>> examples(
      Iterable<Map<String, String>> rows, List<String> causes, ReferenceProfile reference) {
    List<ReferenceColumn> columns =
        causes.stream().flatMap(cause -> reference.column(cause).stream()).toList();
    List<Map<String, String>> shown = new ArrayList<>();
    for (Map<String, String> row : rows) {
      Map<String, String> part = new LinkedHashMap<>();
      columns.forEach(
          column -> {
            String value = row.get(column.name());
            if (value != null) {
              part.put(column.name(), value);
            }
          });
      if (!part.isEmpty()) {
        shown.add(part);
      }
    }
    columns.stream()
        .filter(column -> column.role() == ReferenceColumn.Role.FEATURE)
        .findFirst()
        .ifPresent(
            first ->
                shown.sort(
                    Comparator.comparingDouble(
                        row -> -strangeness(first, row.getOrDefault(first.name(), "")))));
    return List.copyOf(shown.subList(0, Math.min(SHOWN, shown.size())));
  }

  /** Deviations from the mean of numbers; for categories the share of rows with another one. */
  private static double strangeness(ReferenceColumn column, String value) {
    if (column.kind() == ReferenceColumn.Kind.CATEGORY) {
      int at = column.values().indexOf(value);
      long[] counts = column.counts();
      long all = 0;
      for (long count : counts) {
        all += count;
      }
      return at < 0 || all == 0 ? 1 : 1 - (double) counts[at] / all;
    }
    try {
      double score =
          Math.abs(Double.parseDouble(value) - column.mean())
              / Math.max(column.deviation(), 1e-300);
      return Double.isNaN(score) ? 0 : score;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
