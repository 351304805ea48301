package dev.endolith.contract;

import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.model.AnomalyScored;
import dev.endolith.model.Classified;
import dev.endolith.model.Clustered;
import dev.endolith.model.Computed;
import dev.endolith.model.Prediction;
import dev.endolith.model.Regressed;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * How much of an answer the caller sees. The answered label never changes; the prediction log keeps
 * the full scores. Immutable.
 *
 * <p>Full scores let a caller rebuild a small model from few answers: d + 1 of them for a linear
 * model of d fields (F. Tramèr et al., "Stealing Machine Learning Models via Prediction APIs",
 * USENIX Security 2016). Fewer digits and labels make it costlier, and do not prevent it.
 *
 * @param decimals how many decimals scores keep, in [0, 15]; -1 for all. Rounded scores need not
 *     add up to 1. Scores of anomalies are rounded too, predicted numbers are not: they are the
 *     answer
 * @param topLabels how many of the greatest scores a classification shows, from 1; the others are
 *     0. {@link Integer#MAX_VALUE} for all
 * @param labelOnly whether scores are hidden: the answered label has 1, the others 0; an anomaly
 *     has 1, any other row 0
 */
public record OutputPolicy(int decimals, int topLabels, boolean labelOnly) {
  /** The caller sees everything. */
  public static final OutputPolicy FULL = new OutputPolicy(-1, Integer.MAX_VALUE, false);

  private static final int MOST_DECIMALS = 15;

  /**
   * Checks the settings.
   *
   * @param decimals how many decimals scores keep, in [0, 15]; -1 for all
   * @param topLabels how many of the greatest scores a classification shows, from 1
   * @param labelOnly whether scores are hidden
   * @throws IllegalArgumentException if one is out of its range
   */
  public OutputPolicy {
    if (decimals < -1 || decimals > MOST_DECIMALS) {
      throw new IllegalArgumentException("decimals must be in [-1, 15], was " + decimals);
    }
    if (topLabels < 1) {
      throw new IllegalArgumentException("topLabels must be at least 1, was " + topLabels);
    }
  }

  /**
   * Scores keep some decimals.
   *
   * @param decimals how many, in [0, 15]
   * @return the policy
   */
  public static OutputPolicy rounded(int decimals) {
    return new OutputPolicy(decimals, Integer.MAX_VALUE, false);
  }

  /**
   * Only the greatest scores are shown.
   *
   * @param labels how many, from 1
   * @return the policy
   */
  public static OutputPolicy top(int labels) {
    return new OutputPolicy(-1, labels, false);
  }

  /**
   * Only the answer is shown.
   *
   * @return the policy
   */
  public static OutputPolicy labelsOnly() {
    return new OutputPolicy(-1, Integer.MAX_VALUE, true);
  }

  /**
   * What the caller sees of an answer.
   *
   * @param task whose answer it is
   * @param prediction the answer
   * @param <Y> the answer
   * @return the answer with the same value
   */
  public <Y> Prediction<Y> apply(Task<?, Y> task, Prediction<Y> prediction) {
    if (equals(FULL)) {
      return prediction;
    }
    if (prediction instanceof Classified<Y> classified
        && task instanceof Classification<?, Y> labels) {
      return Classified.decided(labels, classified.position(), scores(classified));
    }
    if (prediction instanceof AnomalyScored anomaly) {
      @SuppressWarnings("unchecked") // an AnomalyScored is a Prediction<Boolean>, so Y is Boolean
      Prediction<Y> hardened =
          (Prediction<Y>)
              new AnomalyScored(
                  labelOnly ? (anomaly.anomalous() ? 1 : 0) : round(anomaly.score()),
                  anomaly.anomalous());
      return hardened;
    }
    if (prediction instanceof Clustered
        || prediction instanceof Regressed
        || prediction instanceof Computed) {
      return prediction;
    }
    throw new IllegalStateException(
        "a " + prediction.getClass().getSimpleName() + " is no answer of this task");
  }

  private double[] scores(Classified<?> classified) {
    double[] scores = classified.scores();
    if (labelOnly) {
      Arrays.fill(scores, 0);
      scores[classified.position()] = 1;
      return scores;
    }
    if (topLabels < scores.length) {
      hideBelow(scores);
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] = round(scores[i]);
    }
    return scores;
  }

  /** Of equal scores the first labels are shown, as the first of equals is the answer. */
  private void hideBelow(double[] scores) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    double least = sorted[sorted.length - topLabels];
    int room = topLabels;
    for (double score : scores) {
      room -= score > least ? 1 : 0;
    }
    for (int i = 0; i < scores.length; i++) {
      boolean shown = scores[i] > least || (scores[i] == least && room-- > 0);
      scores[i] = shown ? scores[i] : 0;
    }
  }

  private double round(double score) {
    return decimals < 0
        ? score
        : BigDecimal.valueOf(score).setScale(decimals, RoundingMode.HALF_EVEN).doubleValue();
  }
}
