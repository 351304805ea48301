package dev.endolith.registry;

/**
 * How far a version has come. Whether it is live is not a state: that follows from the aliases that
 * point to it. Which state may follow which is said by {@link VersionStates}, where a host adds
 * states of its own.
 *
 * @param name upper-case letters, digits and {@code _}, at most 60, a letter first
 */
public record VersionState(String name) {
  /** Registered, not yet judged. */
  public static final VersionState DRAFT = new VersionState("DRAFT");

  /** Passed its gates. */
  public static final VersionState VALIDATED = new VersionState("VALIDATED");

  /** May serve. */
  public static final VersionState APPROVED = new VersionState("APPROVED");

  /** Taken out of use for the time being. */
  public static final VersionState SUSPENDED = new VersionState("SUSPENDED");

  /** Out of use for good. */
  public static final VersionState RETIRED = new VersionState("RETIRED");

  /**
   * Checks the name.
   *
   * @param name upper-case letters, digits and {@code _}, at most 60, a letter first
   * @throws IllegalArgumentException if it has another form
   */
  public VersionState {
    if (!name.matches("[A-Z][A-Z0-9_]{0,59}")) {
      throw new IllegalArgumentException(
          "the name of a state has upper-case letters, digits and '_', at most 60, a letter first;"
              + " had "
              + name.length()
              + " characters");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
