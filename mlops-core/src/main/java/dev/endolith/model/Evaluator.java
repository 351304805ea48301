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
   * Estimates a metric with its confidence interval: {@link Metric#ACCURACY} exactly (Clopper and
   * Pearson, 1934), {@link Metric#AUC} by DeLong's variance on the scale of log odds, which keeps
   * the interval in [0, 1] (DeLong, DeLong and Clarke-Pearson, 1988; Pepe, 2003, section 5.2.5),
   * every other metric by the bootstrap within labels, 1 000 resamples, percentile form (Efron and
   * Tibshirani, 1993).
   *
   * @param metric the metric
   * @param outcomes answers beside the truth
   * @param confidence the interval's level, in (0, 1)
   * @return the estimate; the interval is NaN with under 2 rows, or under 2 of a class for the AUC
   * @throws IllegalArgumentException if {@code confidence} is not in (0, 1)
   */
  public static Estimate estimate(Metric metric, Outcomes outcomes, double confidence) {
    Share.confidence(confidence);
    int n = outcomes.size();
    double value = metric.compute(outcomes);
    if (metric == Metric.ACCURACY && outcomes.labels() > 0 && n > 0) {
      Estimate share = Share.exact((int) Math.round(value * n), n, confidence);
      return new Estimate(
          metric.name(), n, value, share.low(), share.high(), confidence, share.method());
    }
    if (metric == Metric.AUC && outcomes.positive() >= 0) {
      double z = NormalQuantile.of((1 + confidence) / 2);
      RocArea area = RocArea.of(outcomes);
      double low = Double.NaN;
      double high = Double.NaN;
      if (area.positives() > 1 && area.negatives() > 1) {
        // an area of 0 or 1 is put half a pair inside, or its variance would be 0 (Agresti's way)
        double pair = 0.5 / ((double) area.positives() * area.negatives());
        double inside = Math.max(pair, Math.min(1 - pair, value));
        double least = inside * (1 - inside) / (area.positives() + area.negatives());
        double deviation = Math.sqrt(Math.max(area.variance(), least));
        double odds = Math.log(inside / (1 - inside));
        double half = z * deviation / (inside * (1 - inside));
        low = 1 / (1 + Math.exp(half - odds));
        high = 1 / (1 + Math.exp(-half - odds));
      }
      return new Estimate(
          metric.name(), n, value, low, high, confidence, "DeLong, on the scale of log odds");
    }
    double[] ends = {Double.NaN, Double.NaN};
    if (n > 1 && !Double.isNaN(value)) {
      double[] values = Bootstrap.of(outcomes, rows -> metric.compute(outcomes.select(rows)));
      ends = Bootstrap.interval(values, confidence);
    }
    return new Estimate(
        metric.name(),
        n,
        value,
        ends[0],
        ends[1],
        confidence,
        "bootstrap within labels, " + Bootstrap.RESAMPLES + " resamples");
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
