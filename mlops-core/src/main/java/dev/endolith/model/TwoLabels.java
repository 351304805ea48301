package dev.endolith.model;

import dev.endolith.data.Classification;

/** What only makes sense for two labels. */
final class TwoLabels {
  private TwoLabels() {}

  /** The position of the positive label of a task of two. */
  static int positive(Classification<?, ?> task) {
    if (task.labels().size() != 2) {
      throw new IllegalArgumentException(
          "two labels are needed, the task has " + task.labels().size());
    }
    return position(task);
  }

  private static <Y> int position(Classification<?, Y> task) {
    return task.positive().map(task::position).orElse(1);
  }

  /** Refuses rows that nothing can be fitted to. */
  static void check(Outcomes outcomes) {
    int positives = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      positives += outcomes.truth(i) == outcomes.positive() ? 1 : 0;
    }
    if (outcomes.positive() < 0 || positives == 0 || positives == outcomes.size()) {
      throw new IllegalArgumentException(
          "calibration needs a positive label and rows of both classes, has "
              + positives
              + " positive of "
              + outcomes.size());
    }
  }
}
