package dev.endolith.monitoring.impact;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.monitoring.profile.ReferenceColumn;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.util.ArrayList;
import java.util.Collection;
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

  /** So many values stand for a column of a profile. */
  private static final int PROFILED = 1_000;

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
        if (cause.found()) {
          columns.add(cause);
        }
      }
    }
    return new Causes(columns);
  }

  /**
   * Looks for causes where of the reference only the profile is at hand. A category is new if it is
   * among the rows and the profile has all that the reference had; it is vanished if the window,
   * which counts every row, has none.
   *
   * @param features how rows are read
   * @param reference how it should be
   * @param window the counts of the rows as they are, in the bins of {@code reference}
   * @param current some of those rows
   * @param columns the columns to look at; those that the reference did not profile are left out
   * @param <X> the row
   * @return the causes, in the order of the schema
   */
  public static <X> Causes of(
      Features<X> features,
      ReferenceProfile reference,
      WindowProfile window,
      List<? extends X> current,
      Collection<String> columns) {
    List<ReferenceColumn> profiled = reference.columns();
    List<ColumnCause> causes = new ArrayList<>();
    for (int i = 0; i < profiled.size(); i++) {
      ReferenceColumn column = profiled.get(i);
      int field = features.schema().position(column.name()).orElse(-1);
      if (field < 0 || !columns.contains(column.name())) {
        continue;
      }
      ColumnCause cause =
          column.kind() == ReferenceColumn.Kind.NUMBER
              ? new ColumnCause(
                  column.name(),
                  List.of(),
                  List.of(),
                  UnitChange.find(
                          column.quantiles(PROFILED),
                          current.stream().mapToDouble(x -> features.number(x, field)).toArray())
                      .orElse(null))
              : categories(column, window.counts(i), count(features, current, field));
      if (cause.found()) {
        causes.add(cause);
      }
    }
    return new Causes(causes);
  }

  private static ColumnCause categories(
      ReferenceColumn column, long[] window, Map<String, Long> sampled) {
    long[] counts = column.counts();
    Map<String, Long> before = new HashMap<>();
    Map<String, Long> now = new HashMap<>();
    for (int i = 0; i < column.values().size(); i++) {
      if (counts[i] > 0) {
        before.put(column.values().get(i), counts[i]);
      }
      if (window[i] > 0) {
        now.put(column.values().get(i), window[i]);
      }
    }
    long unnamed = counts[counts.length - 1];
    if (unnamed > 0) { // what the profile does not name is not known to be new
      before.put("", unnamed);
      now.put("", Math.max(1, window[window.length - 1]));
    } else {
      sampled.forEach(now::putIfAbsent);
    }
    return categories(column.name(), before, now);
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
