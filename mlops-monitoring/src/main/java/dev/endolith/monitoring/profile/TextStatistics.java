package dev.endolith.monitoring.profile;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a column of free text looked like: lengths, and which kinds of characters its texts are made
 * of; no text. Immutable.
 *
 * @param texts how many texts there were
 * @param missing how many rows had none
 * @param shortest the shortest length, in UTF-16 units; 0 without texts
 * @param longest the longest length
 * @param meanLength the mean length; NaN without texts
 * @param lengths how many texts are as long as 0, 1, 2 to 3, 4 to 7, ... by the least of those
 * @param patterns how many texts are made of which kinds of characters, such as {@code digits} or
 *     {@code letters spaces}; {@code empty} for those of no character
 * @param distinct how many distinct texts there were, estimated with a relative standard deviation
 *     of 1.2 %
 */
public record TextStatistics(
    long texts,
    long missing,
    int shortest,
    int longest,
    double meanLength,
    Map<Integer, Long> lengths,
    Map<String, Long> patterns,
    double distinct) {
  /**
   * Copies the maps.
   *
   * @param texts how many texts there were
   * @param missing how many rows had none
   * @param shortest the shortest length
   * @param longest the longest length
   * @param meanLength the mean length
   * @param lengths how many texts are so long
   * @param patterns how many texts are made of which kinds of characters
   * @param distinct how many distinct texts there were
   */
  public TextStatistics {
    lengths = Collections.unmodifiableMap(new TreeMap<>(lengths));
    patterns = Collections.unmodifiableMap(new TreeMap<>(patterns));
  }
}
