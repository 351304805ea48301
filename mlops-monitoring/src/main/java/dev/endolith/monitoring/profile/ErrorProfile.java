package dev.endolith.monitoring.profile;

import java.util.Arrays;

/**
 * How much a model erred on labelled rows that it was not trained on. Immutable.
 *
 * <p>The error of one answer is a number in [0, 1]: for a classification 0 if the answer is the
 * label and 1 if not, for a regression the absolute error divided by {@code scale}, at most 1.
 *
 * @param classification whether the answers are labels
 * @param rows the number of rows
 * @param mean the mean error; NaN for no rows
 * @param scale the absolute error that counts as 1: the 99.5 % quantile (type 7) of those on the
 *     rows, so that one outlier in 200 does not set the scale; 1 for a classification
 * @param bias the mean of what the truth was more than the positive label's score; NaN unless there
 *     are two labels and rows
 * @param biasError the standard error of {@code bias}
 */
public record ErrorProfile(
    boolean classification, long rows, double mean, double scale, double bias, double biasError) {
  /**
   * The error of one answer.
   *
   * @param answer the answered label's name, or the predicted number
   * @param label the true label's name, or the true number
   * @return a number in [0, 1]; 1 for a number that cannot be read or is not finite
   */
  public double error(String answer, String label) {
    if (classification) {
      return answer.equals(label) ? 0 : 1;
    }
    double distance;
    try {
      distance = Math.abs(Double.parseDouble(answer) - Double.parseDouble(label));
    } catch (NumberFormatException e) {
      return 1;
    }
    return scaled(distance);
  }

  private double scaled(double distance) {
    if (distance == 0) {
      return 0;
    }
    double error = distance / scale; // a scale of 0, of a model without error, gives infinity
    return error < 1 ? error : 1;
  }

  static ErrorProfile of(boolean classification, double[] distances, double[] residuals) {
    if (distances.length == 0) {
      return new ErrorProfile(classification, 0, Double.NaN, 1, Double.NaN, Double.NaN);
    }
    double bias = Arrays.stream(residuals).average().orElse(Double.NaN);
    double squares = Arrays.stream(residuals).map(r -> (r - bias) * (r - bias)).sum();
    double biasError = Math.sqrt(squares / residuals.length / residuals.length);
    double[] sorted = distances.clone();
    Arrays.sort(sorted);
    double scale = classification ? 1 : Quantiles.of(sorted, sorted.length, 0.995);
    ErrorProfile scaler =
        new ErrorProfile(classification, sorted.length, 0, scale, bias, biasError);
    double sum = 0;
    for (double distance : sorted) {
      sum += scaler.scaled(distance);
    }
    return new ErrorProfile(
        classification, sorted.length, sum / sorted.length, scale, bias, biasError);
  }
}
