package dev.endolith.data;

/** What becomes of rows that break a rule while they are read; none is ever dropped silently. */
public sealed interface BadRows {
  /**
   * The first bad row ends the reading.
   *
   * @return the policy, which is the default
   */
  static BadRows fail() {
    return new Fail();
  }

  /**
   * Bad rows are set aside and listed in the dataset's {@link ReadReport}.
   *
   * @param most how many at most; one more ends the reading
   * @return the policy
   * @throws IllegalArgumentException if {@code most} is less than 1
   */
  static BadRows quarantine(int most) {
    return new Quarantine(most);
  }

  /** The first bad row ends the reading. */
  record Fail() implements BadRows {}

  /**
   * Bad rows are set aside.
   *
   * @param most how many at most
   */
  record Quarantine(int most) implements BadRows {
    /**
     * Checks the bound.
     *
     * @param most how many at most
     * @throws IllegalArgumentException if {@code most} is less than 1
     */
    public Quarantine {
      if (most < 1) {
        throw new IllegalArgumentException(
            "a quarantine holds at least 1 row, was given " + most + "; use BadRows.fail()");
      }
    }
  }
}
