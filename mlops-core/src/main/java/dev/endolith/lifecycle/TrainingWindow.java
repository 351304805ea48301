package dev.endolith.lifecycle;

import java.util.Arrays;
import java.util.List;

/**
 * How far back training looks. Immutable.
 *
 * @param candidates numbers of latest rows to choose from, {@link Integer#MAX_VALUE} for all
 */
public record TrainingWindow(List<Integer> candidates) {
  /**
   * Checks and copies the candidates.
   *
   * @param candidates numbers of latest rows to choose from, {@link Integer#MAX_VALUE} for all
   * @throws IllegalArgumentException if there is none, or one is below 1
   */
  public TrainingWindow {
    candidates = List.copyOf(candidates);
    if (candidates.isEmpty() || candidates.stream().anyMatch(rows -> rows < 1)) {
      throw new IllegalArgumentException(
          "a training window is one or more numbers of rows from 1, was " + candidates);
    }
  }

  /**
   * All rows.
   *
   * @return the window
   */
  public static TrainingWindow all() {
    return new TrainingWindow(List.of(Integer.MAX_VALUE));
  }

  /**
   * The latest rows.
   *
   * @param rows how many, from 1
   * @return the window
   */
  public static TrainingWindow last(int rows) {
    return new TrainingWindow(List.of(rows));
  }

  /**
   * The best of several numbers of latest rows, or of all: each is trained on the rows before a
   * validation part and judged on that part, which lies before the rows that the gates see.
   *
   * @param rows numbers of rows, from 1
   * @return the window
   */
  public static TrainingWindow bestOf(int... rows) {
    List<Integer> all = new java.util.ArrayList<>(Arrays.stream(rows).boxed().toList());
    all.add(Integer.MAX_VALUE);
    return new TrainingWindow(all);
  }
}
