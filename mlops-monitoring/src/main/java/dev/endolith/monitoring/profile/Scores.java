package dev.endolith.monitoring.profile;

import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import java.util.List;

/**
 * One number per answer, whose distribution is watched: the positive label's score of two labels,
 * the greatest score of several, the predicted number of a regression. Immutable.
 */
public final class Scores {
  private final int positive;

  private Scores(int positive) {
    this.positive = positive;
  }

  /**
   * How the answers of a task are scored.
   *
   * @param task the task
   * @param <Y> the answer
   * @return the scores
   */
  public static <Y> Scores of(Task<?, Y> task) {
    if (task instanceof Classification<?, Y> classes && classes.labels().size() == 2) {
      return new Scores(classes.positive().map(classes::position).orElse(1));
    }
    return new Scores(-1);
  }

  /**
   * How far the positive label's score was from the truth; on the mean 0 for a calibrated model.
   *
   * @param labels the names of the labels in the task's order
   * @param label the true label's name
   * @param scores the score of each label in the task's order
   * @return 1 or 0 for the truth, less the score; NaN unless there are two labels
   */
  public double residual(List<String> labels, String label, double[] scores) {
    if (positive < 0 || positive >= scores.length || positive >= labels.size()) {
      return Double.NaN;
    }
    return (labels.get(positive).equals(label) ? 1 : 0) - scores[positive];
  }

  /**
   * The score of an answer.
   *
   * @param answer the answered label's name, or the predicted number
   * @param scores the score of each label in the task's order; empty for a regression
   * @return the score; NaN if there is none
   */
  public double score(String answer, double[] scores) {
    if (scores.length == 0) {
      try {
        return Double.parseDouble(answer);
      } catch (NumberFormatException e) {
        return Double.NaN;
      }
    }
    if (positive >= 0) {
      return positive < scores.length ? scores[positive] : Double.NaN;
    }
    double greatest = scores[0];
    for (double score : scores) {
      greatest = Math.max(greatest, score);
    }
    return greatest;
  }
}
