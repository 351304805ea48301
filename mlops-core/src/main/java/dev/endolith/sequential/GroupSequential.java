package dev.endolith.sequential;

import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Two-sided boundaries for a known number of equally spaced looks: the most power where the
 * greatest sample size is known. A test rejects at look k once |z| exceeds the k-th boundary.
 *
 * <p>The probability of crossing is found by numerical recursion over the looks (Armitage,
 * McPherson and Rowe, 1969; Jennison and Turnbull, 1999, chapter 19).
 */
public final class GroupSequential {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final int POINTS = 401;

  private GroupSequential() {}

  /**
   * Pocock's boundaries (1977): the same at every look.
   *
   * @param looks how many looks, from 1
   * @param alpha the probability of a false rejection over all looks, in (0, 1)
   * @return a boundary by look
   */
  public static double[] pocock(int looks, double alpha) {
    return solve(alpha, c -> constant(looks, c, 0));
  }

  /**
   * O'Brien and Fleming's boundaries (1979): strict at first, nearly the fixed test's at last.
   *
   * @param looks how many looks, from 1
   * @param alpha the probability of a false rejection over all looks, in (0, 1)
   * @return a boundary by look
   */
  public static double[] obrienFleming(int looks, double alpha) {
    return solve(alpha, c -> constant(looks, c, 0.5));
  }

  /**
   * Boundaries that spend alpha as declared (Lan and DeMets, 1983).
   *
   * @param looks how many looks, from 1
   * @param spending alpha that is spent up to a share of the sample, in [0, 1]; grows
   * @return a boundary by look
   */
  public static double[] spending(int looks, DoubleUnaryOperator spending) {
    double[] bounds = new double[looks];
    for (int k = 0; k < looks; k++) {
      int look = k;
      double goal = spending.applyAsDouble((k + 1.0) / looks);
      bounds[k] =
          bisect(
              goal,
              c -> {
                double[] tried = java.util.Arrays.copyOf(bounds, look + 1);
                tried[look] = c;
                return crossing(tried);
              });
    }
    return bounds;
  }

  /**
   * How O'Brien and Fleming's boundaries spend, about.
   *
   * @param alpha all of alpha
   * @return 2 (1 − Φ(z / √t))
   */
  public static DoubleUnaryOperator obrienFlemingSpending(double alpha) {
    double z = NORMAL.inverseSurvivalProbability(alpha / 2);
    return t -> 2 * NORMAL.survivalProbability(z / Math.sqrt(t));
  }

  /**
   * How Pocock's boundaries spend, about.
   *
   * @param alpha all of alpha
   * @return alpha ln(1 + (e − 1) t)
   */
  public static DoubleUnaryOperator pocockSpending(double alpha) {
    return t -> alpha * Math.log1p((Math.E - 1) * t);
  }

  /**
   * The probability that boundaries are crossed at any look without an effect.
   *
   * @param bounds a boundary by look, at equally spaced looks
   * @return the probability
   */
  public static double crossing(double... bounds) {
    // the sum of k standard normal increments, while it stays within its boundary
    double crossed = 2 * NORMAL.survivalProbability(bounds[0]);
    double edge = bounds[0];
    double[] density = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      density[i] = NORMAL.density(at(i, edge));
    }
    for (int k = 1; k < bounds.length; k++) {
      double next = bounds[k] * Math.sqrt(k + 1.0);
      double[] after = new double[POINTS];
      double step = 2 * edge / (POINTS - 1);
      for (int i = 0; i < POINTS; i++) {
        double weight = step / 3 * (i == 0 || i == POINTS - 1 ? 1 : i % 2 == 1 ? 4 : 2);
        double mass = weight * density[i];
        double s = at(i, edge);
        crossed +=
            mass * (NORMAL.survivalProbability(next - s) + NORMAL.cumulativeProbability(-next - s));
        for (int j = 0; j < POINTS; j++) {
          double d = at(j, next) - s;
          after[j] += mass * Math.exp(-d * d / 2) / Math.sqrt(2 * Math.PI);
        }
      }
      density = after;
      edge = next;
    }
    return crossed;
  }

  private static double at(int point, double edge) {
    return -edge + 2 * edge * point / (POINTS - 1);
  }

  private static double[] constant(int looks, double c, double power) {
    double[] bounds = new double[looks];
    for (int k = 0; k < looks; k++) {
      bounds[k] = c * Math.pow(looks / (k + 1.0), power);
    }
    return bounds;
  }

  private static double[] solve(double alpha, DoubleFunction<double[]> family) {
    return family.apply(bisect(alpha, c -> crossing(family.apply(c))));
  }

  /** The boundary at which a probability of crossing, which falls, is as wanted. */
  private static double bisect(double goal, DoubleUnaryOperator crossing) {
    double low = 0.1;
    double high = 12;
    for (int i = 0; i < 45; i++) {
      double middle = (low + high) / 2;
      if (crossing.applyAsDouble(middle) > goal) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
