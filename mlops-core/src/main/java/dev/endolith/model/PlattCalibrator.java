package dev.endolith.model;

/** 1 / (1 + exp(−(slope · log odds of the score + intercept))), the slope never negative. */
record PlattCalibrator(double slope, double intercept) implements Calibrator {
  /** Log odds beyond those of this are not told apart; about ±34.5. */
  private static final double LEAST = 1e-15;

  private static double logOdds(double score) {
    double inside = Math.max(LEAST, Math.min(1 - LEAST, score));
    return Math.log(inside / (1 - inside));
  }

  @Override
  public double apply(double score) {
    return 1 / (1 + Math.exp(-(slope * logOdds(score) + intercept)));
  }

  /** Newton's method with halved steps (Lin, Lin and Weng, 2007, algorithm 1). */
  static PlattCalibrator fit(Outcomes outcomes) {
    TwoLabels.check(outcomes);
    int n = outcomes.size();
    int label = outcomes.positive();
    double[] odds = new double[n];
    boolean[] truth = new boolean[n];
    int positives = 0;
    for (int i = 0; i < n; i++) {
      odds[i] = logOdds(outcomes.score(i, label));
      truth[i] = outcomes.truth(i) == label;
      positives += truth[i] ? 1 : 0;
    }
    // Platt's targets: a uniform prior on how sure one may be
    double yes = (positives + 1.0) / (positives + 2.0);
    double no = 1 / (n - positives + 2.0);
    double[] targets = new double[n];
    for (int i = 0; i < n; i++) {
      targets[i] = truth[i] ? yes : no;
    }
    double a = 0;
    double b = Math.log((positives + 1.0) / (n - positives + 1.0));
    double loss = loss(odds, targets, a, b);
    for (int step = 0; step < 100; step++) {
      double h11 = 1e-12;
      double h22 = 1e-12;
      double h21 = 0;
      double g1 = 0;
      double g2 = 0;
      for (int i = 0; i < n; i++) {
        double p = 1 / (1 + Math.exp(-(a * odds[i] + b)));
        double w = p * (1 - p);
        h11 += odds[i] * odds[i] * w;
        h22 += w;
        h21 += odds[i] * w;
        g1 += odds[i] * (p - targets[i]);
        g2 += p - targets[i];
      }
      if (Math.abs(g1) < 1e-9 * n && Math.abs(g2) < 1e-9 * n) {
        break;
      }
      double determinant = h11 * h22 - h21 * h21;
      double da = -(h22 * g1 - h21 * g2) / determinant;
      double db = -(h11 * g2 - h21 * g1) / determinant;
      double slopeOfLoss = g1 * da + g2 * db;
      double size = 1;
      while (size >= 1e-10) {
        double next = loss(odds, targets, a + size * da, b + size * db);
        if (next < loss + 1e-4 * size * slopeOfLoss) {
          a += size * da;
          b += size * db;
          loss = next;
          break;
        }
        size /= 2;
      }
      if (size < 1e-10) {
        break;
      }
    }
    // scores that rank the wrong way round tell nothing here: the base rate is left
    return a > 0
        ? new PlattCalibrator(a, b)
        : new PlattCalibrator(0, Math.log((positives + 1.0) / (n - positives + 1.0)));
  }

  private static double loss(double[] odds, double[] targets, double a, double b) {
    double sum = 0;
    for (int i = 0; i < odds.length; i++) {
      double f = a * odds[i] + b;
      // −t·log(p) − (1 − t)·log(1 − p), without overflow
      sum +=
          f >= 0
              ? (1 - targets[i]) * f + Math.log1p(Math.exp(-f))
              : -targets[i] * f + Math.log1p(Math.exp(f));
    }
    return sum;
  }
}
