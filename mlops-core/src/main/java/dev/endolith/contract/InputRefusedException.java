package dev.endolith.contract;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A row breaks a rule whose action is {@link RuleAction#REJECT}. The caller's fault: the same row
 * is refused again.
 */
public final class InputRefusedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Every rule that the row breaks, also those that refuse nothing. */
  private final transient List<Violation> violations;

  /**
   * Creates the fault.
   *
   * @param violations every rule that the row breaks
   */
  public InputRefusedException(List<Violation> violations) {
    super(
        "the row is refused by the input contract: "
            + violations.stream()
                .filter(v -> v.action() == RuleAction.REJECT)
                .map(InputRefusedException::text)
                .collect(Collectors.joining("; "))
            + "; send values like those the model was trained with, or edit the contract");
    this.violations = List.copyOf(violations);
  }

  private static String text(Violation violation) {
    return switch (violation.rule()) {
      case PRESENT -> "field '" + violation.field() + "' is missing";
      case RANGE -> "field '" + violation.field() + "' is outside of its range";
      case WHOLE -> "field '" + violation.field() + "' is not a whole number";
      case CATEGORY -> "field '" + violation.field() + "' holds an unknown category";
      case RELATION -> "the relation " + violation.field() + " does not hold";
      case OUTLIER -> "the row is unlike the training rows";
    };
  }

  /**
   * Every rule that the row breaks, also those that refuse nothing.
   *
   * @return the violations by field order; empty after Java serialization
   */
  public List<Violation> violations() {
    return violations == null ? List.of() : violations;
  }
}
