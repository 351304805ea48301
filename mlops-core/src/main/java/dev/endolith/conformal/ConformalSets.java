package dev.endolith.conformal;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Classification;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Split conformal prediction for a classification: from rows that the model was not trained on it
 * learns how badly true labels fit, and answers with all labels that fit no worse. Whatever the
 * model, the true label of a new row is in the set with at least the stated probability, as long as
 * the row comes from where the calibration rows came from; after drift it is not promised any more.
 * Immutable and thread-safe; holds no model.
 *
 * <pre>{@code
 * ConformalSets<Mood> sets = ConformalSets.calibrate(model, heldOut, SetScore.LEAST_AMBIGUOUS, 0.9);
 * PredictionSet<Mood> answer = sets.of(deployment.predict(row).prediction());
 * }</pre>
 *
 * @param <Y> the label
 */
public final class ConformalSets<Y> {
  private final Classification<?, Y> task;
  private final Calibrated calibrated;
  private final double[] thresholds;

  private ConformalSets(Classification<?, Y> task, Calibrated calibrated) {
    this.task = task;
    this.calibrated = calibrated;
    this.thresholds =
        task.labels().stream()
            .mapToDouble(label -> calibrated.threshold(task.labelName(label)))
            .toArray();
  }

  /** What was learned, as it is kept; a label without a threshold had too few rows. */
  private record Calibrated(
      SetScore score, double level, boolean byLabel, int rows, Map<String, Double> thresholds) {
    Calibrated {
      ConformalQuantile.checkLevel(level);
      thresholds = Map.copyOf(thresholds);
    }

    double threshold(String label) {
      return thresholds.getOrDefault(label, Double.POSITIVE_INFINITY);
    }
  }

  /**
   * Learns thresholds that hold for all rows together.
   *
   * @param model gives scores for every label, such as probabilities, in [0, 1]
   * @param rows rows that the model has not seen; with n rows the probability is at most 1 / (n +
   *     1) above the level; fewer than level / (1 - level) rows give sets of all labels
   * @param score how badly a label fits
   * @param level the probability with which a set holds the truth, in (0, 1)
   * @param <X> the row
   * @param <Y> the label
   * @return the sets
   * @throws IllegalArgumentException if the level is not in (0, 1), the task is no classification,
   *     or a score is not in [0, 1]
   */
  public static <X, Y> ConformalSets<Y> calibrate(
      Predictor<X, Y> model, Dataset<X, Y> rows, SetScore score, double level) {
    return calibrate(model, rows, score, level, false);
  }

  /**
   * Learns a threshold for each label, so that the probability holds for the rows of each label by
   * themselves (Mondrian; Vovk, Gammerman and Shafer, 2005): a rare label is not left out to serve
   * the others. Sets are larger, and each label needs rows of its own.
   *
   * @param model gives scores for every label, such as probabilities, in [0, 1]
   * @param rows rows that the model has not seen
   * @param score how badly a label fits
   * @param level the probability with which a set holds the truth, in (0, 1)
   * @param <X> the row
   * @param <Y> the label
   * @return the sets
   * @throws IllegalArgumentException if the level is not in (0, 1), the task is no classification,
   *     or a score is not in [0, 1]
   */
  public static <X, Y> ConformalSets<Y> calibrateByLabel(
      Predictor<X, Y> model, Dataset<X, Y> rows, SetScore score, double level) {
    return calibrate(model, rows, score, level, true);
  }

  private static <X, Y> ConformalSets<Y> calibrate(
      Predictor<X, Y> model, Dataset<X, Y> rows, SetScore score, double level, boolean byLabel) {
    ConformalQuantile.checkLevel(level);
    if (!(rows.task() instanceof Classification<X, Y> task)) {
      throw new IllegalArgumentException(
          "sets of labels need a classification; for a regression there is ConformalIntervals");
    }
    List<List<Double>> fits = new ArrayList<>();
    task.labels().forEach(label -> fits.add(new ArrayList<>()));
    for (Example<X, Y> row : rows) {
      int truth = task.position(row.y());
      fits.get(byLabel ? truth : 0).add(score.of(probabilities(model.predict(row.x())), truth));
    }
    Map<String, Double> thresholds = new TreeMap<>();
    for (int label = 0; label < fits.size(); label++) {
      double threshold =
          ConformalQuantile.of(
              fits.get(byLabel ? label : 0).stream().mapToDouble(fit -> fit).toArray(), level);
      if (Double.isFinite(threshold)) {
        thresholds.put(task.labelName(task.labels().get(label)), threshold);
      }
    }
    return new ConformalSets<>(
        task, new Calibrated(score, level, byLabel, rows.size(), thresholds));
  }

  private static double[] probabilities(Prediction<?> prediction) {
    if (!(prediction instanceof Classified<?> classified)) {
      throw new IllegalArgumentException(
          "sets of labels need a score for each label, the model answered with "
              + prediction.getClass().getSimpleName());
    }
    double[] scores = classified.scores();
    for (double score : scores) {
      if (!(score >= 0 && score <= 1)) {
        throw new IllegalArgumentException(
            "sets of labels need scores in [0, 1], was "
                + score
                + "; calibrate the model first (Calibrator)");
      }
    }
    return scores;
  }

  /**
   * The set for an answer.
   *
   * @param prediction what the model answered to a row
   * @return the labels that fit; at least the most probable one. Takes time in proportion to the
   *     square of the number of labels
   * @throws IllegalArgumentException if it has no score in [0, 1] for each label of the task
   */
  public PredictionSet<Y> of(Prediction<Y> prediction) {
    double[] scores = probabilities(prediction);
    if (scores.length != thresholds.length) {
      throw new IllegalArgumentException(
          "the sets were calibrated for "
              + thresholds.length
              + " labels, the prediction has "
              + scores.length);
    }
    List<Y> labels =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(label -> -scores[label]))
            .filter(label -> calibrated.score().of(scores, label) <= thresholds[label])
            .map(task.labels()::get)
            .toList();
    Classified<Y> classified = (Classified<Y>) prediction;
    // a superset holds the truth no less often
    return new PredictionSet<>(
        labels.isEmpty() ? List.of(task.labels().get(best(scores))) : labels, classified);
  }

  private static int best(double[] scores) {
    int best = 0;
    for (int label = 1; label < scores.length; label++) {
      best = scores[label] > scores[best] ? label : best;
    }
    return best;
  }

  /**
   * The probability with which a set holds the truth.
   *
   * @return the level, in (0, 1)
   */
  public double level() {
    return calibrated.level();
  }

  /**
   * What was learned, to be kept with the model's version as an attachment.
   *
   * @return canonical JSON
   */
  public String toJson() {
    return CanonicalJson.write(calibrated);
  }

  /**
   * Takes up what was learned.
   *
   * @param json what {@link #toJson()} gave
   * @param task the task that it was learned for
   * @param <Y> the label
   * @return the sets
   * @throws dev.endolith.error.DataException if it is not of that form
   * @throws IllegalArgumentException if it has a label that the task has not
   */
  public static <Y> ConformalSets<Y> fromJson(String json, Classification<?, Y> task) {
    Calibrated calibrated = CanonicalJson.read(json, Calibrated.class);
    calibrated.thresholds().keySet().forEach(task::labelOf);
    return new ConformalSets<>(task, calibrated);
  }
}
