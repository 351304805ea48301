package dev.endolith.model;

import dev.endolith.data.Classification;
import java.util.Arrays;

/**
 * A label with a score for every label. Immutable.
 *
 * @param <Y> the label
 */
public final class Classified<Y> implements Prediction<Y> {
  private final Classification<?, Y> task;
  private final double[] scores;
  private final int best;

  private Classified(Classification<?, Y> task, double[] scores, int best) {
    this.task = task;
    this.scores = scores;
    this.best = best;
  }

  private static int greatest(double[] scores) {
    int top = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[top]) {
        top = i;
      }
    }
    return top;
  }

  /**
   * An answer of scores. The label with the greatest score is the value, the first of equals.
   *
   * @param task whose labels were scored
   * @param scores one finite score per label, in the order of {@link Classification#labels()}; the
   *     array becomes the prediction's own
   * @param <Y> the label
   * @return the prediction
   * @throws IllegalArgumentException if there is not one score per label, or one is not finite
   */
  public static <Y> Classified<Y> of(Classification<?, Y> task, double... scores) {
    if (scores.length != task.labels().size()) {
      throw new IllegalArgumentException(
          "a prediction needs one score for each of "
              + task.labels().size()
              + " labels, was given "
              + scores.length);
    }
    for (double score : scores) {
      if (!Double.isFinite(score)) {
        throw new IllegalArgumentException("a score is a finite number, was " + score);
      }
    }
    return new Classified<>(task, scores, greatest(scores));
  }

  /**
   * An answer of scores whose value was decided by a rule, such as a threshold.
   *
   * @param task whose labels were scored
   * @param position the position of the answer in {@link Classification#labels()}
   * @param scores one finite score per label; the array becomes the prediction's own
   * @param <Y> the label
   * @return the prediction
   * @throws IllegalArgumentException if there is not one score per label, one is not finite, or no
   *     label has the position
   */
  public static <Y> Classified<Y> decided(
      Classification<?, Y> task, int position, double... scores) {
    if (position < 0 || position >= task.labels().size()) {
      throw new IllegalArgumentException(
          "position must be in [0, " + task.labels().size() + "), was " + position);
    }
    return new Classified<>(task, of(task, scores).scores, position);
  }

  @Override
  public Y value() {
    return task.labels().get(best);
  }

  /**
   * The score of a label.
   *
   * @param label a label of the task
   * @return its score; a probability where the model gives probabilities
   */
  public double score(Y label) {
    return scores[task.position(label)];
  }

  /**
   * The score of the label at a position.
   *
   * @param position the label's position in {@link Classification#labels()}
   * @return its score
   */
  public double score(int position) {
    return scores[position];
  }

  /**
   * The position of the answer.
   *
   * @return the position of {@link #value()} in {@link Classification#labels()}
   */
  public int position() {
    return best;
  }

  /**
   * All scores.
   *
   * @return a copy, in the order of {@link Classification#labels()}
   */
  public double[] scores() {
    return scores.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Classified<?> that
        && Arrays.equals(scores, that.scores)
        && value().equals(that.value());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(scores);
  }

  @Override
  public String toString() {
    return "Classified" + Arrays.toString(scores);
  }
}
