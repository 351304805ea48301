package dev.endolith.monitoring;

import java.util.Map;
import java.util.TreeMap;

/**
 * Sums over the labels that arrived while a window was filled.
 *
 * @param labels how many
 * @param errors the sum of their errors, each in [0, 1]
 * @param losses the sum of half the squared distance of the scores from the truth, or of the
 *     squared error
 * @param distances the sum of absolute errors of a regression
 */
record LabelTally(long labels, double errors, double losses, double distances) {
  static final LabelTally NONE = new LabelTally(0, 0, 0, 0);

  LabelTally plus(double error, double loss, double distance) {
    return new LabelTally(labels + 1, errors + error, losses + loss, distances + distance);
  }

  double meanError() {
    return errors / labels;
  }

  Map<String, Double> metrics(boolean classification) {
    Map<String, Double> metrics = new TreeMap<>();
    if (labels > 0 && classification) {
      metrics.put("accuracy", 1 - meanError());
      metrics.put("error_rate", meanError());
      metrics.put("brier", losses / labels);
    } else if (labels > 0) {
      metrics.put("mae", distances / labels);
      metrics.put("rmse", Math.sqrt(losses / labels));
    }
    metrics.values().removeIf(value -> !Double.isFinite(value));
    return metrics;
  }
}
