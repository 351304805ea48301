package dev.endolith.data;

import java.util.List;

/**
 * What became of the rows of a source: {@code read = kept + filtered + repeated +
 * quarantined().size()}. Immutable.
 *
 * @param read how many rows the source held
 * @param kept how many are in the dataset
 * @param filtered how many broke a condition of {@code where}
 * @param repeated how many {@code distinct} left out
 * @param quarantined those that broke a rule, in the source's order
 */
public record ReadReport(
    long read, long kept, long filtered, long repeated, List<BadRow> quarantined) {
  /**
   * Copies the list.
   *
   * @param read how many rows the source held
   * @param kept how many are in the dataset
   * @param filtered how many broke a condition of {@code where}
   * @param repeated how many {@code distinct} left out
   * @param quarantined those that broke a rule, in the source's order
   */
  public ReadReport {
    quarantined = List.copyOf(quarantined);
  }
}
