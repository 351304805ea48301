package dev.endolith.monitoring.drift;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The law of the Cramér-von Mises statistic: its limit for one or two samples, and exactly for two.
 */
final class CramerVonMisesLaw {
  // Either form is good to the last digits in its range; both are here.
  private static final double BODY = 0.5;
  private static final double LEAST = 0.003;
  private static final int NODES = 200;

  private CramerVonMisesLaw() {}

  /** P(ω² >= x) in the limit; 1 below 0.003, where less than 1e-17 is missing. */
  static double survival(double x) {
    if (!(x >= LEAST)) {
      return 1;
    }
    return x < BODY ? 1 - body(x) : tail(x);
  }

  /**
   * Csörgő and Faraway 1996, equation 1.2: F(x) = 1/(π·√x)·Σ (−1)^k·C(−½, k)·√(4k+1)·e^(−u)·K_¼(u)
   * with u = (4k+1)²/(16x).
   */
  static double body(double x) {
    double sum = 0;
    double binomial = 1; // |C(−½, k)|
    for (int k = 0; k < 100; k++) {
      double y = 4 * k + 1.0;
      double term = binomial * Math.sqrt(y) * bessel(y * y / (16 * x));
      sum += term;
      if (term < 1e-17 * sum) {
        break;
      }
      binomial *= (k + 0.5) / (k + 1);
    }
    return Math.min(1, sum / (Math.PI * Math.sqrt(x)));
  }

  /**
   * e^(−u)·K_¼(u) = ∫ from 0 of e^(−u·(1 + cosh t))·cosh(t/4) dt: the trapezoid rule converges
   * exponentially here, as the integrand is even and analytic.
   */
  private static double bessel(double u) {
    double step = 0.05;
    double sum = 0.5 * Math.exp(-2 * u);
    for (int k = 1; k < 1000; k++) {
      double t = k * step;
      double term = Math.exp(-u * (1 + Math.cosh(t))) * Math.cosh(t / 4);
      sum += term;
      if (term <= 1e-18 * sum) {
        break;
      }
    }
    return sum * step;
  }

  /**
   * Smirnov 1936: (2/π)·Σ (−1)^(k−1)·∫ from (2k−1)π to 2kπ of e^(−x·v²/2)/√(−v·sin v) dv, by
   * Gauss-Chebyshev quadrature, as the integrand has inverse square roots at both ends.
   */
  private static double tail(double x) {
    double sum = 0;
    for (int k = 4; k >= 1; k--) {
      double middle = (2 * k - 0.5) * Math.PI;
      double integral = 0;
      for (int i = 1; i <= NODES; i++) {
        double angle = (2 * i - 1) * Math.PI / (2 * NODES);
        double v = middle + Math.PI / 2 * Math.cos(angle);
        double ends = Math.PI / 2 * Math.sin(angle);
        // sin v by the distance from the middle, where it is −1.
        double sine = Math.cos(Math.PI / 2 * Math.cos(angle));
        integral += Math.exp(-x * v * v / 2) * ends / Math.sqrt(v * sine);
      }
      sum += (k % 2 == 1 ? 1 : -1) * integral * Math.PI / NODES;
    }
    return 2 / Math.PI * sum;
  }

  /**
   * The share of all orders of n and m values whose statistic is at least t. Each order is a path
   * of N steps, and N²·lcm²/(nm)·T is the sum of (i·a − j·b)² over its points, a whole number.
   * Paths are kept by their sum so far; one that has reached the bound stays beyond it, and its
   * continuations are counted at once.
   */
  static double exact(int n, int m, double t) {
    long a = lcm(n, m) / n;
    long b = lcm(n, m) / m;
    double all = (double) n + m;
    double bound = t * all * all * a * b;
    // Ties give fractions; without them this is whole, but for rounding.
    long least = (long) Math.floor(bound + 1e-7 * Math.max(1, bound * 1e-6));
    @Nullable Sums[] row = new Sums[m + 1];
    double beyond = 0;
    for (int i = 0; i <= n; i++) {
      for (int j = 0; j <= m; j++) {
        Sums here;
        if (i == 0 && j == 0) {
          here = Sums.start();
        } else {
          long step = (i * a - j * b) * (i * a - j * b);
          here = Sums.merge(i == 0 ? null : row[j], j == 0 ? null : row[j - 1], step, least);
          beyond += here.dropped * paths(n - i, m - j);
        }
        row[j] = here;
      }
    }
    double kept = 0;
    Sums end = Objects.requireNonNull(row[m]);
    for (int k = 0; k < end.size; k++) {
      kept += end.values[k] >= least ? end.ways[k] : 0;
    }
    return Math.min(1, (beyond + kept) / paths(n, m));
  }

  private static long lcm(long n, long m) {
    long x = n;
    long y = m;
    while (y != 0) {
      long rest = x % y;
      x = y;
      y = rest;
    }
    return n / x * m;
  }

  /** The number of paths of i and j steps. */
  private static double paths(int i, int j) {
    double ways = 1;
    for (int k = 1; k <= Math.min(i, j); k++) {
      ways = ways * (Math.max(i, j) + k) / k;
    }
    return Math.rint(ways);
  }

  /** Sums of paths to one point, ascending, each with the number of paths. */
  private static final class Sums {
    private final long[] values;
    private final double[] ways;
    private final int size;
    private final double dropped;

    Sums(long[] values, double[] ways, int size, double dropped) {
      this.values = values;
      this.ways = ways;
      this.size = size;
      this.dropped = dropped;
    }

    static Sums start() {
      return new Sums(new long[] {0}, new double[] {1}, 1, 0);
    }

    static Sums merge(@Nullable Sums left, @Nullable Sums below, long step, long least) {
      int room = (left == null ? 0 : left.size) + (below == null ? 0 : below.size);
      long[] values = new long[room];
      double[] ways = new double[room];
      int size = 0;
      double dropped = 0;
      int p = 0;
      int q = 0;
      while ((left != null && p < left.size) || (below != null && q < below.size)) {
        long fromLeft = left != null && p < left.size ? left.values[p] : Long.MAX_VALUE;
        long fromBelow = below != null && q < below.size ? below.values[q] : Long.MAX_VALUE;
        long value = Math.min(fromLeft, fromBelow);
        double count = 0;
        if (left != null && fromLeft == value) {
          count += left.ways[p++];
        }
        if (below != null && fromBelow == value) {
          count += below.ways[q++];
        }
        if (value + step >= least) {
          dropped += count;
        } else {
          values[size] = value + step;
          ways[size++] = count;
        }
      }
      return new Sums(Arrays.copyOf(values, size), Arrays.copyOf(ways, size), size, dropped);
    }
  }
}
