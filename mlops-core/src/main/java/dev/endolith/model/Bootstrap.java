package dev.endolith.model;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/*
 * Resampling with replacement, within each label (Efron and Tibshirani, 1993, section 8): every
 * resample has as many rows of each label as the rows themselves, so that a metric which needs both
 * classes is defined on every resample.
 */
final class Bootstrap {
  /** Enough that the ends of a 95 % interval move by less than a tenth of its width. */
  static final int RESAMPLES = 1_000;

  /** Fixed, so that the same rows always give the same interval. */
  private static final long SEED = 0x656e646f6c697468L;

  private Bootstrap() {}

  /** The statistic on resamples, sorted; NaN last. */
  static double[] of(Outcomes outcomes, ToDoubleFunction<int[]> statistic) {
    int[][] strata = strata(outcomes);
    Random random = new Random(SEED);
    double[] values = new double[RESAMPLES];
    int[] rows = new int[outcomes.size()];
    for (int b = 0; b < RESAMPLES; b++) {
      int at = 0;
      for (int[] stratum : strata) {
        for (int i = 0; i < stratum.length; i++) {
          rows[at++] = stratum[random.nextInt(stratum.length)];
        }
      }
      values[b] = statistic.applyAsDouble(rows);
    }
    Arrays.sort(values);
    return values;
  }

  /** The percentile interval; NaN where the statistic was not defined on a resample. */
  static double[] interval(double[] sorted, double confidence) {
    if (Double.isNaN(sorted[sorted.length - 1])) {
      return new double[] {Double.NaN, Double.NaN};
    }
    int low = (int) Math.floor((1 - confidence) / 2 * (sorted.length - 1));
    return new double[] {sorted[low], sorted[sorted.length - 1 - low]};
  }

  /** Twice the share of resamples on the rarer side of 0, never 0. */
  static double twoSidedP(double[] sorted) {
    int below = 0;
    int above = 0;
    for (double value : sorted) {
      below += value <= 0 ? 1 : 0;
      above += value >= 0 ? 1 : 0;
    }
    return Double.isNaN(sorted[sorted.length - 1])
        ? Double.NaN
        : Math.min(1, 2.0 * (Math.min(below, above) + 1) / (sorted.length + 1));
  }

  private static int[][] strata(Outcomes outcomes) {
    if (outcomes.labels() == 0) {
      int[] all = new int[outcomes.size()];
      Arrays.setAll(all, i -> i);
      return new int[][] {all};
    }
    int[] counts = new int[outcomes.labels()];
    for (int i = 0; i < outcomes.size(); i++) {
      counts[outcomes.truth(i)]++;
    }
    int[][] strata = new int[counts.length][];
    for (int label = 0; label < counts.length; label++) {
      strata[label] = new int[counts[label]];
    }
    for (int i = outcomes.size() - 1; i >= 0; i--) {
      strata[outcomes.truth(i)][--counts[outcomes.truth(i)]] = i;
    }
    return strata;
  }
}
