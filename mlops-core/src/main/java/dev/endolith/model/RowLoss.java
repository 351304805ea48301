package dev.endolith.model;

import java.util.Optional;

/** Metrics that are the mean of a loss per row, or a growing function of one. */
@FunctionalInterface
interface RowLoss {
  double of(Outcomes outcomes, int row);

  /** The loss behind a metric, empty where there is none. */
  static Optional<RowLoss> behind(Metric metric, Outcomes outcomes) {
    if (!outcomes.probabilities()) {
      if (metric == Metric.MAE && outcomes.numbers()) {
        return Optional.of((o, i) -> Math.abs(o.answeredNumber(i) - o.trueNumber(i)));
      }
      if (metric == Metric.RMSE && outcomes.numbers()) {
        return Optional.of(
            (o, i) -> {
              double error = o.answeredNumber(i) - o.trueNumber(i);
              return error * error;
            });
      }
      return Optional.empty();
    }
    if (metric == Metric.LOG_LOSS) {
      return Optional.of(ClassificationMetrics::logLoss);
    }
    return metric == Metric.BRIER ? Optional.of(ClassificationMetrics::brier) : Optional.empty();
  }

  /** How much less the second model loses, row by row. */
  default double[] gains(Outcomes champion, Outcomes challenger) {
    double[] gains = new double[champion.size()];
    for (int i = 0; i < gains.length; i++) {
      gains[i] = of(champion, i) - of(challenger, i);
    }
    return gains;
  }
}
