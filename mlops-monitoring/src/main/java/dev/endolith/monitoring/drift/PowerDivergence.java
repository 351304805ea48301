package dev.endolith.monitoring.drift;

/** The family of tests that G and Cressie-Read belong to, on 2 × k tables of counts. */
final class PowerDivergence {
  private PowerDivergence() {}

  static TestResult compare(
      String name, double lambda, double rareBelow, long[] reference, long[] current) {
    Counts.check(reference, current);
    long n = Counts.total("reference", reference);
    long m = Counts.total("current", current);
    if (n == 0 || m == 0) {
      return TestResult.notEnoughData(name, n, m, 0, 0);
    }
    double[][] columns = ChiSquare.columns(reference, current);
    double[][] kept = rareBelow > 0 ? ChiSquare.pooled(columns, n, m, rareBelow) : columns;
    double all = (double) n + m;
    double sum = 0;
    for (double[] column : kept) {
      double both = column[0] + column[1];
      sum += cell(column[0], both * (n / all), lambda) + cell(column[1], both * (m / all), lambda);
    }
    double statistic =
        kept.length < 2
            ? 0
            : Math.max(0, lambda == 0 ? 2 * sum : 2 / (lambda * (lambda + 1)) * sum);
    double effect = Math.min(1, Math.sqrt(ChiSquare.statistic(kept, n, m, false) / all));
    String method = name + ChiSquare.poolingOf(columns, kept);
    double p = Counts.chiSquareSurvival(statistic, kept.length - 1);
    return ChiSquare.withInterval(
        new TestResult(method, statistic, p, effect, n, m, 0, 0, true), kept.length - 1);
  }

  /**
   * What a cell adds. (E − O), or λ times it, is added too: it cancels over a column, and keeps the
   * last digits where O is close to E.
   */
  private static double cell(double observed, double expected, double lambda) {
    if (observed == 0) {
      return lambda == 0 ? expected : lambda * expected;
    }
    double log = Math.log1p((observed - expected) / expected);
    return lambda == 0
        ? observed * log - (observed - expected)
        : observed * Math.expm1(lambda * log) - lambda * (observed - expected);
  }
}
