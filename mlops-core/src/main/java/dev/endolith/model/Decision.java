package dev.endolith.model;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether a challenger is better than a champion, with the evidence. Immutable.
 *
 * @param verdict what the rows allow to say
 * @param metric the metric's name
 * @param rows the number of rows
 * @param champion the champion's value
 * @param challenger the challenger's value
 * @param gain how much better the challenger is: positive if better, whatever the direction
 * @param low the lower end of the gain's confidence interval, NaN where there is none
 * @param high the upper end of the gain's confidence interval, NaN where there is none
 * @param confidence the interval's level
 * @param margin how much worse still counts as not worse
 * @param method how the interval was made
 * @param tests tests of "both are equally good"; the first takes part in the verdict
 */
public record Decision(
    Verdict verdict,
    String metric,
    int rows,
    double champion,
    double challenger,
    double gain,
    double low,
    double high,
    double confidence,
    double margin,
    String method,
    List<PairedTest> tests) {
  /** What the rows allow to say; the first that holds. */
  public enum Verdict {
    /** The interval lies above 0, and the first test agrees. */
    BETTER,
    /** The interval lies above minus the margin. */
    NOT_WORSE,
    /** The interval lies below 0, and the first test agrees. */
    WORSE,
    /** The rows do not decide, or there are too few. */
    UNDECIDED
  }

  /**
   * Copies the tests.
   *
   * @param verdict what the rows allow to say
   * @param metric the metric's name
   * @param rows the number of rows
   * @param champion the champion's value
   * @param challenger the challenger's value
   * @param gain how much better the challenger is: positive if better, whatever the direction
   * @param low the lower end of the gain's confidence interval, NaN where there is none
   * @param high the upper end of the gain's confidence interval, NaN where there is none
   * @param confidence the interval's level
   * @param margin how much worse still counts as not worse
   * @param method how the interval was made
   * @param tests tests of "both are equally good"; the first takes part in the verdict
   */
  public Decision {
    tests = List.copyOf(tests);
  }

  /**
   * The decision in a sentence.
   *
   * @return verdict, values, interval and tests
   */
  public String evidence() {
    String tested =
        tests.stream()
            .map(test -> String.format(Locale.ROOT, "%s p = %.4g", test.name(), test.pValue()))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s: %s is %.4f against %.4f on %d rows, gain %.4f, %s %% interval [%.4f, %.4f] (%s),"
            + " margin %s%s",
        verdict,
        metric,
        challenger,
        champion,
        rows,
        gain,
        Math.round(confidence * 1_000) / 10.0,
        low,
        high,
        method,
        margin,
        tested.isEmpty() ? "" : "; " + tested);
  }
}
