package dev.endolith.monitoring.window;

/** Into what pieces live data is cut before a piece is compared with a reference. Immutable. */
public sealed interface Window permits Window.Rows {
  /**
   * A piece is so many predictions, one after the other, none of them in two pieces.
   *
   * <p>More rows see smaller changes, and see them later. A change that matters (PSI of 0.1) is
   * seen in a few hundred rows; 1 000 to 5 000 suit most models.
   *
   * @param rows how many, at least 2
   * @return the window
   * @throws IllegalArgumentException if {@code rows} &lt; 2
   */
  static Window rows(int rows) {
    return new Rows(rows);
  }

  /**
   * So many predictions.
   *
   * @param rows how many, at least 2
   */
  record Rows(int rows) implements Window {
    /**
     * Checks the number.
     *
     * @param rows how many, at least 2
     * @throws IllegalArgumentException if {@code rows} &lt; 2
     */
    public Rows {
      if (rows < 2) {
        throw new IllegalArgumentException("a window must have at least 2 rows, was " + rows);
      }
    }
  }
}
