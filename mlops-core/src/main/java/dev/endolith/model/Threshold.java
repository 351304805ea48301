package dev.endolith.model;

import dev.endolith.data.Classification;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * From which score of the positive label a row is answered positive. Immutable.
 *
 * @param value the score; a row with it or more is positive
 * @param cost the mean cost of a row with this threshold. If it was chosen on the same rows it is a
 *     little too low: judge it on others with {@link #costOn}
 * @param costAlwaysNegative the mean cost of never answering positive
 * @param costAlwaysPositive the mean cost of always answering positive
 */
public record Threshold(
    double value, Estimate cost, double costAlwaysNegative, double costAlwaysPositive) {
  /**
   * Chooses the cheapest threshold. O(rows × log rows).
   *
   * @param outcomes scores beside the truth
   * @param costs what answers cost
   * @param confidence the level of the cost's interval, in (0, 1)
   * @return the threshold; of equally cheap ones the greatest
   * @throws IllegalArgumentException if there are no rows or no positive label
   */
  public static Threshold cheapest(Outcomes outcomes, CostMatrix costs, double confidence) {
    checkBinary(outcomes);
    int n = outcomes.size();
    int label = outcomes.positive();
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> -outcomes.score(i, label)));
    double never = 0;
    double always = 0;
    for (int i = 0; i < n; i++) {
      never += costs.of(outcomes.truth(i) == label, false);
      always += costs.of(outcomes.truth(i) == label, true);
    }
    double least = never;
    double best = Math.nextUp(outcomes.score(order[0], label));
    double running = never;
    for (int i = 0; i < n; i++) {
      boolean truth = outcomes.truth(order[i]) == label;
      running += costs.of(truth, true) - costs.of(truth, false);
      double here = outcomes.score(order[i], label);
      double next = i + 1 < n ? outcomes.score(order[i + 1], label) : Double.NEGATIVE_INFINITY;
      if (next < here && running < least) {
        least = running;
        // half way to the next score; the sum of two halves cannot overflow
        best = i + 1 < n ? Math.max(Math.nextUp(next), here / 2 + next / 2) : here;
      }
    }
    return new Threshold(best, costOn(outcomes, costs, best, confidence), never / n, always / n);
  }

  /**
   * What a threshold costs on given rows.
   *
   * @param outcomes scores beside the truth
   * @param costs what answers cost
   * @param value the threshold
   * @param confidence the interval's level, in (0, 1)
   * @return the mean cost of a row with a t interval; NaN ends with under 2 rows
   * @throws IllegalArgumentException if there are no rows or no positive label
   */
  public static Estimate costOn(
      Outcomes outcomes, CostMatrix costs, double value, double confidence) {
    Share.confidence(confidence);
    checkBinary(outcomes);
    int n = outcomes.size();
    int label = outcomes.positive();
    double[] each = new double[n];
    for (int i = 0; i < n; i++) {
      each[i] = costs.of(outcomes.truth(i) == label, outcomes.score(i, label) >= value);
    }
    double mean = Arrays.stream(each).sum() / n;
    double squares = Arrays.stream(each).map(c -> (c - mean) * (c - mean)).sum();
    double half =
        n < 2
            ? Double.NaN
            : Math.sqrt(squares / (n - 1) / n)
                * TDistribution.of(n - 1).inverseCumulativeProbability((1 + confidence) / 2);
    return new Estimate("cost", n, mean, mean - half, mean + half, confidence, "t");
  }

  /**
   * A model that answers by this threshold.
   *
   * @param task what is predicted; it has two labels
   * @param model gives the scores
   * @param <X> the row
   * @param <Y> the label
   * @return the model; its scores are those of {@code model}
   * @throws IllegalArgumentException if the task has not exactly two labels
   */
  public <X, Y> Predictor<X, Y> around(Classification<X, Y> task, Predictor<X, Y> model) {
    int positive = TwoLabels.positive(task);
    return new WrappedPredictor<>(
        model,
        answer -> {
          double[] scores = ((Classified<Y>) answer).scores();
          int position = scores[positive] >= value ? positive : 1 - positive;
          return Classified.decided(task, position, scores);
        });
  }

  private static void checkBinary(Outcomes outcomes) {
    if (outcomes.size() == 0 || outcomes.positive() < 0) {
      throw new IllegalArgumentException(
          "a threshold needs rows and a positive label; declare it with positive(label)");
    }
  }
}
