package dev.endolith.serving;

import dev.endolith.sequential.Moments;
import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;

/** Normal posteriors of the mean rewards of arms. */
final class BanditPosterior {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final int POINTS = 201;

  /** Beyond so many standard deviations nothing is left to integrate. */
  private static final double REACH = 6;

  private BanditPosterior() {}

  /** The pooled variance within arms; 1 until two rewards of one arm differ. */
  static double commonVariance(List<Moments> rewards) {
    double squares = 0;
    double degrees = 0;
    for (Moments arm : rewards) {
      squares += arm.m2();
      degrees += Math.max(0, arm.n() - 1);
    }
    return squares > 0 ? squares / degrees : 1;
  }

  /** The probability of each arm that its mean is the greatest. */
  static double[] bestOf(List<Moments> rewards) {
    int arms = rewards.size();
    Moments all = rewards.stream().reduce(Moments.EMPTY, Moments::plus);
    double variance = commonVariance(rewards);
    double[] mean = new double[arms];
    double[] deviation = new double[arms];
    for (int i = 0; i < arms; i++) {
      Moments arm = rewards.get(i);
      mean[i] = (all.mean() + arm.n() * arm.mean()) / (1 + arm.n());
      deviation[i] = Math.sqrt(variance / (1 + arm.n()));
    }
    double[] best = new double[arms];
    double sum = 0;
    for (int i = 0; i < arms; i++) {
      double step = 2 * REACH / (POINTS - 1);
      for (int p = 0; p < POINTS; p++) {
        double z = -REACH + p * step;
        double density = NORMAL.density(z) * step;
        for (int j = 0; j < arms; j++) {
          if (j != i) {
            density *=
                NORMAL.cumulativeProbability((mean[i] + z * deviation[i] - mean[j]) / deviation[j]);
          }
        }
        best[i] += density;
      }
      sum += best[i];
    }
    for (int i = 0; i < arms; i++) {
      best[i] /= sum;
    }
    return best;
  }
}
