package dev.endolith.model;

import java.util.function.ToDoubleFunction;

/** A number that says how good answers are. Immutable and thread-safe. */
public interface Metric {
  /**
   * The area under the ROC curve of the positive label's score: the probability that a random
   * positive row scores higher than a random negative one, ties counted half (Hanley and McNeil,
   * 1982). Binary; NaN where one class is absent.
   */
  Metric AUC = new NamedMetric("auc", Direction.HIGHER_IS_BETTER, ClassificationMetrics::auc);

  /** The share of right answers. Classification; NaN for no rows. */
  Metric ACCURACY =
      new NamedMetric("accuracy", Direction.HIGHER_IS_BETTER, ClassificationMetrics::accuracy);

  /**
   * The mean of −ln of the true label's score, which is floored at 1e-15. Classification with
   * probabilities; NaN for no rows.
   */
  Metric LOG_LOSS =
      new NamedMetric("log_loss", Direction.LOWER_IS_BETTER, ClassificationMetrics::logLoss);

  /**
   * The mean over rows of the squared distance between the scores and the truth, halved (Brier,
   * 1950), so that it is in [0, 1]; for two labels it is the mean of (score − truth)². NaN for no
   * rows.
   */
  Metric BRIER = new NamedMetric("brier", Direction.LOWER_IS_BETTER, ClassificationMetrics::brier);

  /**
   * The adjusted Rand index of answered against known groups (Hubert and Arabie, 1985): 1 for the
   * same groups under any numbers, about 0 for chance. Rows of unknown group do not count.
   * Clustering; NaN for under 2 rows.
   */
  Metric ADJUSTED_RAND =
      new NamedMetric("adjusted_rand", Direction.HIGHER_IS_BETTER, ClusteringMetrics::adjustedRand);

  /** The root of the mean squared error. Regression; NaN for no rows. */
  Metric RMSE = new NamedMetric("rmse", Direction.LOWER_IS_BETTER, RegressionMetrics::rmse);

  /** The mean absolute error. Regression; NaN for no rows. */
  Metric MAE = new NamedMetric("mae", Direction.LOWER_IS_BETTER, RegressionMetrics::mae);

  /**
   * Its name in evaluations, the registry and reports.
   *
   * @return the name
   */
  String name();

  /**
   * Which way is better.
   *
   * @return the direction
   */
  Direction direction();

  /**
   * Computes it.
   *
   * @param outcomes answers beside the truth
   * @return the value, NaN where it is not defined
   */
  double compute(Outcomes outcomes);

  /**
   * A metric of one's own.
   *
   * @param name its name
   * @param direction which way is better
   * @param compute computes it; answers NaN where it is not defined
   * @return the metric
   */
  static Metric of(String name, Direction direction, ToDoubleFunction<Outcomes> compute) {
    return new NamedMetric(name, direction, compute);
  }

  /** Which way a metric is better. */
  enum Direction {
    /** A greater value is better. */
    HIGHER_IS_BETTER,
    /** A smaller value is better. */
    LOWER_IS_BETTER;

    /**
     * How much better one value is than another.
     *
     * @param value a value
     * @param than another
     * @return positive if {@code value} is better
     */
    public double gain(double value, double than) {
      return this == HIGHER_IS_BETTER ? value - than : than - value;
    }
  }
}
