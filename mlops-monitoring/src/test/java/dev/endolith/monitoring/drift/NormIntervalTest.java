package dev.endolith.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Intervals of distances between samples of numbers and of rows cover the truth. */
class NormIntervalTest {
  private static final int ROUNDS = 200;

  /**
   * The least covered of {@link #ROUNDS} for 95 %: less four deviations of the binomial, and two
   * points for what is a limit or estimated from 99 resamples.
   */
  private static final double LEAST = ROUNDS * (0.93 - 4 * Math.sqrt(0.95 * 0.05 / ROUNDS));

  /** A test, and the same without the draws for its interval. */
  record Tried(TwoSampleTest test, TwoSampleTest plain) {
    @Override
    public String toString() {
      return test.getClass().getSimpleName();
    }
  }

  static Stream<Tried> ofNumbers() {
    return Stream.of(
        new Tried(Wasserstein.builder().resamples(99).build(), Wasserstein.create()),
        new Tried(Energy.builder().resamples(99).build(), Energy.create()),
        new Tried(CramerVonMises.builder().resamples(99).build(), CramerVonMises.create()),
        new Tried(AndersonDarling.builder().resamples(99).build(), AndersonDarling.create()),
        new Tried(Kuiper.create(), Kuiper.create()),
        new Tried(Levene.create(), Levene.create()),
        new Tried(EppsSingleton.create(), EppsSingleton.create()));
  }

  @ParameterizedTest
  @MethodSource("ofNumbers")
  void interval_normalSamples_coversTheTruth(Tried tried) {
    for (double[] change : new double[][] {{0, 1}, {0.2, 1}, {1, 0.7}}) {
      // the population's effect: two samples that are quantiles
      double truth =
          tried
              .plain()
              .compare(normalQuantiles(12_000, 0, 1), normalQuantiles(8_000, change[0], change[1]))
              .effectSize();
      SplittableRandom random = new SplittableRandom(11);
      int covered = 0;
      for (int i = 0; i < ROUNDS; i++) {
        TestResult result =
            tried
                .test()
                .compare(
                    Vectors.normal(random, 120, 0, 1),
                    Vectors.normal(random, 80, change[0], change[1]));
        assertThat(result.effectSize()).isBetween(result.effectLow(), result.effectHigh());
        covered += result.effectLow() <= truth && truth <= result.effectHigh() ? 1 : 0;
      }
      assertThat((double) covered)
          .as("%s, shift %s, spread %s", tried, change[0], change[1])
          .isGreaterThanOrEqualTo(LEAST);
    }
  }

