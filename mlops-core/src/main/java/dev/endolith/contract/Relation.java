package dev.endolith.contract;

/**
 * One numeric field is at most another; it says nothing where one of the two is missing. Immutable.
 *
 * @param left the field that is at most the other
 * @param right the field that is at least the other
 * @param action what happens where it is not so
 */
public record Relation(String left, String right, RuleAction action) {
  /**
   * Checks the action.
   *
   * @param left the field that is at most the other
   * @param right the field that is at least the other
   * @param action what happens where it is not so
   * @throws IllegalArgumentException if the fields are one, or nothing of the kind can be done
   */
  public Relation {
    if (left.equals(right)) {
      throw new IllegalArgumentException("a relation is between two fields, both were " + left);
    }
    Rule.RELATION.check(action);
  }

  String text() {
    return left + " <= " + right;
  }
}
