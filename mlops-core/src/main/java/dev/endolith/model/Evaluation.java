package dev.endolith.model;

import dev.endolith.data.Digest;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * How good a model is on given rows. Immutable.
 *
 * @param rows the number of rows
 * @param metrics the values by metric name; a metric that is not defined on the rows is absent
 * @param data the fingerprint of the rows
 * @param answers a digest of all answers to the bit
 */
public record Evaluation(int rows, Map<String, Double> metrics, Digest data, Digest answers) {
  /**
   * Copies the metrics.
   *
   * @param rows the number of rows
   * @param metrics the values by metric name; a metric that is not defined on the rows is absent
   * @param data the fingerprint of the rows
   * @param answers a digest of all answers to the bit
   */
  public Evaluation {
    metrics = Map.copyOf(new TreeMap<>(metrics));
  }

  /**
   * The value of a metric.
   *
   * @param metric the metric
   * @return its value, empty if it was not computed or is not defined on the rows
   */
  public OptionalDouble get(Metric metric) {
    Double value = metrics.get(metric.name());
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
