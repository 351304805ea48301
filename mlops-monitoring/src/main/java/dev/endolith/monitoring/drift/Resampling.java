package dev.endolith.monitoring.drift;

import java.util.Arrays;
import java.util.SplittableRandom;

/*
 * Intervals of distances that are norms of F − G, without assumptions about F and G. By the triangle
 * inequality a norm of the difference of the empirical functions misses that of the true one by at
 * most the norm of the error, (Fₙ − F) − (Gₘ − G). Its law is estimated by the bootstrap, which is
 * consistent for empirical processes in L1 and L2 (Giné and Zinn, Annals of Probability 18, 1990) -
 * whether F = G or not, unlike the bootstrap of the distance itself, which fails where it is 0. What
 * the norm itself takes from the samples (its weights, its unit) varies with them, and is added.
 * Far from F = G the interval is wider than it need be.
 */
/**
 * How an interval is found by resampling.
 *
 * @param times how often the samples are drawn again; 0 for no interval
 * @param seed the seed of the draws
 */
record Resampling(int times, long seed) {
  static final Resampling NONE = new Resampling(0, 0);

  private static final int LEAST = 99;
  private static final int MOST = 10_000;

  static int check(int times) {
    if (times != 0 && (times < LEAST || times > MOST)) {
      throw new IllegalArgumentException(
          "resamples must be 0 or in [" + LEAST + ", " + MOST + "], was " + times);
    }
    return times;
  }

  Resampling withTimes(int changed) {
    return new Resampling(check(changed), seed);
  }

  Resampling withSeed(long changed) {
    return new Resampling(times, changed);
  }

  boolean wanted() {
    return times > 0;
  }

  /** A norm of differences of distribution functions, which may take weights from the samples. */
  interface Norm {
    /** NaN or infinite if the samples make none. */
    double of(double[] difference, Sampled sampled);

    /** Whether functions are taken at the middle of their jumps, rather than right of them. */
    default boolean midpoints() {
      return false;
    }
  }

  /** Shares of two samples on their distinct pooled values. */
  static final class Sampled {
    final double[] values;
    final double[] inX;
    final double[] inY;
    final double weightX;

    Sampled(double[] values, double[] inX, double[] inY, double weightX) {
      this.values = values;
      this.inX = inX;
      this.inY = inY;
      this.weightX = weightX;
    }

    double pooled(int k) {
      return weightX * inX[k] + (1 - weightX) * inY[k];
    }

    /** The deviation of the reference. */
    double deviation() {
      double mean = 0;
      for (int k = 0; k < values.length; k++) {
        mean += inX[k] * values[k];
      }
      double squares = 0;
      for (int k = 0; k < values.length; k++) {
        squares += inX[k] * (values[k] - mean) * (values[k] - mean);
      }
      return Math.sqrt(squares);
    }
  }

  /**
   * Puts an interval around a norm.
   *
   * @param squared whether the effect is the norm's square
   * @param detectable whether to say what the lower end would have told from 0
   */
  TestResult around(
      TestResult result, SortedPair pair, Norm norm, boolean squared, boolean detectable) {
    if (!wanted() || !result.enoughData() || !pair.isFinite()) {
      return result;
    }
    Counting grid = new Counting(pair);
    double[] x = grid.all(grid.blockX);
    double[] y = grid.all(grid.blockY);
    Sampled given = grid.sampled(x, y);
    double[] difference = function(x, y, norm.midpoints());
    double center = squared ? Math.sqrt(result.effectSize()) : result.effectSize();
    double own = norm.of(difference, given);
    if (!Double.isFinite(own) || !Double.isFinite(center)) {
      return result;
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] errors = new double[times];
    double[] misses = new double[times];
    for (int i = 0; i < times; i++) {
      double[] drawnX = grid.drawn(grid.blockX, random);
      double[] drawnY = grid.drawn(grid.blockY, random);
      double other = norm.of(difference, grid.sampled(drawnX, drawnY));
      double[] error = function(drawnX, drawnY, norm.midpoints());
      for (int k = 0; k < error.length; k++) {
        error[k] -= difference[k];
      }
      errors[i] = norm.of(error, given);
      // a resample without a unit says nothing of how the unit varies: infinite unless F = G
      misses[i] = errors[i] + (own == 0 ? 0 : Double.isNaN(other) ? INFINITE : dist(other, own));
    }
    double reach = quantile(misses, 0.95);
    double low = Math.max(0, center - reach);
    double high = center + reach;
    double least = quantile(errors, 0.95) + quantile(errors, NoncentralChiSquare.POWER);
    return result.withEffect(
        squared ? low * low : low,
        squared ? high * high : high,
        detectable ? least : result.minimumDetectableEffect());
  }

  private static final double INFINITE = Double.POSITIVE_INFINITY;

  private static double dist(double a, double b) {
    return Math.abs(a - b);
  }

  /** The value that so large a share of future draws does not exceed. */
  static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int place = (int) Math.ceil(share * (sorted.length + 1));
    return sorted[Math.min(sorted.length, place) - 1];
  }

  /** F − G at each of the values. */
  private static double[] function(double[] inX, double[] inY, boolean midpoints) {
    double[] difference = new double[inX.length];
    double at = 0;
    for (int k = 0; k < inX.length; k++) {
      double jump = inX[k] - inY[k];
      difference[k] = midpoints ? at + jump / 2 : at + jump;
      at += jump;
    }
    return difference;
  }

  /** The distinct pooled values, and which of them each value is. */
  private static final class Counting implements SortedPair.Blocks {
    private final double[] values;
    private final int[] blockX;
    private final int[] blockY;
    private int blocks;
    private int seenX;
    private int seenY;

    Counting(SortedPair pair) {
      values = new double[pair.n + pair.m];
      blockX = new int[pair.n];
      blockY = new int[pair.m];
      pair.forEachBlock(this);
    }

    @Override
    public void block(double value, int inX, int inY) {
      Arrays.fill(blockX, seenX, seenX + inX, blocks);
      Arrays.fill(blockY, seenY, seenY + inY, blocks);
      seenX += inX;
      seenY += inY;
      values[blocks++] = value;
    }

    double[] all(int[] of) {
      double[] shares = new double[blocks];
      for (int block : of) {
        shares[block] += 1.0 / of.length;
      }
      return shares;
    }

    double[] drawn(int[] of, SplittableRandom random) {
      double[] shares = new double[blocks];
      for (int i = 0; i < of.length; i++) {
        shares[of[random.nextInt(of.length)]] += 1.0 / of.length;
      }
      return shares;
    }

    Sampled sampled(double[] inX, double[] inY) {
      double all = (double) blockX.length + blockY.length;
      return new Sampled(Arrays.copyOf(values, blocks), inX, inY, blockX.length / all);
    }
  }
}
