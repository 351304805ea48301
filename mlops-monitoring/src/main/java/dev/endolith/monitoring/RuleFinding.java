package dev.endolith.monitoring;

import dev.endolith.monitoring.quality.Severity;
import dev.endolith.monitoring.quality.Status;
import java.util.Objects;

/**
 * What the last window said of an expectation of {@link Monitor#quality}. It holds no value that
 * the privacy policy drops. Immutable.
 *
 * @param rule the expectation in words, at most {@value #MOST_CHARACTERS} characters
 * @param status whether the window keeps it
 * @param severity what it means if it is broken
 * @param evidence one sentence for people, at most {@value #MOST_CHARACTERS} characters
 */
public record RuleFinding(String rule, Status status, Severity severity, String evidence) {
  /** Longer texts are cut off. */
  public static final int MOST_CHARACTERS = 500;

  /**
   * Checks that nothing is missing, and cuts texts off.
   *
   * @param rule the expectation in words
   * @param status whether the window keeps it
   * @param severity what it means if it is broken
   * @param evidence one sentence for people
   */
  public RuleFinding {
    rule = cut(Objects.requireNonNull(rule, "rule"));
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(severity, "severity");
    evidence = cut(Objects.requireNonNull(evidence, "evidence"));
  }

  private static String cut(String text) {
    if (text.length() <= MOST_CHARACTERS) {
      return text;
    }
    boolean pair = Character.isHighSurrogate(text.charAt(MOST_CHARACTERS - 2));
    return text.substring(0, MOST_CHARACTERS - (pair ? 2 : 1)) + "…";
  }

  /**
   * Whether it is broken and is more than a warning.
   *
   * @return true if so
   */
  public boolean fails() {
    return status == Status.BROKEN && severity != Severity.WARN;
  }
}
