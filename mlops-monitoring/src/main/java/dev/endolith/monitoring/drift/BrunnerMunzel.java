package dev.endolith.monitoring.drift;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The Brunner-Munzel test: is a value of one sample as likely to exceed one of the other as to be
 * exceeded? Unlike {@link MannWhitney} it does not assume equal spreads.
 *
 * <pre>{@code
 * B = nm·(R̄ᵧ − R̄ₓ)/(N·√(n·Sₓ + m·Sᵧ)),  R the mid-ranks in the pooled sample, S the variances of R less the rank within
 * p = P(|T_ν| ≥ |B|),   ν = (n·Sₓ + m·Sᵧ)²/((n·Sₓ)²/(n − 1) + (m·Sᵧ)²/(m − 1))
 * }</pre>
 *
 * <p>The effect size is P(Y > X) + ½·P(Y = X), in [0, 1], with its 95 % interval; ½ means no
 * difference. If no placement varies, as for samples that do not overlap: p = 1 if the effect is ½,
 * else 0. Infinities are ordinary values. NaN are left out and counted. At least two values on each
 * side. Costs two sorts. Immutable and thread-safe.
 *
 * <p>Source: E. Brunner and U. Munzel, <i>The Nonparametric Behrens-Fisher Problem</i>, Biometrical
 * Journal 42, 2000.
 */
public final class BrunnerMunzel implements TwoSampleTest {

  private BrunnerMunzel() {}

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static BrunnerMunzel create() {
    return builder().build();
  }

  /**
   * Returns a builder with the defaults.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  private static final String NAME = "Brunner-Munzel";

  @Override
  public TestResult compare(double[] reference, double[] current) {
    SortedPair pair = new SortedPair(reference, current);
    if (pair.n < 2 || pair.m < 2) {
      return pair.notEnoughData(NAME);
    }
    double n = pair.n;
    double m = pair.m;
    // Twice the placements, which are whole numbers: exact sums.
    Placements sums = new Placements();
    pair.forEachBlock(sums);
    double ofX = variance(sums.sumX, sums.squaresX, n);
    double ofY = variance(sums.sumY, sums.squaresY, m);
    // Σ of the placements of Y is the number of pairs where Y exceeds X.
    double effect = sums.sumY / 2 / (n * m);
    double partX = n * ofX;
    double partY = m * ofY;
    double all = partX + partY;
    if (!(all > 0)) {
      double sign = Math.signum(effect - 0.5);
      return pair.result(
          NAME, sign == 0 ? 0 : sign * Double.POSITIVE_INFINITY, sign == 0 ? 1 : 0, effect);
    }
    double b = n * m * (effect - 0.5) / Math.sqrt(all);
    double degrees = all * all / (partX * partX / (n - 1) + partY * partY / (m - 1));
    double half =
        TDistribution.of(degrees).inverseSurvivalProbability(0.025) * Math.sqrt(all) / (n * m);
    return pair.result(
            NAME,
            b,
            Normal.twoSidedT(b, degrees),
            effect,
            Math.max(0, effect - half),
            Math.min(1, effect + half))
        .detecting(Normal.detectable(Math.sqrt(all) / (n * m), 0.5));
  }

  private static double variance(double sum, double squares, double size) {
    return Math.max(0, squares - sum * sum / size) / (size - 1) / 4;
  }

  private static final class Placements implements SortedPair.Blocks {
    private double belowX;
    private double belowY;
    private double sumX;
    private double sumY;
    private double squaresX;
    private double squaresY;

    @Override
    public void block(double value, int inX, int inY) {
      double x = 2 * belowY + inY;
      double y = 2 * belowX + inX;
      sumX += inX * x;
      sumY += inY * y;
      squaresX += inX * x * x;
      squaresY += inY * y * y;
      belowX += inX;
      belowY += inY;
    }
  }

  /** Sets up a {@link BrunnerMunzel}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private Builder() {}

    /**
     * Makes the test.
     *
     * @return the test
     */
    public BrunnerMunzel build() {
      return new BrunnerMunzel();
    }
  }
}
