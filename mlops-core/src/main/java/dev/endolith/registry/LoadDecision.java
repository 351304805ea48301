package dev.endolith.registry;

import java.util.List;

/** What a {@link LoadPolicy} has decided. */
public sealed interface LoadDecision {
  /** The version may be loaded. */
  record Allowed() implements LoadDecision {}

  /**
   * The version may not be loaded.
   *
   * @param reasons what is missing or wrong, one sentence each; at least one
   */
  record Refused(List<String> reasons) implements LoadDecision {
    /**
     * Copies the reasons.
     *
     * @param reasons what is missing or wrong, one sentence each; at least one
     * @throws IllegalArgumentException if there is none
     */
    public Refused {
      reasons = List.copyOf(reasons);
      if (reasons.isEmpty()) {
        throw new IllegalArgumentException("a refusal has at least one reason");
      }
    }
  }
}
