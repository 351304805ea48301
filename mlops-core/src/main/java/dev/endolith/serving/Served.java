package dev.endolith.serving;

import dev.endolith.contract.Findings;
import dev.endolith.data.Id;
import dev.endolith.model.Prediction;

/**
 * An answer, and who gave it. Immutable.
 *
 * @param prediction the model's answer, with its scores
 * @param id identifies the answer; feedback may arrive under it
 * @param version the number of the version that answered, 0 for a fixed deployment
 * @param generation the generation of the alias that the version was served under, 0 for a fixed
 *     one
 * @param route why that version answered
 * @param findings what the input contract found in the row; {@link Findings#NONE} without a
 *     contract
 * @param <Y> the answer
 */
public record Served<Y>(
    Prediction<Y> prediction,
    Id id,
    long version,
    long generation,
    Route route,
    Findings findings) {
  /**
   * An answer to a row that no contract looked at.
   *
   * @param prediction the model's answer, with its scores
   * @param id identifies the answer
   * @param version the number of the version that answered
   * @param generation the generation of the alias
   * @param route why that version answered
   */
  public Served(Prediction<Y> prediction, Id id, long version, long generation, Route route) {
    this(prediction, id, version, generation, route, Findings.NONE);
  }

  /**
   * The answer.
   *
   * @return the most probable label, or the predicted number
   */
  public Y value() {
    return prediction.value();
  }
}
