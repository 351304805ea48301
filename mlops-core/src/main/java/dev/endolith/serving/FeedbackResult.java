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
   * The prediction already has a label; the first one stands.
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
