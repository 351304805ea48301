package dev.endolith.registry;

import java.util.EnumSet;
import java.util.Set;

/**
 * How far a version has come. Whether it is live is not a state: that follows from the aliases that
 * point to it.
 */
public enum VersionState {
  /** Registered, not yet judged. */
  DRAFT,
  /** Passed its gates. */
  VALIDATED,
  /** May serve. */
  APPROVED,
  /** Taken out of use for the time being. */
  SUSPENDED,
  /** Out of use for good. */
  RETIRED;

  /**
   * Whether a version may go from this state to another.
   *
   * @param next the other state
   * @return true if the transition is allowed
   */
  public boolean canBecome(VersionState next) {
    return successors().contains(next);
  }

  /**
   * The states that may follow.
   *
   * @return the states
   */
  public Set<VersionState> successors() {
    return switch (this) {
      case DRAFT -> EnumSet.of(VALIDATED, SUSPENDED, RETIRED);
      case VALIDATED -> EnumSet.of(APPROVED, SUSPENDED, RETIRED);
      case APPROVED -> EnumSet.of(SUSPENDED, RETIRED);
      case SUSPENDED -> EnumSet.of(VALIDATED, RETIRED);
      case RETIRED -> EnumSet.noneOf(VersionState.class);
    };
  }

  /**
   * Whether an alias may point to a version in this state.
   *
   * @param alias the alias's name
   * @return true for an approved version; for an alias other than {@link Alias#CHAMPION} also for a
   *     validated one
   */
  public boolean mayCarry(String alias) {
    return this == APPROVED || (this == VALIDATED && !alias.equals(Alias.CHAMPION));
  }
}
