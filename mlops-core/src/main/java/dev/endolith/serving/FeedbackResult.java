package dev.endolith.serving;

import dev.endolith.data.Id;

/** What became of a piece of feedback. */
public sealed interface FeedbackResult {
  /**
   * It was added to the log.
   *
   * @param prediction the prediction that it belongs to
   */
  record Accepted(Id prediction) implements FeedbackResult {}

  /**
   * The prediction already has a label; the first one stands.
   *
   * @param label the label that stands
   */
  record AlreadyKnown(String label) implements FeedbackResult {}

  /** No prediction has that id or key. */
  record UnknownPrediction() implements FeedbackResult {}
}
