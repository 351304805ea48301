package dev.endolith.model;

/**
 * How unlike the training rows a row is.
 *
 * @param score more is more unusual, finite; its unit is the model's
 * @param anomalous whether the model calls it an anomaly
 */
public record AnomalyScored(double score, boolean anomalous) implements Prediction<Boolean> {
  /**
   * Checks the score.
   *
   * @param score more is more unusual, finite; its unit is the model's
   * @param anomalous whether the model calls it an anomaly
   * @throws IllegalArgumentException if it is not finite
   */
  public AnomalyScored {
    if (!Double.isFinite(score)) {
      throw new IllegalArgumentException("a score is a finite number, was " + score);
    }
  }

  @Override
  public Boolean value() {
    return anomalous;
  }
}
