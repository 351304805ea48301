package dev.endolith.monitoring.drift;

/*
 * The law of D = sup|F_n - F|, the two-sided one-sample Kolmogorov statistic for n independent
 * values of a continuous distribution.
 *
 * The method is chosen by n and d as R. Simard and P. L'Ecuyer do ("Computing the two-sided
 * Kolmogorov-Smirnov distribution", J. Stat. Software 39(11), 2011), so that our p-values agree with
 * the programs that follow them, also where the chosen approximation shows in the sixth digit:
 *
 *   - close to 0 and 1: closed forms;
 *   - upper tail: twice the one-sided law (Miller 1956), which is exact for d >= 1/2 and off by a
 *     factor 1 - e^(-6nd²) otherwise;
 *   - n <= 140, or the far lower tail: the matrix of G. Marsaglia, W. W. Tsang and J. Wang (2003),
 *     exact but for rounding;
 *   - else: the expansion in powers of 1/√n of W. Pelz and I. J. Good (1976).
 *
 * One change: beyond n = 2000 the matrix, which costs (n·d)³, gives way to the expansion. In that
 * tail, where the survival probability is above 0.999, the two differ by 5e-9 at n = 2000 and by
 * less than 1e-10 from n = 5000 on (measured over its whole range).
 */
final class KolmogorovDistribution {
  private static final int SMALL_N = 140;
  private static final int LARGEST_MATRIX_N = 2_000;
  private static final int ONE_SIDED_TERMS = 128;
  private static final double PI_SQUARED = Math.PI * Math.PI;
  private static final double HALF_LOG_TWO_PI = 0.9189385332046728;

  private KolmogorovDistribution() {}

  /** P(D >= d) for a sample of {@code n} values, n >= 1. */
  static double survival(long n, double d) {
    double nd = n * d;
    if (nd <= 0.5) {
      return 1;
    }
    if (d >= 1) {
      return 0;
    }
    if (nd <= 1) {
      double cdf = 1;
      for (int k = 1; k <= n && cdf > 0; k++) {
        cdf *= k * (2 * d - 1.0 / n);
      }
      return 1 - cdf;
    }
    if (d >= 1 - 1.0 / n) {
      return 2 * Math.pow(1 - d, (double) n);
    }
    double ndd = nd * d;
    if (ndd >= 370) {
      return 0;
    }
    if (ndd >= (n <= SMALL_N ? 4 : 2.2)) {
      return Math.min(1, 2 * oneSidedSurvival(n, d));
    }
    boolean matrix = n <= SMALL_N || (n <= LARGEST_MATRIX_N && nd * Math.sqrt(d) <= 1.4);
    double cdf = matrix ? marsagliaTsangWang((int) n, d) : pelzGood((double) n, d);
    return Math.min(1, Math.max(0, 1 - cdf));
  }

  /**
   * P(D+ >= d) = d·Σ_{j <= n(1-d)} C(n,j)·(d + j/n)^(j-1)·(1 - d - j/n)^(n-j) (Birnbaum and Tingey
   * 1951). All terms are positive. For large n they are a smooth function of j/n that vanishes with
   * all its derivatives at both ends, for which the trapezoidal rule converges faster than any
   * power: of 128 to 255 evenly spaced terms, the sum times their spacing is as good as all.
   */
  static double oneSidedSurvival(long n, double d) {
    return oneSidedSurvival(n, d, Math.max(1, n / ONE_SIDED_TERMS));
  }

  static double oneSidedSurvival(long n, double d, long stride) {
    double sum = 0;
    for (double j = 0; j < n * (1 - d); j += stride) {
      sum += birnbaumTingeyTerm((double) n, d, j);
    }
    return sum * stride;
  }

  private static double birnbaumTingeyTerm(double n, double d, double j) {
    if (j == 0) {
      return Math.exp(n * Math.log1p(-d));
    }
    double u = j / n;
    if (1 - u - d <= 0) {
      return 0;
    }
    double log =
        j * Math.log1p(d / u)
            + (n - j) * Math.log1p(-d / (1 - u))
            + stirlingError(n)
            - stirlingError(j)
            - stirlingError(n - j);
    return d / (d + u) * Math.exp(log) / Math.sqrt(2 * Math.PI * j * (1 - u));
  }

