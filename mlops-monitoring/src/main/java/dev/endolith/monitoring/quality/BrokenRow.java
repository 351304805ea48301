package dev.endolith.monitoring.quality;

import java.util.List;

/**
 * A row that breaks something. Immutable.
 *
 * @param row its number from 0, in the order of reading
 * @param why the rules that it breaks, or as an example of one rule the values that break it, as
 *     the privacy policy lets them be seen: {@code age = 200}, {@code name is hidden}
 */
public record BrokenRow(long row, List<String> why) {
  /**
   * Copies the list.
   *
   * @param row its number from 0
   * @param why what it breaks, or with which values
   */
  public BrokenRow {
    why = List.copyOf(why);
  }
}
