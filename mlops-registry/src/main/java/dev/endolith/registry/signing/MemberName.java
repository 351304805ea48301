package dev.endolith.registry.signing;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/** The rule that names of signed files follow: relative paths of one spelling. */
final class MemberName {
  /** Unicode code point order, which is the order of the names' UTF-8 bytes. */
  static final Comparator<String> BY_CODE_POINTS = MemberName::compareCodePoints;

  /** Part by part: the order in which the reference implementation writes. */
  static final Comparator<String> BY_PARTS = MemberName::compareParts;

  private static final int MAX_CHARS = 4_096;

  private MemberName() {}

  /** Whether a name has one spelling and stays below the folder it is resolved against. */
  static boolean isCanonical(String name) {
    if (name.isEmpty()
        || name.length() > MAX_CHARS
        || name.indexOf('\\') >= 0
        || name.chars().anyMatch(Character::isISOControl)
        || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      return false;
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }

  private static int compareCodePoints(String a, String b) {
    int i = 0;
    while (i < a.length() && i < b.length()) {
      int x = a.codePointAt(i);
      int y = b.codePointAt(i);
      if (x != y) {
        return Integer.compare(x, y);
      }
      i += Character.charCount(x);
    }
    return Integer.compare(a.length(), b.length());
  }

  private static int compareParts(String a, String b) {
    List<String> x = List.of(a.split("/", -1));
    List<String> y = List.of(b.split("/", -1));
    for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
      int order = compareCodePoints(x.get(i), y.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(x.size(), y.size());
  }
}
