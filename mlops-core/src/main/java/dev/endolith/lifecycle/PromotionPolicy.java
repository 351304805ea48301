package dev.endolith.lifecycle;

/** Who approves a version that has passed its gates. */
public enum PromotionPolicy {
  /** The loop itself. */
  AUTOMATIC,
  /**
   * A person, by {@link dev.endolith.registry.Models#transition} to {@code APPROVED}; the rollout
   * begins at the loop's next turn after that.
   */
  BY_A_PERSON
}
