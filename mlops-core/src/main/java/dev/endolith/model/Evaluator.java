package dev.endolith.model;

import dev.endolith.data.Dataset;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Judges models on labelled rows. Stateless and thread-safe. */
public final class Evaluator {
  /** Enough that the ends of a 95 % interval move by less than a tenth of its width. */
  private static final int RESAMPLES = 1_000;

  /** Fixed, so that the same rows always give the same interval. */
  private static final long RESAMPLING_SEED = 0x656e646f6c697468L;

  private Evaluator() {}

  /**
   * Computes metrics of a model.
   *
   * @param predictor the model
   * @param data the rows
   * @param metrics the metrics
   * @param <X> the row
   * @param <Y> the label
   * @return the evaluation
   */
  public static <X, Y> Evaluation evaluate(
      Predictor<X, Y> predictor, Dataset<X, Y> data, Collection<Metric> metrics) {
    Outcomes outcomes = Outcomes.of(predictor, data);
    Map<String, Double> values = new TreeMap<>();
    for (Metric metric : metrics) {
      double value = metric.compute(outcomes);
      if (!Double.isNaN(value)) {
        values.put(metric.name(), value);
      }
    }
    return new Evaluation(outcomes.size(), values, data.fingerprint(), outcomes.answersDigest());
  }

  /**
   * Compares two models on the same rows, with a confidence interval of the difference: for {@link
   * Metric#AUC} by DeLong, DeLong and Clarke-Pearson (1988), for every other metric by the paired
   * bootstrap with 1 000 resamples (Efron and Tibshirani, 1993), percentile form.
   *
   * @param metric the metric
   * @param champion the first model's answers
   * @param challenger the second model's answers on the same rows
   * @param confidence the interval's level, in (0, 1)
   * @return the comparison; an interval of NaN where the metric is not defined on the rows
   * @throws IllegalArgumentException if {@code confidence} is not in (0, 1), or the two do not have
   *     the same rows
   */
  public static Comparison compare(
      Metric metric, Outcomes champion, Outcomes challenger, double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence must be in (0, 1), was " + confidence);
    }
    if (champion.size() != challenger.size()) {
      throw new IllegalArgumentException(
          "both models must answer for the same rows, were "
              + champion.size()
              + " and "
              + challenger.size());
    }
    double first = metric.compute(champion);
    double second = metric.compute(challenger);
    double gain = metric.direction().gain(second, first);
    double[] ends;
    String method;
    if (metric == Metric.AUC && champion.positive() >= 0) {
      method = "DeLong";
      double variance = RocArea.of(challenger).varianceOfDifference(RocArea.of(champion));
      double half = Math.sqrt(variance) * NormalQuantile.of((1 + confidence) / 2);
      ends = new double[] {gain - half, gain + half};
    } else {
      method = "paired bootstrap, " + RESAMPLES + " resamples";
      ends = bootstrap(metric, champion, challenger, confidence);
    }
    return new Comparison(
        metric.name(), champion.size(), first, second, gain, ends[0], ends[1], confidence, method);
  }

  private static double[] bootstrap(
      Metric metric, Outcomes champion, Outcomes challenger, double confidence) {
    int n = champion.size();
    if (n < 2) {
      return new double[] {Double.NaN, Double.NaN};
    }
    Random random = new Random(RESAMPLING_SEED);
    double[] gains = new double[RESAMPLES];
    int[] rows = new int[n];
    for (int b = 0; b < RESAMPLES; b++) {
      for (int i = 0; i < n; i++) {
        rows[i] = random.nextInt(n);
      }
      gains[b] =
          metric
              .direction()
              .gain(metric.compute(challenger.select(rows)), metric.compute(champion.select(rows)));
    }
    Arrays.sort(gains);
    double tail = (1 - confidence) / 2;
    // sorted last: a resample on which the metric is not defined makes the interval undefined
    if (Double.isNaN(gains[RESAMPLES - 1])) {
      return new double[] {Double.NaN, Double.NaN};
    }
    int low = (int) Math.floor(tail * (RESAMPLES - 1));
    return new double[] {gains[low], gains[RESAMPLES - 1 - low]};
  }
}
