package dev.endolith.serving;

import dev.endolith.data.Id;
import dev.endolith.data.Row;
import java.time.Instant;

/**
 * What serving leaves behind for monitoring and audit, after the privacy policy. Immutable; the
 * scores are not copied.
 *
 * @param id the prediction's id
 * @param deployment the deployment that was asked
 * @param key the row's key, empty if it has none
 * @param at when
 * @param version the version that answered
 * @param generation the generation of the alias that it was served under
 * @param route why that version answered
 * @param features the row's features after the privacy policy
 * @param value the name of the answered label, or the predicted number as text
 * @param scores the score of each label in the task's order; empty for a regression
 * @param assignment how the request came to that version, with the probability of it
 */
@SuppressWarnings(
    "ArrayRecordComponent") // one a prediction: a list of boxes would cost more than all the rest
public record PredictionRecord(
    Id id,
    String deployment,
    String key,
    Instant at,
    long version,
    long generation,
    Route route,
    Row features,
    String value,
    double[] scores,
    Assignment assignment) {
  /**
   * A prediction for which there was no choice.
   *
   * @param id the prediction's id
   * @param deployment the deployment that was asked
   * @param key the row's key, empty if it has none
   * @param at when
   * @param version the version that answered
   * @param generation the generation of the alias that it was served under
   * @param route why that version answered
   * @param features the row's features after the privacy policy
   * @param value the name of the answered label, or the predicted number as text
   * @param scores the score of each label in the task's order; empty for a regression
   */
  public PredictionRecord(
      Id id,
      String deployment,
      String key,
      Instant at,
      long version,
      long generation,
      Route route,
      Row features,
      String value,
      double[] scores) {
    this(
        id,
        deployment,
        key,
        at,
        version,
        generation,
        route,
        features,
        value,
        scores,
        Assignment.NONE);
  }

  @Override
  public String toString() {
    return "PredictionRecord[" + id + ", " + deployment + " v" + version + "]";
  }
}
