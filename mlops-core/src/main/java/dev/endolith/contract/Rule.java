package dev.endolith.contract;

import java.util.EnumSet;
import java.util.Set;

/** What a contract checks. */
public enum Rule {
  /** A value is there. */
  PRESENT,
  /** A number is finite and in the range. */
  RANGE,
  /** A number is whole; clipping rounds it. */
  WHOLE,
  /** A category is a known one. */
  CATEGORY,
  /** One number is at most another. */
  RELATION,
  /** The row as a whole is not an outlier. */
  OUTLIER;

  /**
   * What can be done about a row that breaks the rule.
   *
   * @return the actions
   */
  public Set<RuleAction> actions() {
    return switch (this) {
      case RANGE, WHOLE -> EnumSet.allOf(RuleAction.class);
      case PRESENT, CATEGORY -> EnumSet.complementOf(EnumSet.of(RuleAction.CLIP));
      case RELATION, OUTLIER -> EnumSet.of(RuleAction.IGNORE, RuleAction.FLAG, RuleAction.REJECT);
    };
  }

  RuleAction check(RuleAction action) {
    if (!actions().contains(action)) {
      throw new IllegalArgumentException(
          "rule " + this + " can be one of " + actions() + ", was " + action);
    }
    return action;
  }
}
