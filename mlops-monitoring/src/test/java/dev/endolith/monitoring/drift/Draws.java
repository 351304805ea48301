package dev.endolith.monitoring.drift;

import dev.endolith.monitoring.profile.ReferenceColumn;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Columns whose counts are drawn as such, so that two million rows cost no more than two hundred.
 */
final class Draws {
  /** The laws of columns, as shares of bins. */
  @SuppressWarnings("ImmutableEnumChecker") // its arrays are not changed
  enum Law {
    CONTINUOUS(true, false, equal(256)),
    /** Eight levels, each a point mass. */
    DISCRETE(true, true, poisson(8, 2.5)),
    /** Values rounded to tenths: some sixty point masses. */
    TIED(true, true, bell(61)),
    /** Whole numbers under a Cauchy law: most rows on a few, hundreds of values almost empty. */
    HEAVY_TAILED(true, true, cauchy(256)),
    /** Seven of ten rows are zero. */
    ZERO_INFLATED(true, true, zeros(78)),
    /** A hundred categories with Zipf's shares, most of them rare. */
    CATEGORIES(false, true, zipf(100));

    private final boolean numbers;
    private final boolean masses;

    @SuppressWarnings("ImmutableEnumChecker") // not changed after construction
    private final double[] shares;

    Law(boolean numbers, boolean masses, double[] shares) {
      this.numbers = numbers;
      this.masses = masses;
      double sum = java.util.Arrays.stream(shares).sum();
      this.shares = java.util.Arrays.stream(shares).map(s -> s / sum).toArray();
    }

    ColumnCounts column(SplittableRandom random, int index, long n, long m, double missing) {
      long gone = binomial(random, n, missing);
      long goneNow = binomial(random, m, missing);
      return new ColumnCounts(
          "c" + index,
          ReferenceColumn.Role.FEATURE,
          numbers,
          multinomial(random, n - gone, shares),
          gone,
          multinomial(random, m - goneNow, shares),
          goneNow,
          bin -> masses,
          (first, last) -> first + "-" + last);
    }
  }

  private Draws() {}

  private static double[] equal(int bins) {
    return IntStream.range(0, bins).mapToDouble(i -> 1).toArray();
  }

  private static double[] poisson(int bins, double mean) {
    double[] shares = new double[bins];
    shares[0] = 1;
    for (int i = 1; i < bins; i++) {
      shares[i] = shares[i - 1] * mean / i;
    }
    return shares;
  }

  private static double[] bell(int bins) {
    return IntStream.range(0, bins)
        .mapToDouble(i -> Math.exp(-0.5 * Math.pow((i - bins / 2) / 10.0, 2)))
        .toArray();
  }

  private static double[] cauchy(int bins) {
    return IntStream.range(0, bins)
        .mapToDouble(i -> 1 / (1 + Math.pow(i - bins / 2.0, 2)))
        .toArray();
  }

  private static double[] zeros(int bins) {
    double[] shares = equal(bins);
    shares[1] = 0.7 / 0.3 * (bins - 1);
    return shares;
  }

  private static double[] zipf(int bins) {
    return IntStream.range(0, bins).mapToDouble(i -> 1.0 / (i + 1)).toArray();
  }

  static long[] multinomial(SplittableRandom random, long n, double[] shares) {
    long[] counts = new long[shares.length];
    long left = n;
    double rest = 1;
    for (int i = 0; i < shares.length && left > 0; i++) {
      double p = i == shares.length - 1 ? 1 : Math.min(1, Math.max(0, shares[i] / rest));
      counts[i] = binomial(random, left, p);
      left -= counts[i];
      rest -= shares[i];
    }
    return counts;
  }

  /** Inversion for small means, else BTRS (Hörmann, The generation of binomial variates, 1993). */
  static long binomial(SplittableRandom random, long n, double p) {
    if (p > 0.5) {
      return n - binomial(random, n, 1 - p);
    }
    if (n == 0 || p <= 0) {
      return 0;
    }
    if (n * p < 10) {
      double ratio = p / (1 - p);
      double term = Math.exp(n * Math.log1p(-p));
      double u = random.nextDouble();
      long k = 0;
      while (u > term && k < n) {
        u -= term;
        term *= ratio * (n - k) / (k + 1);
        k++;
      }
      return k;
    }
    double spread = Math.sqrt(n * p * (1 - p));
    double b = 1.15 + 2.53 * spread;
    double a = -0.0873 + 0.0248 * b + 0.01 * p;
    double c = n * p + 0.5;
    double vr = 0.92 - 4.2 / b;
    double alpha = (2.83 + 5.1 / b) * spread;
    double mode = Math.floor((n + 1) * p);
    while (true) {
      double v = random.nextDouble();
      double u = random.nextDouble() - 0.5;
      double us = 0.5 - Math.abs(u);
      double k = Math.floor((2 * a / us + b) * u + c);
      if (k < 0 || k > n) {
        continue;
      }
      if (us >= 0.07 && v <= vr) {
        return (long) k;
      }
      double left = Math.log(v * alpha / (a / (us * us) + b));
      double right =
          (mode + 0.5) * Math.log((mode + 1) / ((p / (1 - p)) * (n - mode + 1)))
              + (n + 1) * Math.log((n - mode + 1) / (n - k + 1))
              + (k + 0.5) * Math.log(p / (1 - p) * (n - k + 1) / (k + 1))
              + stirling(mode)
              + stirling(n - mode)
              - stirling(k)
              - stirling(n - k);
      if (left <= right) {
        return (long) k;
      }
    }
  }

  private static double stirling(double k) {
    double next = (k + 1) * (k + 1);
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / next) / next) / (k + 1);
  }
}
