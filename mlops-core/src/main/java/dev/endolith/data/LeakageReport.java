package dev.endolith.data;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a search for leaks found. Immutable.
 *
 * @param trainingRows the number of training rows
 * @param judgedRows the number of rows to judge on
 * @param leaks what was found, empty if nothing
 * @param unchecked what could not be looked for, and why
 */
public record LeakageReport(
    int trainingRows, int judgedRows, List<Leak> leaks, List<String> unchecked) {
  /**
   * Copies the lists.
   *
   * @param trainingRows the number of training rows
   * @param judgedRows the number of rows to judge on
   * @param leaks what was found, empty if nothing
   * @param unchecked what could not be looked for, and why
   */
  public LeakageReport {
    leaks = List.copyOf(leaks);
    unchecked = List.copyOf(unchecked);
  }

  /**
   * Whether nothing was found.
   *
   * @return true if a gate may pass
   */
  public boolean clean() {
    return leaks.isEmpty();
  }

  /**
   * What was found, in one sentence.
   *
   * @return the evidence, without any row's values
   */
  public String evidence() {
    String rows = trainingRows + " training rows and " + judgedRows + " to judge on";
    String found =
        clean()
            ? "no leak between " + rows
            : leaks.stream().map(Leak::evidence).collect(Collectors.joining("; "));
    return unchecked.isEmpty() ? found : found + "; not looked for: " + unchecked;
  }

  /**
   * Ends the training if something was found.
   *
   * @return this, if nothing was
   * @throws IllegalArgumentException with the evidence
   */
  public LeakageReport orThrow() {
    if (!clean()) {
      throw new IllegalArgumentException("the rows leak: " + evidence());
    }
    return this;
  }
}
