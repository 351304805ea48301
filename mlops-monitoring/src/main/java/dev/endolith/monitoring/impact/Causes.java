package dev.endolith.monitoring.impact;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What may have caused shifts, told from the rows alone: categories that came or went, changes of
 * units. Immutable.
 *
 * @param columns the columns where something was found, in the order of the schema
 */
public record Causes(List<ColumnCause> columns) {
  /** As many new or vanished categories of a column are named at most. */
  public static final int MOST_CATEGORIES = 20;

  /**
   * A category of probability p is absent from m rows with probability (1 − p)^m: it is called
   * vanished where that is below one in a thousand.
   */
  private static final double CHANCE = 0.001;

  /**
   * Copies the columns.
   *
   * @param columns the columns
   */
  public Causes {
    columns = List.copyOf(columns);
  }

  /**
   * Looks for causes. O(rows × columns), and for shifted numbers a sort for each of some thirty
   * units.
   *
   * @param features how rows are read
   * @param reference rows as they should be
   * @param current rows as they are
   * @param <X> the row
   * @return the causes; of no rows on a side none
   */
  public static <X> Causes of(
      Features<X> features, List<? extends X> reference, List<? extends X> current) {
    List<ColumnCause> columns = new ArrayList<>();
    if (!reference.isEmpty() && !current.isEmpty()) {
      for (int i = 0; i < features.schema().size(); i++) {
        Field field = features.schema().field(i);
        int at = i;
        ColumnCause cause =
            field.type().numeric()
                ? new ColumnCause(
                    field.name(),
                    List.of(),
                    List.of(),
                    UnitChange.find(
                            reference.stream().mapToDouble(x -> features.number(x, at)).toArray(),
                            current.stream().mapToDouble(x -> features.number(x, at)).toArray())
                        .orElse(null))
                : categories(
                    field.name(), count(features, reference, i), count(features, current, i));
        if (cause.unit() != null || !cause.added().isEmpty() || !cause.vanished().isEmpty()) {
          columns.add(cause);
        }
      }
    }
    return new Causes(columns);
  }

  private static <X> Map<String, Long> count(
      Features<X> features, List<? extends X> rows, int field) {
    Map<String, Long> counts = new HashMap<>();
    for (X x : rows) {
      String category = features.category(x, field);
      if (category != null) {
        counts.merge(category, 1L, Long::sum);
      }
    }
    return counts;
  }

  private static ColumnCause categories(
      String name, Map<String, Long> before, Map<String, Long> now) {
    double all = before.values().stream().mapToLong(Long::longValue).sum();
    long rows = now.values().stream().mapToLong(Long::longValue).sum();
    Map<String, Long> added = new HashMap<>(now);
    added.keySet().removeAll(before.keySet());
    Map<String, Long> gone = new HashMap<>(before);
    gone.keySet().removeAll(now.keySet());
    gone.values()
        .removeIf(count -> rows == 0 || rows * Math.log1p(-count / all) > Math.log(CHANCE));
    return new ColumnCause(name, mostFrequent(added), mostFrequent(gone), null);
  }

  private static List<String> mostFrequent(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<String, Long> e) -> -e.getValue())
                .thenComparing(Map.Entry::getKey))
        .limit(MOST_CATEGORIES)
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * A column.
   *
   * @param name its name
   * @return what was found there, empty if nothing was
   */
  public Optional<ColumnCause> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }
}
