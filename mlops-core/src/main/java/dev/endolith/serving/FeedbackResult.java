package dev.endolith.serving;

import dev.endolith.data.Id;
import java.time.Instant;

/** What became of a piece of feedback. */
public sealed interface FeedbackResult {
  /**
   * It was added to the log.
   *
   * @param prediction the prediction that it belongs to
   */
  record Accepted(Id prediction) implements FeedbackResult {}

  /**
   * It was added to the log and replaces the label that the prediction had.
   *
   * @param prediction the prediction that it belongs to
   * @param before the label that it replaces
   */
  record Corrected(Id prediction, String before) implements FeedbackResult {}

  /**
   * The prediction already has a label, which stands: it is the same, or this one became known no
   * later.
   *
   * @param label the label that stands
   */
  record AlreadyKnown(String label) implements FeedbackResult {}

  /**
   * No prediction has that id or key yet; it waits for one. Only a log that waits answers so:
   * {@link PredictionLog#awaiting}.
   *
   * @param until when it is given up
   */
  record Pending(Instant until) implements FeedbackResult {}

  /** No prediction has that id or key. */
  record UnknownPrediction() implements FeedbackResult {}
}
