package dev.endolith.serving;

import java.time.Instant;

/** One entry of a deployment's log: predictions, labels and corrections as they came. */
public sealed interface LogEntry {
  /**
   * The entry's place in the deployment's log.
   *
   * @return grows strictly, without gaps that a reader could wait for
   */
  long sequence();

  /**
   * The prediction that it is about.
   *
   * @return the prediction
   */
  PredictionRecord prediction();

  /**
   * When it came.
   *
   * @return the time of the prediction, or of the label
   */
  Instant at();

  /**
   * A prediction was made.
   *
   * @param sequence the entry's place
   * @param prediction the prediction
   */
  record Predicted(long sequence, PredictionRecord prediction) implements LogEntry {
    @Override
    public Instant at() {
      return prediction.at();
    }
  }

  /**
   * The truth about a prediction arrived.
   *
   * @param sequence the entry's place
   * @param predictedAt the place of the prediction's own entry
   * @param prediction the prediction
   * @param label the name of the true label
   * @param at when it became known
   */
  record Labelled(
      long sequence, long predictedAt, PredictionRecord prediction, String label, Instant at)
      implements LogEntry {}

  /**
   * A label was replaced by a later one. A prediction whose label is corrected was counted when the
   * label came: who counts labels leaves this out, who trains takes {@link #asLabelled}.
   *
   * @param sequence the entry's place
   * @param predictedAt the place of the prediction's own entry
   * @param prediction the prediction
   * @param before the label that is replaced
   * @param label the name of the true label
   * @param at when it became known, later than what it replaces
   */
  record Corrected(
      long sequence,
      long predictedAt,
      PredictionRecord prediction,
      String before,
      String label,
      Instant at)
      implements LogEntry {
    /**
     * The label as it stands from here on.
     *
     * @return the entry as if the label had been the first
     */
    public Labelled asLabelled() {
      return new Labelled(sequence, predictedAt, prediction, label, at);
    }
  }
}
