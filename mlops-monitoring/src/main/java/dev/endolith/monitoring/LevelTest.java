package dev.endolith.monitoring;

import dev.endolith.monitoring.profile.ErrorProfile;
import java.util.Arrays;

/*
 * Tests, after every error, whether the mean error is above a bound; valid however long it runs. See
 * Monitor for the argument.
 *
 * Of λ = f/bound, the best f for errors of mean q is (q − bound)/(1 − bound) for 0/1 errors: the
 * fractions below cover an excess from small to half of what is possible, and a mixture loses at
 * most ln 6 against the best of them.
 */
final class LevelTest {
  private static final double[] FRACTIONS = {1 / 64.0, 1 / 32.0, 1 / 16.0, 1 / 8.0, 1 / 4.0, 0.5};
  private static final double LOG_ALARM = Math.log(1_000);

  /** The 99 % quantile of the standard normal law. */
  static final double Z = 2.3263478740408408;

  private final double bound;
  private final double[] logWealth;

  LevelTest(double bound, double[] logWealth) {
    this.bound = bound;
    this.logWealth = logWealth.length == FRACTIONS.length ? logWealth.clone() : fresh();
  }

  static int size() {
    return FRACTIONS.length;
  }

  static double[] fresh() {
    return new double[FRACTIONS.length];
  }

  /** The greatest mean error that is not held against a model; 1 or more if any is allowed. */
  static double bound(ErrorProfile heldOut, double tolerance) {
    if (heldOut.rows() == 0) {
      return 1;
    }
    double n = heldOut.rows() + Z * Z;
    double mean = (heldOut.rows() * heldOut.mean() + Z * Z / 2) / n;
    return mean + Z * Math.sqrt(mean * (1 - mean) / n) + tolerance;
  }

  /** Whether the errors so far show a mean above the bound. */
  boolean update(double error) {
    if (!(bound < 1)) {
      return false;
    }
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < FRACTIONS.length; i++) {
      logWealth[i] += Math.log1p(FRACTIONS[i] * (error / bound - 1));
      greatest = Math.max(greatest, logWealth[i]);
    }
    double sum = 0;
    for (double log : logWealth) {
      sum += Math.exp(log - greatest);
    }
    return greatest + Math.log(sum / FRACTIONS.length) >= LOG_ALARM;
  }

  void restart() {
    Arrays.fill(logWealth, 0);
  }

  double[] state() {
    return logWealth.clone();
  }
}
