package dev.endolith.model;

/** The formulas behind {@link Metric}'s classification constants. */
final class ClassificationMetrics {
  /** Below it a probability is rounding; −ln of it is about 34.5. */
  private static final double LEAST_PROBABILITY = 1e-15;

  private ClassificationMetrics() {}

  static double auc(Outcomes outcomes) {
    return outcomes.positive() < 0 ? Double.NaN : RocArea.of(outcomes).area();
  }

  static double accuracy(Outcomes outcomes) {
    int right = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.truth(i) == outcomes.answer(i)) {
        right++;
      }
    }
    return outcomes.labels() == 0 ? Double.NaN : (double) right / outcomes.size();
  }

  static double logLoss(Outcomes outcomes) {
    if (!outcomes.probabilities()) {
      return Double.NaN;
    }
    double sum = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      sum += logLoss(outcomes, i);
    }
    return sum / outcomes.size();
  }

  static double logLoss(Outcomes outcomes, int row) {
    return -Math.log(Math.max(LEAST_PROBABILITY, outcomes.score(row, outcomes.truth(row))));
  }

  static double brier(Outcomes outcomes) {
    if (!outcomes.probabilities()) {
      return Double.NaN;
    }
    double sum = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      sum += brier(outcomes, i);
    }
    return sum / outcomes.size();
  }

  static double brier(Outcomes outcomes, int row) {
    double sum = 0;
    for (int label = 0; label < outcomes.labels(); label++) {
      double error = outcomes.score(row, label) - (outcomes.truth(row) == label ? 1 : 0);
      sum += error * error;
    }
    return sum / 2;
  }
}
