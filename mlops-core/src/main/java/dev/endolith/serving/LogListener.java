package dev.endolith.serving;

import java.util.List;

/**
 * Is told what a log was given: a host's own table, a stream, a test. Called after the log has
 * stored it, on the thread that writes the log, which waits: be quick or hand over. A listener that
 * fails is logged once, with its class, and breaks nothing; what it missed is not told again.
 * Thread-safe.
 */
public interface LogListener {
  /**
   * Predictions are in the log. A batch that was stored again after an unclear failure is told
   * again.
   *
   * @param records the predictions, in order
   */
  void predicted(List<PredictionRecord> records);

  /**
   * A label is in the log.
   *
   * @param deployment the deployment
   * @param accepted which prediction it belongs to
   * @param feedback the label
   */
  default void labelled(String deployment, FeedbackResult.Accepted accepted, Feedback feedback) {}

  /**
   * A label that replaces another is in the log.
   *
   * @param deployment the deployment
   * @param corrected which prediction it belongs to, and what it replaces
   * @param feedback the label
   */
  default void corrected(
      String deployment, FeedbackResult.Corrected corrected, Feedback feedback) {}
}
