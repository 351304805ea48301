package dev.endolith.monitoring;

import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import java.util.List;

/**
 * How one segment of a window was. Immutable.
 *
 * @param name the segment's name
 * @param rows how many predictions it had
 * @param verdict whether it drifted from its own reference; undecided if it has none, as there were
 *     too few rows of it in training, or if the window has too few
 * @param drifted the columns that did, greatest effect first, at most {@link Monitor#TOP_COLUMNS}
 */
public record SegmentDrift(String name, long rows, Verdict verdict, List<String> drifted) {
  /**
   * Copies the columns.
   *
   * @param name the segment's name
   * @param rows how many predictions it had
   * @param verdict whether it drifted
   * @param drifted the columns that did
   */
  public SegmentDrift {
    drifted = List.copyOf(drifted);
  }
}
