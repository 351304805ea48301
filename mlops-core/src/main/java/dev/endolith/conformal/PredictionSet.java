package dev.endolith.conformal;

import dev.endolith.model.Classified;
import java.util.List;

/**
 * Labels among which the true one is with the probability of {@link ConformalSets#level()}.
 * Immutable.
 *
 * @param labels the labels, the most probable first; never empty
 * @param prediction the model's own answer
 * @param <Y> the label
 */
public record PredictionSet<Y>(List<Y> labels, Classified<Y> prediction) {
  /**
   * Copies the labels.
   *
   * @param labels the labels, the most probable first; never empty
   * @param prediction the model's own answer
   */
  public PredictionSet {
    labels = List.copyOf(labels);
  }

  /**
   * Whether the model is sure enough to name one label.
   *
   * @return true for a set of one label
   */
  public boolean isCertain() {
    return labels.size() == 1;
  }
}
