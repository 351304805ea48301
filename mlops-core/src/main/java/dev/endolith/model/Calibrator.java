package dev.endolith.model;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Classification;
import dev.endolith.error.DataException;

/**
 * Turns scores of the positive label into probabilities. Never decreasing, so that ranks stay (ties
 * may arise). Immutable and thread-safe.
 */
public sealed interface Calibrator permits IsotonicCalibrator, PlattCalibrator {
  /**
   * The probability of the positive label.
   *
   * @param score its score
   * @return a probability, in [0, 1]
   */
  double apply(double score);

  /**
   * Fits the non-decreasing function of least squared error (Zadrozny and Elkan, 2002) by pooling
   * adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman, 1955), linear between the pools. It
   * may answer 0 and 1 at the ends, which {@link Metric#LOG_LOSS} punishes hard. Needs about a
   * thousand rows that the model was not trained on. O(rows × log rows).
   *
   * @param outcomes scores beside the truth
   * @return the calibrator
   * @throws IllegalArgumentException if there is no positive label, or only one class
   */
  static Calibrator isotonic(Outcomes outcomes) {
    return IsotonicCalibrator.fit(outcomes);
  }

  /**
   * Fits a logistic curve to the log odds of the scores by maximum likelihood with Platt's targets
   * (Platt, 1999; algorithm of Lin, Lin and Weng, 2007). Needs few rows.
   *
   * @param outcomes scores beside the truth, in [0, 1]
   * @return the calibrator
   * @throws IllegalArgumentException if there is no positive label, or only one class
   */
  static Calibrator platt(Outcomes outcomes) {
    return PlattCalibrator.fit(outcomes);
  }

  /**
   * A model with calibrated scores.
   *
   * @param task what is predicted; it has two labels
   * @param model gives the scores
   * @param <X> the row
   * @param <Y> the label
   * @return the model
   * @throws IllegalArgumentException if the task has not exactly two labels
   */
  default <X, Y> Predictor<X, Y> around(Classification<X, Y> task, Predictor<X, Y> model) {
    int positive = TwoLabels.positive(task);
    return new WrappedPredictor<>(
        model,
        answer -> {
          double probability = apply(((Classified<Y>) answer).score(positive));
          double[] scores = new double[2];
          scores[positive] = probability;
          scores[1 - positive] = 1 - probability;
          return Classified.of(task, scores);
        });
  }

  /**
   * The calibrator as text.
   *
   * @return JSON that {@link #fromJson} reads
   */
  default String toJson() {
    return (this instanceof PlattCalibrator ? "platt" : "isotonic") + CanonicalJson.write(this);
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @param text the text
   * @return the calibrator
   * @throws DataException if the text is not a calibrator
   */
  static Calibrator fromJson(String text) {
    if (text.startsWith("platt")) {
      return CanonicalJson.read(text.substring("platt".length()), PlattCalibrator.class);
    } else if (text.startsWith("isotonic")) {
      return CanonicalJson.read(text.substring("isotonic".length()), IsotonicCalibrator.class);
    }
    throw new DataException("calibrator", 0, "", "the text is not a calibrator");
  }
}
