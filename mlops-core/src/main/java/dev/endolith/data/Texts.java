package dev.endolith.data;

import java.util.Map;

/**
 * The rule for texts that are kept: no character 0 and no half of a surrogate pair. No database
 * keeps both as they are, and a text that comes back changed breaks its digest.
 */
public final class Texts {
  private Texts() {}

  /**
   * Whether a text can be kept as it is.
   *
   * @param text the text
   * @return false if it has a character 0 or half of a surrogate pair
   */
  public static boolean isKept(String text) {
    return text.codePoints()
        .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }

  /**
   * Refuses a text that cannot be kept as it is.
   *
   * @param what what the text is, for the message
   * @param text the text
   * @throws IllegalArgumentException if it cannot
   */
  public static void check(String what, String text) {
    if (!isKept(text)) {
      throw new IllegalArgumentException(
          what + " has no character 0 and no half of a surrogate pair; remove them");
    }
  }

  /**
   * Refuses names and texts that cannot be kept as they are.
   *
   * @param what what they are, for the message
   * @param texts texts by name
   * @throws IllegalArgumentException if one cannot
   */
  public static void check(String what, Map<String, String> texts) {
    texts.forEach(
        (name, text) -> {
          check(what, name);
          check(what, text);
        });
  }
}
