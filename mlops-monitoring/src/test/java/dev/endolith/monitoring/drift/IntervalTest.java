package dev.endolith.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Intervals of effects cover the truth; what is said to be detectable is detected. */
class IntervalTest {
  @ParameterizedTest
  @CsvSource({
    // SciPy 1.17.1, ncx2 solved by brentq: degrees, observed, low, high
    "1, 4, 0, 15.681314587912055",
    "1, 10, 1.4452960254915312, 26.23735946678535",
    "2, 1, 0, 6.949118611030811",
    "2, 30, 11.570367521332647, 54.14569758851602",
    "5, 3, 0, 7.555596890159923",
    "9, 9, 0, 14.101910281102509",
    "9, 20, 0.4708212430012424, 31.70860434227266",
    "9, 60, 26.58545729294262, 85.2351693814873",
    "9, 400, 317.84594101571446, 473.85615691726315",
    "9, 5000, 4718.772357430502, 5272.9120771548705",
    "20, 33, 0, 37.156281462828",
    "100, 140, 8.138689458565143, 82.59478132935021",
    "255, 300, 0, 102.03712991286997"
  })
  void noncentrality_observed_isScipys(int degrees, double x, double low, double high) {
    // probabilities off by 0.0025 move λ by about 0.04 of its deviation
    assertThat(NoncentralChiSquare.low(x, degrees)).isCloseTo(low, within(0.1 + 0.005 * low));
    assertThat(NoncentralChiSquare.high(x, degrees)).isCloseTo(high, within(0.1 + 0.005 * high));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 7.848860509326205", "2, 9.634688867970246", "9, 15.649797895188195",
    "20, 20.960791833703894", "50, 30.203630169814318", "255, 61.59316350372869"
  })
  void detectable_atEightyPercent_isScipys(int degrees, double lambda) {
    assertThat(NoncentralChiSquare.detectable(degrees)).isCloseTo(lambda, within(0.01 * lambda));
  }

  private static final double[] P = {0.2, 0.15, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05};

  @Test
  void intervals_ofCounts_coverTheTruthInNineteenOfTwenty() {
    List<CategoricalTest> tests =
        List.of(
            Psi.create(),
            JensenShannon.create(),
            Hellinger.create(),
            TotalVariation.create(),
            KullbackLeibler.create(),
            LInfinity.create(),
            ChiSquare.create());
    for (CategoricalTest test : tests) {
      for (double change : new double[] {0, 0.1, 0.3, 0.6}) {
        double[] q = changed(change);
        // the population's effect, from counts without chance
        long huge = 1_000_000_000_000L;
        double truth = test.compare(scaled(P, huge), scaled(q, huge)).effectSize();
        for (int n : new int[] {500, 5_000}) {
          SplittableRandom random = new SplittableRandom(n + (long) (100 * change));
          int rounds = 400;
          int covered = 0;
          for (int i = 0; i < rounds; i++) {
            TestResult result =
                test.compare(Draws.multinomial(random, n, P), Draws.multinomial(random, n, q));
            assertThat(result.effectLow()).isBetween(0.0, result.effectHigh());
            covered +=
                result.effectLow() <= truth + 1e-9 && truth <= result.effectHigh() + 1e-9 ? 1 : 0;
          }
          // 95 % less four deviations of the binomial, and two points for laws that are limits
          double least = rounds * (0.93 - 4 * Math.sqrt(0.95 * 0.05 / rounds));
          assertThat((double) covered)
              .as("%s, change %s, n %d", test.getClass().getSimpleName(), change, n)
              .isGreaterThanOrEqualTo(least);
        }
      }
    }
  }

  private static double[] changed(double change) {
    double[] q = P.clone();
    for (int i = 0; i < 5; i++) {
      double moved = q[i] * change;
      q[i] -= moved;
      q[9 - i] += moved;
    }
    return q;
  }

  private static long[] scaled(double[] shares, long n) {
    return Arrays.stream(shares).mapToLong(s -> Math.round(s * n)).toArray();
  }

  @Test
  void detectable_shiftOfThatSize_isFoundFourTimesOfFive() {
    int n = 400;
    int m = 300;
    double[] reference = Vectors.normal(new SplittableRandom(1), n, 0, 1);
    double[] current = Vectors.normal(new SplittableRandom(2), m, 0, 1);
    double d = WelchT.create().compare(reference, current).minimumDetectableEffect();
    assertThat(power(WelchT.create(), n, m, d)).isBetween(0.73, 0.87);

    double area = MannWhitney.create().compare(reference, current).minimumDetectableEffect();
    // P(X < Y) of normal laws d apart is Φ(d/√2): its slope at 0 is 1/(2√π)
    assertThat(power(MannWhitney.create(), n, m, area * 2 * Math.sqrt(Math.PI)))
        .isBetween(0.72, 0.88);

    double distance =
        KolmogorovSmirnov.create().compare(reference, current).minimumDetectableEffect();
    // an upper bound: D of normal laws d apart is about d/√(2π)
    assertThat(power(KolmogorovSmirnov.create(), n, m, distance * Math.sqrt(2 * Math.PI)))
        .isGreaterThan(0.78);
  }

  private static double power(TwoSampleTest test, int n, int m, double shift) {
    SplittableRandom random = new SplittableRandom(3);
    int found = 0;
    for (int i = 0; i < 500; i++) {
      double p =
          test.compare(Vectors.normal(random, n, 0, 1), Vectors.normal(random, m, shift, 1))
              .pValue();
      found += p <= 0.05 ? 1 : 0;
    }
    return found / 500.0;
  }

  @Test
  void ksInterval_anyLaw_coversTheTruth() {
    SplittableRandom random = new SplittableRandom(5);
    BiFunction<Integer, Double, double[]> draw =
        (n, share) -> random.doubles(n).map(u -> u < share ? 1 : 0).toArray();
    for (int i = 0; i < 300; i++) {
      TestResult result =
          KolmogorovSmirnov.create().compare(draw.apply(200, 0.4), draw.apply(300, 0.6));
      assertThat(0.2).isBetween(result.effectLow(), result.effectHigh());
    }
  }
}
