package dev.endolith.monitoring;

import dev.endolith.monitoring.drift.ColumnDrift;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a window was like. Immutable.
 *
 * @param index counts the windows of a version from 1
 * @param first the place of its first prediction in the log
 * @param last the place of its last prediction in the log
 * @param from when its first prediction was made
 * @param to when its last prediction was made
 * @param rows how many predictions it has
 * @param verdict whether it drifted from the reference
 * @param drifted the columns that did, those that matter most first, at most {@link
 *     Monitor#MOST_COLUMNS}; of a window that an earlier version kept, at most {@link
 *     Monitor#TOP_COLUMNS}
 * @param psi the {@link dev.endolith.monitoring.drift.Psi} of the columns that have one, at most
 *     {@link Monitor#MOST_COLUMNS}, to four decimals
 * @param labels how many labels arrived while it was filled, mostly of earlier predictions
 * @param metrics what those labels say, by metric name; empty without labels
 */
public record WindowSummary(
    long index,
    long first,
    long last,
    Instant from,
    Instant to,
    long rows,
    ColumnDrift.Verdict verdict,
    List<String> drifted,
    Map<String, Double> psi,
    long labels,
    Map<String, Double> metrics) {
  /**
   * Checks that nothing is missing, and copies the collections.
   *
   * @param index the number of the window
   * @param first the place of its first prediction
   * @param last the place of its last prediction
   * @param from when it began
   * @param to when it ended
   * @param rows its predictions
   * @param verdict whether it drifted
   * @param drifted the columns that did
   * @param psi the index by column
   * @param labels the labels that arrived in it
   * @param metrics the metrics of those labels
   */
  public WindowSummary {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    Objects.requireNonNull(verdict, "verdict");
    drifted = List.copyOf(drifted);
    psi = Map.copyOf(psi);
    metrics = Map.copyOf(metrics);
  }

  /**
   * The window's name in alerts.
   *
   * @return for example {@code window-3}
   */
  public String name() {
    return name(index);
  }

  /** The first columns that drifted, for people. */
  String someDrifted() {
    int more = drifted.size() - Monitor.TOP_COLUMNS;
    return String.join(", ", drifted.stream().limit(Monitor.TOP_COLUMNS).toList())
        + (more > 0 ? " and " + more + " more" : "");
  }

  static String name(long index) {
    return "window-" + index;
  }
}
