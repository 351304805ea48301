package dev.endolith.monitoring.impact;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may have changed in one column. Immutable.
 *
 * @param name the column
 * @param added categories that the reference does not have, most frequent first, at most {@link
 *     Causes#MOST_CATEGORIES}
 * @param vanished categories of the reference that are gone although some were to be expected, most
 *     frequent first, at most {@link Causes#MOST_CATEGORIES}
 * @param unit a change of units that would explain the shift, or null
 */
public record ColumnCause(
    String name, List<String> added, List<String> vanished, @Nullable UnitChange unit) {
  /**
   * Copies the lists.
   *
   * @param name the column
   * @param added new categories
   * @param vanished categories that are gone
   * @param unit a change of units, or null
   */
  public ColumnCause {
    added = List.copyOf(added);
    vanished = List.copyOf(vanished);
  }

  boolean found() {
    return unit != null || !added.isEmpty() || !vanished.isEmpty();
  }
}
