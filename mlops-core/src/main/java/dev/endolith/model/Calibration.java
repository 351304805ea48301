package dev.endolith.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether scores of the positive label are probabilities. Immutable.
 *
 * <p>{@code brier = reliability − resolution + uncertainty + withinBins}, exactly: the first three
 * are Murphy's (1973), the last is what binning leaves over (Stephenson, Coelho and Jolliffe,
 * 2008).
 *
 * @param rows the number of rows
 * @param bins the reliability curve: the bins that hold rows, by score
 * @param expectedError the mean over rows of |mean score − share of positives| of the row's bin
 *     (ECE; Naeini, Cooper and Hauskrecht, 2015), in [0, 1]; 0 is perfect, and even a perfect model
 *     has about √(bins / rows) / 2
 * @param brier the mean of (score − truth)²
 * @param reliability the mean of (mean score − share of positives)² of the row's bin; less is
 *     better
 * @param resolution the mean of (share of positives in the bin − in all)²; more is better
 * @param uncertainty the variance of the truth, which no model changes
 * @param withinBins the rest
 */
public record Calibration(
    int rows,
    List<Bin> bins,
    double expectedError,
    double brier,
    double reliability,
    double resolution,
    double uncertainty,
    double withinBins) {
  /**
   * Rows of about one score.
   *
   * @param low the least score of the bin
   * @param high the greatest score of the bin
   * @param meanScore the mean score
   * @param positives the share of positives with its exact 95 % interval; a mean score outside of
   *     it is a sign that the scores are not probabilities
   */
  public record Bin(double low, double high, double meanScore, Estimate positives) {}

  /**
   * Copies the bins.
   *
   * @param rows the number of rows
   * @param bins the reliability curve
   * @param expectedError the expected calibration error
   * @param brier the mean of (score − truth)²
   * @param reliability Murphy's reliability
   * @param resolution Murphy's resolution
   * @param uncertainty the variance of the truth
   * @param withinBins the rest
   */
  public Calibration {
    bins = List.copyOf(bins);
  }

  /**
   * Measures calibration in bins of equal width.
   *
   * @param outcomes scores beside the truth, in [0, 1]
   * @param count how many bins, 1 or more; 10 is usual
   * @return the calibration
   * @throws IllegalArgumentException if there are no rows or no positive label, {@code count} is
   *     less than 1, or a score is not in [0, 1]
   */
  public static Calibration of(Outcomes outcomes, int count) {
    int n = outcomes.size();
    int label = outcomes.positive();
    if (n == 0 || label < 0 || count < 1) {
      throw new IllegalArgumentException(
          "calibration needs rows, a positive label and at least 1 bin, has "
              + n
              + " rows and "
              + count
              + " bins");
    }
    int[] rows = new int[count];
    int[] positives = new int[count];
    double[] sums = new double[count];
    int yes = 0;
    double brier = 0;
    for (int i = 0; i < n; i++) {
      double score = outcomes.score(i, label);
      if (!(score >= 0 && score <= 1)) {
        throw new IllegalArgumentException("a probability is in [0, 1], was " + score);
      }
      int truth = outcomes.truth(i) == label ? 1 : 0;
      int bin = Math.min(count - 1, (int) (score * count));
      rows[bin]++;
      positives[bin] += truth;
      sums[bin] += score;
      yes += truth;
      brier += (score - truth) * (score - truth);
    }
    brier /= n;
    double all = (double) yes / n;
    double error = 0;
    double reliability = 0;
    double resolution = 0;
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < count; bin++) {
      if (rows[bin] > 0) {
        double mean = sums[bin] / rows[bin];
        double share = (double) positives[bin] / rows[bin];
        error += rows[bin] * Math.abs(mean - share) / n;
        reliability += rows[bin] * (mean - share) * (mean - share) / n;
        resolution += rows[bin] * (share - all) * (share - all) / n;
        bins.add(
            new Bin(
                (double) bin / count,
                (bin + 1.0) / count,
                mean,
                Share.exact(positives[bin], rows[bin], 0.95)));
      }
    }
    double uncertainty = all * (1 - all);
    return new Calibration(
        n,
        bins,
        error,
        brier,
        reliability,
        resolution,
        uncertainty,
        brier - (reliability - resolution + uncertainty));
  }
}
