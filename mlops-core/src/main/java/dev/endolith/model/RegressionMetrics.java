package dev.endolith.model;

/** The formulas behind {@link Metric}'s regression constants. */
final class RegressionMetrics {
  private RegressionMetrics() {}

  static double rmse(Outcomes outcomes) {
    if (!outcomes.numbers()) {
      return Double.NaN;
    }
    double sum = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      double error = outcomes.answeredNumber(i) - outcomes.trueNumber(i);
      sum += error * error;
    }
    return Math.sqrt(sum / outcomes.size());
  }

  static double mae(Outcomes outcomes) {
    if (!outcomes.numbers()) {
      return Double.NaN;
    }
    double sum = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      sum += Math.abs(outcomes.answeredNumber(i) - outcomes.trueNumber(i));
    }
    return sum / outcomes.size();
  }
}
