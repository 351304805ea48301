package dev.endolith.registry;

import java.util.Map;

/**
 * The rule for texts of people and programs: no character 0 and no half of a surrogate pair. No
 * database keeps both as they are, and a text that comes back changed breaks its digest.
 */
final class Texts {
  private Texts() {}

  static void check(String what, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        throw new IllegalArgumentException(
            what
                + " has no character 0 and no half of a surrogate pair; character "
                + i
                + " is one");
      }
    }
  }

  static void check(String what, Map<String, String> texts) {
    texts.forEach(
        (name, text) -> {
          check(what, name);
          check(what, text);
        });
  }
}
