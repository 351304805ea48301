package dev.endolith.contract;

import java.util.List;

/**
 * What a contract found in a row. Immutable.
 *
 * @param outlierScore how unlike the training rows the row is, at least 0; NaN where no contract
 *     looked
 * @param violations the rules that it broke, by field order; empty for most rows
 */
public record Findings(double outlierScore, List<Violation> violations) {
  /** No contract looked. */
  public static final Findings NONE = new Findings(Double.NaN, List.of());

  /**
   * Copies the violations.
   *
   * @param outlierScore how unlike the training rows the row is, at least 0; NaN where no contract
   *     looked
   * @param violations the rules that it broke, by field order
   */
  public Findings {
    violations = List.copyOf(violations);
  }

  /**
   * Whether a rule was broken.
   *
   * @return true if one was
   */
  public boolean flagged() {
    return !violations.isEmpty();
  }
}
