package dev.endolith.contract;

/** What happens to a row that breaks a rule. */
public enum RuleAction {
  /** Nothing; the rule is not checked. */
  IGNORE,
  /** The row is answered as it is, and the answer says which rule it broke. */
  FLAG,
  /** The value is moved to the nearest one that keeps the rule, and the answer says so. */
  CLIP,
  /** The value is replaced by the field's typical one, and the answer says so. */
  IMPUTE,
  /** The row is not answered. */
  REJECT
}