  /** ln n! − ((n + ½)·ln n − n + ½·ln 2π). */
  private static double stirlingError(double n) {
    if (n < 16) {
      double factorial = 1;
      for (int k = 2; k <= n; k++) {
        factorial *= k;
      }
      return Math.log(factorial) - ((n + 0.5) * Math.log(n) - n + HALF_LOG_TWO_PI);
    }
    double nn = n * n;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / nn) / nn) / nn) / nn)
        / n;
  }

  /** P(D < d) = n!/n^n · (H^n)_{kk}, with H scaled by 1/e so that its powers stay in range. */
  private static double marsagliaTsangWang(int n, double d) {
    int k = (int) (n * d) + 1;
    int m = 2 * k - 1;
    double h = k - n * d;
    double[][] matrix = new double[m][m];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < Math.min(m, i + 2); j++) {
        matrix[i][j] = 1;
      }
    }
    double power = 1;
    for (int i = 0; i < m; i++) {
      power *= h;
      matrix[i][0] -= power;
      matrix[m - 1][m - 1 - i] -= power;
    }
    if (2 * h > 1) {
      matrix[m - 1][0] += Math.pow(2 * h - 1, m);
    }
    for (int i = 0; i < m; i++) {
      double factorial = Math.E;
      for (int j = i; j >= 0; j--) {
        factorial *= i - j + 1;
        matrix[i][j] /= factorial;
      }
      if (i + 1 < m) {
        matrix[i][i + 1] /= Math.E;
      }
    }
    double corner = power(matrix, n)[k - 1][k - 1];
    return corner * Math.sqrt(2 * Math.PI * n) * Math.exp(stirlingError(n));
  }

  private static double[][] power(double[][] base, int exponent) {
    double[][] result = base;
    for (int bit = Integer.highestOneBit(exponent) >> 1; bit > 0; bit >>= 1) {
      result = product(result, result);
      if ((exponent & bit) != 0) {
        result = product(result, base);
      }
    }
    return result;
  }

  private static double[][] product(double[][] a, double[][] b) {
    int m = a.length;
    double[][] c = new double[m][m];
    for (int i = 0; i < m; i++) {
      for (int k = 0; k < m; k++) {
        double factor = a[i][k];
        for (int j = 0; j < m; j++) {
          c[i][j] += factor * b[k][j];
        }
      }
    }
    return c;
  }

  /** K0 + K1/√n + K2/n + K3/n^(3/2) at z = √n·d. */
  private static double pelzGood(double n, double d) {
    double z = Math.sqrt(n) * d;
    double z2 = z * z;
    double z4 = z2 * z2;
    double z6 = z4 * z2;
    double k0 = 0;
    double k1 = 0;
    double k2 = 0;
    double k3 = 0;
    // z < 1.5 here or n·d² would be in the tail; the twentieth term is below e^-800.
    for (int k = 0; k < 20; k++) {
      double odd = PI_SQUARED * (k + 0.5) * (k + 0.5);
      double oddWeight = 2 * Math.exp(-odd / (2 * z2));
      k0 += oddWeight;
      k1 += (odd - z2) * oddWeight;
      k2 += (6 * z6 + 2 * z4 + odd * (2 * z4 - 5 * z2) + odd * odd * (1 - 2 * z2)) * oddWeight;
      k3 +=
          (odd * odd * odd * (5 - 30 * z2)
                  + odd * odd * (-60 * z2 + 212 * z4)
                  + odd * (135 * z4 - 96 * z6)
                  - (30 * z6 + 90 * z4 * z4))
              * oddWeight;
      double even = PI_SQUARED * k * k;
      double evenWeight = 2 * Math.exp(-even / (2 * z2));
      k2 -= 2 * z4 * even * evenWeight;
      k3 += 30 * z4 * (3 * even * z2 - even * even) * evenWeight;
    }
    double root = Math.sqrt(Math.PI / 2);
    // Σ over all integers k of e^(-π²(k+½)²/(2z²)) is twice that over k >= 0: K0 = root·k0/z.
    return root
        * (k0 / z
            + k1 / (6 * z4 * Math.sqrt(n))
            + k2 / (72 * z6 * z * n)
            + k3 / (6480 * z6 * z4 * n * Math.sqrt(n)));
  }
}
