package dev.endolith.registry;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rule that names of models, aliases, deployments and documents follow: lower-case letters,
 * digits and {@code . _ -}, at most 128, a letter or digit at both ends, no {@code ..}. Such a name
 * is safe in a file, a URL, a log line and SQL; it is checked once and stored as it was checked.
 */
public final class Names {
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9])?");
  private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul");
  private static final Pattern NUMBERED_DEVICE = Pattern.compile("(com|lpt)[0-9]");

  private Names() {}

  /**
   * Checks a name.
   *
   * @param kind what is named, for the message
   * @param name the name
   * @return the same name
   * @throws IllegalArgumentException if it breaks the rule
   */
  public static String check(String kind, String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "a "
              + kind
              + " name has lower-case letters, digits, '.', '_' and '-', at most 128, a letter or"
              + " digit at both ends, no '..' and is no device name; was a name of "
              + name.length()
              + " characters");
    }
    return name;
  }

  /**
   * Whether a text could be a name; nothing is kept under one that could not.
   *
   * @param text the text
   * @return true if it follows the rule
   */
  public static boolean isName(String text) {
    String stem = text.contains(".") ? text.substring(0, text.indexOf('.')) : text;
    return text.length() <= 128
        && NAME.matcher(text).matches()
        && !text.contains("..")
        && !DEVICES.contains(stem.toLowerCase(Locale.ROOT))
        && !NUMBERED_DEVICE.matcher(stem).matches();
  }
}
