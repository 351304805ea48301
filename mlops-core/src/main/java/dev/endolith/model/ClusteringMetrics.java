package dev.endolith.model;

import java.util.HashMap;
import java.util.Map;

/** The formulas behind {@link Metric}'s clustering constants. */
final class ClusteringMetrics {
  private ClusteringMetrics() {}

  static double adjustedRand(Outcomes outcomes) {
    if (!outcomes.clusters() || outcomes.size() < 2) {
      return Double.NaN;
    }
    Map<Long, Integer> cells = new HashMap<>();
    Map<Integer, Integer> truths = new HashMap<>();
    Map<Integer, Integer> answers = new HashMap<>();
    int n = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      int truth = outcomes.truth(i);
      int answer = outcomes.answer(i);
      if (truth >= 0) {
        cells.merge((long) truth << 32 | answer, 1, Integer::sum);
        truths.merge(truth, 1, Integer::sum);
        answers.merge(answer, 1, Integer::sum);
        n++;
      }
    }
    double together = pairs(cells.values());
    double byTruth = pairs(truths.values());
    double byAnswer = pairs(answers.values());
    double expected = byTruth * byAnswer / ((double) n * (n - 1) / 2);
    double most = (byTruth + byAnswer) / 2;
    // one group on both sides, or every row its own: nothing can be wrong
    return n < 2 ? Double.NaN : most == expected ? 1 : (together - expected) / (most - expected);
  }

  private static double pairs(Iterable<Integer> counts) {
    double pairs = 0;
    for (int count : counts) {
      pairs += (double) count * (count - 1) / 2;
    }
    return pairs;
  }
}
