package dev.endolith.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Points of a non-decreasing function, linear between them, constant outside. */
record IsotonicCalibrator(List<Double> scores, List<Double> probabilities) implements Calibrator {
  IsotonicCalibrator {
    scores = List.copyOf(scores);
    probabilities = List.copyOf(probabilities);
    if (scores.isEmpty() || scores.size() != probabilities.size()) {
      throw new IllegalArgumentException("an isotonic calibrator needs one probability per score");
    }
  }

  static IsotonicCalibrator fit(Outcomes outcomes) {
    TwoLabels.check(outcomes);
    int n = outcomes.size();
    int label = outcomes.positive();
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> outcomes.score(i, label)));
    // a pool: its least and greatest score, its positives and its rows
    double[] first = new double[n];
    double[] last = new double[n];
    double[] positives = new double[n];
    double[] rows = new double[n];
    int pools = 0;
    for (int from = 0; from < n; ) {
      double score = outcomes.score(order[from], label);
      int to = from;
      double yes = 0;
      while (to < n && outcomes.score(order[to], label) == score) {
        yes += outcomes.truth(order[to]) == label ? 1 : 0;
        to++;
      }
      first[pools] = score;
      last[pools] = score;
      positives[pools] = yes;
      rows[pools] = to - from;
      pools++;
      while (pools > 1
          && positives[pools - 2] * rows[pools - 1] >= positives[pools - 1] * rows[pools - 2]) {
        last[pools - 2] = last[pools - 1];
        positives[pools - 2] += positives[pools - 1];
        rows[pools - 2] += rows[pools - 1];
        pools--;
      }
      from = to;
    }
    List<Double> scores = new ArrayList<>();
    List<Double> probabilities = new ArrayList<>();
    for (int pool = 0; pool < pools; pool++) {
      scores.add(first[pool]);
      probabilities.add(positives[pool] / rows[pool]);
      if (last[pool] > first[pool]) {
        scores.add(last[pool]);
        probabilities.add(positives[pool] / rows[pool]);
      }
    }
    return new IsotonicCalibrator(scores, probabilities);
  }

  @Override
  public double apply(double score) {
    int low = 0;
    int high = scores.size() - 1;
    if (!(score > scores.get(low))) {
      return probabilities.get(low);
    } else if (score >= scores.get(high)) {
      return probabilities.get(high);
    }
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (scores.get(middle) <= score) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double share = (score - scores.get(low)) / (scores.get(high) - scores.get(low));
    return probabilities.get(low) + share * (probabilities.get(high) - probabilities.get(low));
  }
}
