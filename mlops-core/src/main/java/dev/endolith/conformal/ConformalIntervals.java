package dev.endolith.conformal;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import java.util.function.ToDoubleFunction;

/**
 * Split conformal prediction for a regression (Papadopoulos et al., 2002; Lei et al., 2018): from
 * rows that the model was not trained on it learns how far the truth is from the answer. Whatever
 * the model, the truth of a new row is in the interval with at least the stated probability, as
 * long as the row comes from where the calibration rows came from; after drift it is not promised
 * any more. Immutable; thread-safe if the difficulty is.
 *
 * @param <X> the row
 */
public final class ConformalIntervals<X> {
  private final Calibrated calibrated;
  private final ToDoubleFunction<? super X> difficulty;

  private ConformalIntervals(Calibrated calibrated, ToDoubleFunction<? super X> difficulty) {
    this.calibrated = calibrated;
    this.difficulty = difficulty;
  }

  /**
   * What was learned, as it is kept.
   *
   * @param width half of the interval where the difficulty is 1; below zero if there were too few
   *     rows, since JSON has no infinity
   */
  private record Calibrated(double level, int rows, double width) {
    Calibrated {
      ConformalQuantile.checkLevel(level);
    }

    double half() {
      return width < 0 ? Double.POSITIVE_INFINITY : width;
    }
  }

  /**
   * Learns intervals of one width.
   *
   * @param model the model
   * @param rows rows that the model has not seen; fewer than level / (1 - level) give intervals
   *     without bounds
   * @param level the probability with which an interval holds the truth, in (0, 1)
   * @param <X> the row
   * @return the intervals
   * @throws IllegalArgumentException if the level is not in (0, 1)
   */
  public static <X> ConformalIntervals<X> calibrate(
      Predictor<X, Double> model, Dataset<X, Double> rows, double level) {
    return calibrate(model, rows, level, x -> 1);
  }

  /**
   * Learns intervals that are as wide as a row is difficult.
   *
   * @param model the model
   * @param rows rows that the model has not seen
   * @param level the probability with which an interval holds the truth, in (0, 1)
   * @param difficulty how far the model is expected to be off, above 0; for example a second
   *     model's answer. The better it is, the narrower are the intervals; the probability does not
   *     depend on it
   * @param <X> the row
   * @return the intervals
   * @throws IllegalArgumentException if the level is not in (0, 1), or a difficulty is not above 0
   */
  public static <X> ConformalIntervals<X> calibrate(
      Predictor<X, Double> model,
      Dataset<X, Double> rows,
      double level,
      ToDoubleFunction<? super X> difficulty) {
    ConformalQuantile.checkLevel(level);
    double[] residuals = new double[rows.size()];
    int row = 0;
    for (Example<X, Double> example : rows) {
      double off = Math.abs(example.y() - model.predict(example.x()).value());
      residuals[row++] = off / positive(difficulty.applyAsDouble(example.x()));
    }
    double width = ConformalQuantile.of(residuals, level);
    return new ConformalIntervals<>(
        new Calibrated(level, rows.size(), Double.isFinite(width) ? width : -1), difficulty);
  }

  private static double positive(double difficulty) {
    if (!(difficulty > 0 && Double.isFinite(difficulty))) {
      throw new IllegalArgumentException(
          "a row's difficulty must be finite and above 0, was " + difficulty);
    }
    return difficulty;
  }

  /**
   * The interval for an answer.
   *
   * @param x the row
   * @param prediction what the model answered to it
   * @return the interval around the answer
   * @throws IllegalArgumentException if the row's difficulty is not above 0
   */
  public PredictionInterval of(X x, Regressed prediction) {
    double half = calibrated.half() * positive(difficulty.applyAsDouble(x));
    double value = prediction.number();
    return new PredictionInterval(value - half, value, value + half);
  }

  /**
   * The probability with which an interval holds the truth.
   *
   * @return the level, in (0, 1)
   */
  public double level() {
    return calibrated.level();
  }

  /**
   * What was learned, without the difficulty, to be kept with the model's version as an attachment.
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
   * @param difficulty the difficulty that it was learned with
   * @param <X> the row
   * @return the intervals
   * @throws dev.endolith.error.DataException if it is not of that form
   */
  public static <X> ConformalIntervals<X> fromJson(
      String json, ToDoubleFunction<? super X> difficulty) {
    return new ConformalIntervals<>(CanonicalJson.read(json, Calibrated.class), difficulty);
  }

  /**
   * Takes up what was learned without a difficulty.
   *
   * @param json what {@link #toJson()} gave
   * @param <X> the row
   * @return the intervals
   * @throws dev.endolith.error.DataException if it is not of that form
   */
  public static <X> ConformalIntervals<X> fromJson(String json) {
    return fromJson(json, x -> 1);
  }
}
