package dev.endolith.model;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/*
 * Right and wrong answers of two models on the same rows (McNemar, 1947). Rows that both answer right
 * or both wrong say nothing about which is better; of the others, each is won by either with
 * probability one half if they are equally good.
 */
final class McNemar {
  final int both;
  final int challengerOnly;
  final int championOnly;
  final int neither;

  private McNemar(int both, int challengerOnly, int championOnly, int neither) {
    this.both = both;
    this.challengerOnly = challengerOnly;
    this.championOnly = championOnly;
    this.neither = neither;
  }

  static McNemar of(Outcomes champion, Outcomes challenger) {
    int[] counts = new int[4];
    for (int i = 0; i < champion.size(); i++) {
      boolean first = champion.truth(i) == champion.answer(i);
      boolean second = challenger.truth(i) == challenger.answer(i);
      counts[(second ? 0 : 2) + (first ? 0 : 1)]++;
    }
    return new McNemar(counts[0], counts[1], counts[2], counts[3]);
  }

  static McNemar of(int both, int challengerOnly, int championOnly, int neither) {
    return new McNemar(both, challengerOnly, championOnly, neither);
  }

  private int rows() {
    return both + challengerOnly + championOnly + neither;
  }

  /** Two-sided, twice the smaller tail: never rejects more often than its level. */
  PairedTest exact() {
    return new PairedTest("McNemar, exact", challengerOnly, Math.min(1, 2 * tail()));
  }

  /** The observed count half (Lancaster, 1961; recommended by Fagerland, Lydersen, Laake, 2013). */
  PairedTest midP() {
    int m = challengerOnly + championOnly;
    double p =
        m == 0
            ? 1
            : 2 * tail()
                - BinomialDistribution.of(m, 0.5)
                    .probability(Math.min(challengerOnly, championOnly));
    return new PairedTest("McNemar, mid-p", challengerOnly, Math.min(1, p));
  }

  private double tail() {
    int m = challengerOnly + championOnly;
    return m == 0
        ? 1
        : BinomialDistribution.of(m, 0.5)
            .cumulativeProbability(Math.min(challengerOnly, championOnly));
  }

  /** Of the difference of the shares of right answers (Newcombe, 1998, method 10). */
  double[] interval(double confidence) {
    int n = rows();
    Estimate challenger = Share.wilson(both + challengerOnly, n, confidence);
    Estimate champion = Share.wilson(both + championOnly, n, confidence);
    double difference = challenger.value() - champion.value();
    double phi = phi();
    return new double[] {
      difference
          - arm(challenger.value() - challenger.low(), champion.high() - champion.value(), phi),
      difference
          + arm(challenger.high() - challenger.value(), champion.value() - champion.low(), phi)
    };
  }

  private static double arm(double a, double b, double phi) {
    return Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  }

  /** The correlation of being right, corrected for continuity. */
  private double phi() {
    double a = both;
    double b = challengerOnly;
    double c = championOnly;
    double d = neither;
    double scale = (a + b) * (c + d) * (a + c) * (b + d);
    if (scale == 0) {
      return 0;
    }
    double product = a * d - b * c;
    double corrected = product > 0 ? Math.max(product - rows() / 2.0, 0) : product;
    return corrected / Math.sqrt(scale);
  }
}