  private static double[] normalQuantiles(int size, double mean, double deviation) {
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = mean + deviation * Normal.point((i + 0.5) / size);
    }
    return values;
  }

  @Test
  void interval_farApart_isNoVaguerThanThatOfTheMeans() {
    // Wasserstein's distance of shifted laws is the difference of means: ±1.96·√(1/n + 1/m)
    SplittableRandom random = new SplittableRandom(3);
    TestResult result =
        Wasserstein.builder()
            .resamples(999)
            .build()
            .compare(Vectors.normal(random, 400, 0, 1), Vectors.normal(random, 400, 0.1, 1));
    double ofMeans = 1.96 * Math.sqrt(2.0 / 400);
    assertThat(result.effectHigh() - result.effectSize()).isBetween(0.8 * ofMeans, 1.6 * ofMeans);
  }

  @Test
  void interval_sameSeed_isTheSame() {
    double[] x = Vectors.normal(new SplittableRandom(1), 50, 0, 1);
    double[] y = Vectors.normal(new SplittableRandom(2), 60, 0.5, 1);
    Energy test = Energy.builder().resamples(99).seed(5).build();

    assertThat(test.compare(x, y)).isEqualTo(test.compare(x, y));
    assertThat(test.compare(x, y))
        .isNotEqualTo(Energy.builder().resamples(99).seed(6).build().compare(x, y));
    assertThat(Energy.create().compare(x, y).effectLow()).isNaN();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Energy.builder().resamples(98))
        .withMessage("resamples must be 0 or in [99, 10000], was 98");
  }

  @Test
  void interval_valuesWithoutScaleOrEnd_isNone() {
    double[] infinite = {1, 2, Double.POSITIVE_INFINITY};
    double[] constant = {3, 3, 3};
    double[] usual = {1, 2, 4};
    for (TwoSampleTest test :
        List.of(
            Wasserstein.builder().resamples(99).build(), Energy.builder().resamples(99).build())) {
      for (double[] x : List.of(infinite, constant)) {
        TestResult result = test.compare(x, usual);
        assertThat(result.enoughData()).isTrue();
        assertThat(result.effectLow()).isNaN();
        assertThat(result.effectHigh()).isNaN();
      }
    }
    assertThat(Levene.create().compare(constant, usual).effectLow()).isNaN();
  }

  @Test
  void detectable_effectOfThatSize_isFoundFourTimesOfFive() {
    int n = 150;
    int m = 100;
    for (TwoSampleTest test :
        List.of(
            CramerVonMises.create(),
            AndersonDarling.create(),
            Kuiper.create(),
            Levene.create(),
            EppsSingleton.create())) {
      double[] reference = Vectors.normal(new SplittableRandom(1), n, 0, 1);
      double[] current = Vectors.normal(new SplittableRandom(2), m, 0, 1);
      double least = test.compare(reference, current).minimumDetectableEffect();
      boolean spread = test instanceof Levene;
      double change = 0; // the least change with that effect
      double effect = 0;
      while (effect < least) {
        change += 0.01;
        effect =
            test.compare(
                    normalQuantiles(3_000, 0, 1),
                    normalQuantiles(2_000, spread ? 0 : change, spread ? Math.exp(change) : 1))
                .effectSize();
      }
      SplittableRandom random = new SplittableRandom(3);
      int found = 0;
      int rounds = 300;
      for (int i = 0; i < rounds; i++) {
        double[] drawn =
            Vectors.normal(random, m, spread ? 0 : change, spread ? Math.exp(change) : 1);
        double p = test.compare(Vectors.normal(random, n, 0, 1), drawn).pValue();
        found += p <= 0.05 ? 1 : 0;
      }
      // four deviations of the binomial below 0.8; above it as these are upper bounds
      assertThat(found / (double) rounds)
          .as("%s", test.getClass().getSimpleName())
          .isBetween(0.8 - 4 * Math.sqrt(0.16 / rounds), test instanceof Kuiper ? 1 : 0.97);
    }
  }

  static Stream<Mmd.Method> ofRows() {
    return Stream.of(Mmd.Method.EXACT, Mmd.Method.RANDOM_FEATURES, Mmd.Method.BLOCK);
  }

  @ParameterizedTest
  @MethodSource("ofRows")
  void interval_rows_coversTheTruth(Mmd.Method method) {
    for (double shift : new double[] {0, 0.3, 1}) {
      // MMD² of normal laws δ apart, in closed form: E k(x, y) = s/(s + 2)·exp(−δ²/(2(s + 2))) with
      // s
      // the kernel's variance, in two dimensions
      double s = 1.5;
      double truth = Math.sqrt(2 * s / (s + 2) * (1 - Math.exp(-shift * shift / (2 * (s + 2)))));
      SplittableRandom random = new SplittableRandom(17);
      int covered = 0;
      int rounds = 60;
      for (int i = 0; i < rounds; i++) {
        Mmd test =
            Mmd.builder()
                .method(method)
                .bandwidth(Math.sqrt(s))
                .permutations(19)
                .resamples(99)
                .seed(i) // other cosines each time: their error is part of what is covered
                .build();
        TestResult result = test.compare(rows(random, 50, 0), rows(random, 40, shift));
        assertThat(result.effectSize()).isBetween(result.effectLow(), result.effectHigh());
        covered += result.effectLow() <= truth && truth <= result.effectHigh() ? 1 : 0;
      }
      assertThat((double) covered)
          .as("%s, shift %s", method, shift)
          .isGreaterThanOrEqualTo(rounds * (0.93 - 4 * Math.sqrt(0.95 * 0.05 / rounds)));
    }
  }

  /** The effect is |δ|² over the variance, of which there are two dimensions. */
  @Test
  void interval_embeddings_coversTheTruth() {
    EmbeddingDrift test = EmbeddingDrift.by(Mmd.builder().permutations(19).build()).ofLengths();
    for (double shift : new double[] {0, 0.3, 1}) {
      SplittableRandom random = new SplittableRandom(18);
      int covered = 0;
      int told = 0;
      int rounds = 100;
      double least = 0;
      for (int i = 0; i < rounds; i++) {
        TestResult result = test.compare(rows(random, 60, 0), rows(random, 50, shift));
        double truth = shift * shift / 2;
        assertThat(result.effectSize()).isBetween(result.effectLow(), result.effectHigh());
        covered += result.effectLow() <= truth && truth <= result.effectHigh() ? 1 : 0;
        told += result.effectLow() > 0 ? 1 : 0;
        least += result.minimumDetectableEffect() / rounds;
      }
      assertThat((double) covered)
          .as("shift %s", shift)
          .isGreaterThanOrEqualTo(rounds * (0.93 - 4 * Math.sqrt(0.95 * 0.05 / rounds)));
      assertThat(least).isBetween(0.05, 0.5);
      if (shift * shift / 2 >= least) {
        assertThat(told).isGreaterThanOrEqualTo(80);
      }
    }
    TestResult constant = test.compare(new double[5][3], new double[6][3]);
    assertThat(constant.effectSize()).isZero();
    assertThat(constant.effectLow()).isNaN();
  }

  /** λ, σ and the centres are of each pair, so the truth is only known where there is no change. */
  @Test
  void interval_densityDifference_holdsItsStatistic_andZeroWithoutChange() {
    Lsdd test = Lsdd.builder().permutations(19).resamples(99).build();
    SplittableRandom random = new SplittableRandom(19);
    int rounds = 60;
    int zero = 0;
    int told = 0;
    for (int i = 0; i < rounds; i++) {
      TestResult same = test.compare(rows(random, 80, 0), rows(random, 70, 0));
      TestResult moved = test.compare(rows(random, 80, 0), rows(random, 70, 2.5));
      for (TestResult result : List.of(same, moved)) {
        assertThat(result.effectSize()).isBetween(result.effectLow(), result.effectHigh());
        assertThat(result.minimumDetectableEffect()).isPositive();
      }
      zero += same.effectLow() == 0 ? 1 : 0;
      told += moved.effectLow() > 0 ? 1 : 0;
      assertThat(moved.effectSize()).isGreaterThan(moved.minimumDetectableEffect());
    }
    assertThat((double) zero)
        .isGreaterThanOrEqualTo(rounds * (0.93 - 4 * Math.sqrt(0.95 * 0.05 / rounds)));
    assertThat(told).isGreaterThanOrEqualTo(rounds * 8 / 10);
    assertThat(Lsdd.create().compare(rows(random, 80, 0), rows(random, 70, 0)).effectLow()).isNaN();
  }

  private static double[][] rows(SplittableRandom random, int size, double shift) {
    double[][] rows = new double[size][];
    for (int i = 0; i < size; i++) {
      rows[i] = new double[] {shift + random.nextGaussian(), random.nextGaussian()};
    }
    return rows;
  }
}
