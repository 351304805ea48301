package dev.endolith.event;

import java.util.Map;

/**
 * How a model is, as its monitor sees it. Immutable.
 *
 * @param status the summary
 * @param predictions predictions seen since the version went live
 * @param labels labels seen since the version went live
 * @param metrics realised metrics of the last complete window, by name; empty without labels
 * @param explanation one sentence for people
 */
public record ModelHealth(
    Status status, long predictions, long labels, Map<String, Double> metrics, String explanation) {

  /** The summary of a model's health. */
  public enum Status {
    /** Nothing unusual. */
    OK,
    /** Something changed that may matter. */
    WARNING,
    /** The model is worse, or its world is another one. */
    ALARM,
    /** Too little was seen to say. */
    NOT_ENOUGH_DATA
  }

  /**
   * Copies the metrics.
   *
   * @param status the summary
   * @param predictions predictions seen since the version went live
   * @param labels labels seen since the version went live
   * @param metrics realised metrics of the last complete window, by name; empty without labels
   * @param explanation one sentence for people
   */
  public ModelHealth {
    metrics = Map.copyOf(metrics);
  }
}
