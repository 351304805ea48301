package dev.endolith.monitoring.drift;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Welch's t test: do two samples with possibly different variances have the same mean?
 *
 * <pre>{@code
 * t = (x̄ − ȳ)/√(s²ₓ/n + s²ᵧ/m),   p = P(|T_ν| ≥ |t|)
 * ν = (s²ₓ/n + s²ᵧ/m)²/((s²ₓ/n)²/(n − 1) + (s²ᵧ/m)²/(m − 1))
 * }</pre>
 *
 * <p>The effect size is (ȳ − x̄)/s with s² = (s²ₓ + s²ᵧ)/2, the shift in deviations (Cohen's d);
 * its interval is the 95 % confidence interval of ȳ − x̄ divided by s. If no sample varies: p = 1
 * for equal means and 0 for different ones. NaN are left out and counted. At least two values on
 * each side; with an infinite value there is no mean to compare, and no answer either. Costs two
 * passes. Immutable and thread-safe.
 *
 * <p>Source: B. L. Welch, <i>The Generalization of "Student's" Problem when Several Different
 * Population Variances are Involved</i>, Biometrika 34, 1947.
 */
public final class WelchT implements TwoSampleTest {
  private final boolean equalVariances;

  private WelchT(Builder builder) {
    equalVariances = builder.equalVariances;
  }

  /**
   * Returns the test with the defaults.
   *
   * @return the test
   */
  public static WelchT create() {
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

  @Override
  public TestResult compare(double[] reference, double[] current) {
    String name = equalVariances ? "Student t" : "Welch t";
    SortedPair pair = new SortedPair(reference, current);
    if (pair.n < 2 || pair.m < 2 || !pair.isFinite()) {
      return pair.notEnoughData(name);
    }
    double n = pair.n;
    double m = pair.m;
    // Scaled by a power of two, so that no square overflows or vanishes; t does not notice.
    double scale = pair.scale();
    double[] x = Arrays.stream(pair.x).map(v -> v * scale).toArray();
    double[] y = Arrays.stream(pair.y).map(v -> v * scale).toArray();
    double meanX = constantOr(x, Normal.mean(x));
    double meanY = constantOr(y, Normal.mean(y));
    double squaresX = x[0] == x[pair.n - 1] ? 0 : Normal.squares(x, meanX);
    double squaresY = y[0] == y[pair.m - 1] ? 0 : Normal.squares(y, meanY);
    double partX;
    double partY;
    double degrees;
    if (equalVariances) {
      degrees = n + m - 2;
      double common = (squaresX + squaresY) / degrees;
      partX = common / n;
      partY = common / m;
    } else {
      partX = squaresX / (n - 1) / n;
      partY = squaresY / (m - 1) / m;
      double both = partX + partY;
      // as shares, whose squares do not vanish where one sample's variance is tiny
      double share = partX / both;
      degrees = 1 / (share * share / (n - 1) + (1 - share) * (1 - share) / (m - 1));
    }
    double difference = meanX - meanY;
    double error = Math.sqrt(partX + partY);
    if (error == 0) {
      double sign = Math.signum(difference);
      double infinite = sign == 0 ? 0 : sign * Double.POSITIVE_INFINITY;
      return pair.result(name, infinite, sign == 0 ? 1 : 0, sign == 0 ? 0 : -infinite);
    }
    double t = difference / error;
    double s = Math.sqrt((squaresX / (n - 1) + squaresY / (m - 1)) / 2);
    double half = TDistribution.of(degrees).inverseSurvivalProbability(0.025) * error;
    return pair.result(
            name,
            t,
            Normal.twoSidedT(t, degrees),
            -difference / s,
            (-difference - half) / s,
            (-difference + half) / s)
        .detecting(Normal.detectable(error / s, Double.POSITIVE_INFINITY));
  }

  private static double constantOr(double[] sorted, double mean) {
    return sorted[0] == sorted[sorted.length - 1] ? sorted[0] : mean;
  }

  /** Sets up a {@link WelchT}. Not thread-safe; can be used again after a build. */
  public static final class Builder {
    private boolean equalVariances = false;

    private Builder() {}

    /**
     * Chooses Student's test, which assumes equal variances, instead.
     *
     * @param equalVariances true for Student's test; false by default
     * @return this
     */
    public Builder equalVariances(boolean equalVariances) {
      this.equalVariances = equalVariances;
      return this;
    }

    /**
     * Makes the test.
     *
     * @return the test
     */
    public WelchT build() {
      return new WelchT(this);
    }
  }
}
