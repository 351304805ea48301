package dev.endolith.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.endolith.monitoring.drift.KolmogorovSmirnov.Method;
import dev.endolith.monitoring.drift.TestResult.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KolmogorovSmirnovTest {
  private static final KolmogorovSmirnov AUTO = KolmogorovSmirnov.create();

  static List<List<String>> pairs() {
    return Vectors.rows("numeric-pairs.tsv");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void compare_referencePair_givesScipysStatisticAndP(List<String> row) {
    double[][] pair = Vectors.pair(row.get(0));

    TestResult auto = AUTO.compare(pair[0], pair[1]);

    assertThat(auto.statistic()).isCloseTo(Vectors.number(row.get(5)), offset(1e-12));
    assertThat(auto.effectSize()).isEqualTo(auto.statistic());
    assertThat(auto.referenceSize()).isEqualTo(Long.parseLong(row.get(1)));
    assertThat(auto.currentSize()).isEqualTo(Long.parseLong(row.get(2)));
    assertClose(auto.pValue(), Vectors.number(row.get(8)), 1e-8);
    if (!row.get(6).equals("-")) {
      assertClose(p(Method.EXACT, pair), Vectors.number(row.get(6)), 1e-9);
    }
    assertClose(p(Method.ASYMPTOTIC, pair), Vectors.number(row.get(7)), 1e-8);
  }

  static List<List<String>> kstwo() {
    return Vectors.rows("special.tsv").stream().filter(r -> r.get(0).equals("kstwo")).toList();
  }

  @ParameterizedTest
  @MethodSource("kstwo")
  void survival_finiteN_givesScipysValue(List<String> row) {
    double expected = Vectors.number(row.get(3));
    assertClose(
        KolmogorovDistribution.survival(Long.parseLong(row.get(1)), Vectors.number(row.get(2))),
        expected,
        1e-8);
  }

  @Test
  void survival_wherePartsMeet_isContinuousAndFalling() {
    for (long n : new long[] {2, 10, 139, 140, 141, 1000, 2_000, 2_001, 100_000, 10_000_000}) {
      double previous = 1;
      for (double z = 0.1; z < 6; z += 0.01) {
        double now = KolmogorovDistribution.survival(n, Math.min(1, z / Math.sqrt((double) n)));
        // The published approximations are good to 1e-5 of the value or better where they meet.
        assertThat(now).as("n=%d z=%s", n, z).isBetween(0.0, previous * (1 + 1e-5));
        previous = now;
      }
    }
  }

  @Test
  void oneSided_evenlySpacedTerms_areAsGoodAsAll() {
    for (long n : new long[] {256, 300, 1_000, 12_300, 100_000}) {
      for (double z : new double[] {1.483, 2, 4, 10, 19.2}) {
        double d = z / Math.sqrt((double) n);
        if (d < 1) {
          double all = KolmogorovDistribution.oneSidedSurvival(n, d, 1);
          assertClose(KolmogorovDistribution.oneSidedSurvival(n, d), all, 1e-11);
        }
      }
    }
  }

  @Test
  void compare_smallSamples_exactPIsThatOfEnumeration() {
    // All orders of 4 and 3 distinct values, counted by brute force.
    double[] reference = {1, 2, 3, 4};
    double[] current = {5, 6, 3.5};
    double d = AUTO.compare(reference, current).statistic();
    int extreme = 0;
    int all = 0;
    for (int mask = 0; mask < 1 << 7; mask++) {
      if (Integer.bitCount(mask) == 4) {
        all++;
        double[] x = new double[4];
        double[] y = new double[3];
        int i = 0;
        int j = 0;
        for (int k = 0; k < 7; k++) {
          if ((mask >> k & 1) == 1) {
            x[i++] = k;
          } else {
            y[j++] = k;
          }
        }
        extreme += AUTO.compare(x, y).statistic() >= d - 1e-12 ? 1 : 0;
      }
    }
    assertThat(all).isEqualTo(35);
    assertThat(AUTO.compare(reference, current).pValue())
        .isCloseTo((double) extreme / all, offset(1e-14));
  }

  @Test
  void conditionOnTies_smallTiedSamples_pIsThatOfAllRelabellings() {
    double[] pooled = {1, 1, 1, 2, 2, 3, 3, 3, 3};
    double[] reference = {1, 1, 2, 3};
    double[] current = {1, 2, 3, 3, 3};
    KolmogorovSmirnov tied = KolmogorovSmirnov.builder().conditionOnTies(true).build();
    double d = tied.compare(reference, current).statistic();
    int extreme = 0;
    int all = 0;
    for (int mask = 0; mask < 1 << 9; mask++) {
      if (Integer.bitCount(mask) == 4) {
        all++;
        double[] x = new double[4];
        double[] y = new double[5];
        int i = 0;
        int j = 0;
        for (int k = 0; k < 9; k++) {
          if ((mask >> k & 1) == 1) {
            x[i++] = pooled[k];
          } else {
            y[j++] = pooled[k];
          }
        }
        extreme += tied.compare(x, y).statistic() >= d - 1e-12 ? 1 : 0;
      }
    }

    TestResult result = tied.compare(reference, current);

    assertThat(result.pValue()).isCloseTo((double) extreme / all, offset(1e-13));
    assertThat(result.pValue()).isLessThanOrEqualTo(AUTO.compare(reference, current).pValue());
    assertThat(result.method()).isEqualTo("Kolmogorov-Smirnov (exact, conditional on ties)");
  }

  @Test
  void conditionOnTies_noTies_changesNothing() {
    SplittableRandom random = new SplittableRandom(5);
    double[] reference = Vectors.normal(random, 300, 0, 1);
    for (int m : new int[] {300, 211}) {
      double[] current = Vectors.normal(random, m, 0.1, 1);
      double p =
          KolmogorovSmirnov.builder()
              .conditionOnTies(true)
              .build()
              .compare(reference, current)
              .pValue();
      assertClose(p, AUTO.compare(reference, current).pValue(), 1e-11);
    }
  }

  @Test
  void compare_randomTiedSamples_statisticIsThatOfTheDefinition() {
    SplittableRandom random = new SplittableRandom(6);
    for (int round = 0; round < 2_000; round++) {
      double[] x = random.ints(1 + random.nextInt(12), 0, 6).asDoubleStream().toArray();
      double[] y = random.ints(1 + random.nextInt(12), 0, 6).asDoubleStream().toArray();
      double expected = 0;
      for (int at = 0; at < 6; at++) {
        double value = at;
        double f = Arrays.stream(x).filter(v -> v <= value).count() / (double) x.length;
        double g = Arrays.stream(y).filter(v -> v <= value).count() / (double) y.length;
        expected = Math.max(expected, Math.abs(f - g));
      }
      assertThat(AUTO.compare(x, y).statistic())
          .as("round %d: %s %s", round, Arrays.toString(x), Arrays.toString(y))
          .isCloseTo(expected, offset(1e-14));
    }
  }

  @Test
  void compareBinned_singletonBins_isTheSameAsValues() {
    SplittableRandom random = new SplittableRandom(7);
    double[] x = random.ints(400, 0, 9).asDoubleStream().toArray();
    double[] y = random.ints(300, 1, 9).asDoubleStream().toArray();
    long[] reference = new long[9];
    long[] current = new long[9];
    Arrays.stream(x).forEach(v -> reference[(int) v]++);
    Arrays.stream(y).forEach(v -> current[(int) v]++);
    for (KolmogorovSmirnov test :
        List.of(
            KolmogorovSmirnov.builder().method(Method.EXACT).build(),
            KolmogorovSmirnov.builder().method(Method.ASYMPTOTIC).build(),
            KolmogorovSmirnov.builder().conditionOnTies(true).build())) {
      assertThat(test.compareBinned(reference, current)).isEqualTo(test.compare(x, y));
    }
    assertThat(AUTO.compareBinned(reference, current).method())
        .isEqualTo("Kolmogorov-Smirnov (asymptotic)");
  }

  @Test
  void compareBinned_billionsOfRows_doNotOverflow() {
    long[] reference = {3_000_000_000_000L, 1_000_000_000_000L};
    long[] current = {2_000_000_000_000L, 2_000_000_000_000L};

    TestResult result = AUTO.compareBinned(reference, current);

    assertThat(result.statistic()).isCloseTo(0.25, offset(1e-12));
    assertThat(result.pValue()).isZero();
    assertThat(result.method()).isEqualTo("Kolmogorov-Smirnov (asymptotic)");
  }

  @Test
  void compareBinned_wrongCounts_areRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AUTO.compareBinned(new long[] {1}, new long[] {1, 2}))
        .withMessage("reference and current must count the same categories, had 1 and 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AUTO.compareBinned(new long[] {1}, new long[] {-1}))
        .withMessage("currentCounts[0] must not be negative, was -1");
    assertThat(AUTO.compareBinned(new long[0], new long[0]).enoughData()).isFalse();
  }

  @Test
  void compare_nan_isLeftOutAndCounted() {
    double[] reference = {1, Double.NaN, 2, 3};
    double[] current = {Double.NaN, Double.NaN, 2, 3, 4};

    TestResult result = AUTO.compare(reference, current);

    TestResult without = AUTO.compare(new double[] {1, 2, 3}, new double[] {2, 3, 4});
    assertThat(result.statistic()).isEqualTo(without.statistic());
    assertThat(result.pValue()).isEqualTo(without.pValue());
    assertThat(result.referenceMissing()).isEqualTo(1);
    assertThat(result.currentMissing()).isEqualTo(2);
    assertThat(result.referenceSize()).isEqualTo(3);
    assertThat(current[0]).isNaN();
  }

  @Test
  void compare_emptyOrAllNaN_isNotEnoughData() {
    for (double[] none : new double[][] {{}, {Double.NaN}}) {
      TestResult result = AUTO.compare(new double[] {1, 2}, none);
      assertThat(result.enoughData()).isFalse();
      assertThat(result.pValue()).isNaN();
      assertThat(result.verdict(0.05)).isEqualTo(Verdict.UNDECIDED);
    }
  }

  @Test
  void compare_infinitiesAndSignedZeros_areOrdinaryValues() {
    double inf = Double.POSITIVE_INFINITY;
    assertThat(AUTO.compare(new double[] {-inf, 0, inf}, new double[] {-inf, -0.0, inf}).pValue())
        .isEqualTo(1);
    assertThat(AUTO.compare(new double[] {inf, inf}, new double[] {-inf, -inf}).statistic())
        .isEqualTo(1);
  }

  @Test
  void compare_sameDistribution_rejectsAsOftenAsTheLevel() {
    // p is uniform but for the steps of D, so P(p <= 0.05) is at most 0.05, and near it. Of 2000
    // tests 100 are expected, with a deviation of √(2000·0.05·0.95) = 9.7; four of them are 39. The
    // steps of D at 80 and 100 values cost some level: lower bound 40.
    SplittableRandom random = new SplittableRandom(1);
    int rejected = 0;
    for (int round = 0; round < 2_000; round++) {
      rejected +=
          AUTO.compare(Vectors.normal(random, 80, 0, 1), Vectors.normal(random, 100, 0, 1))
                      .verdict(0.05)
                  == Verdict.DIFFERENT
              ? 1
              : 0;
    }
    assertThat(rejected).isBetween(40, 139);
  }

  @Test
  void compare_shiftOfHalfADeviation_isFoundInMostTests() {
    // 200 and 200 values: D is about 0.2, its 5 % point 1.36/√100 = 0.136; D's own deviation is at
    // most 0.05, so the power is above 0.89. 100 tests: 89 − 4·√(100·0.89·0.11) = 76.
    SplittableRandom random = new SplittableRandom(2);
    int rejected = 0;
    for (int round = 0; round < 100; round++) {
      rejected +=
          AUTO.compare(Vectors.normal(random, 200, 0, 1), Vectors.normal(random, 200, 0.5, 1))
                      .verdict(0.05)
                  == Verdict.DIFFERENT
              ? 1
              : 0;
    }
    assertThat(rejected).isGreaterThan(76);
  }

  @Test
  void conditionOnTies_fewDistinctValues_restoresTheLevel() {
    // Five values only: the plain p is conservative, the conditional one is not (see above for 39).
    KolmogorovSmirnov tied = KolmogorovSmirnov.builder().conditionOnTies(true).build();
    SplittableRandom random = new SplittableRandom(3);
    int plainRejected = 0;
    int tiedRejected = 0;
    for (int round = 0; round < 2_000; round++) {
      double[] x = random.ints(100, 0, 5).asDoubleStream().toArray();
      double[] y = random.ints(120, 0, 5).asDoubleStream().toArray();
      plainRejected += AUTO.compare(x, y).pValue() <= 0.05 ? 1 : 0;
      tiedRejected += tied.compare(x, y).pValue() <= 0.05 ? 1 : 0;
    }
    assertThat(tiedRejected).isBetween(61, 139);
    assertThat(plainRejected).isLessThan(tiedRejected);
  }

  private static double p(Method method, double[][] pair) {
    return KolmogorovSmirnov.builder().method(method).build().compare(pair[0], pair[1]).pValue();
  }

  private static void assertClose(double actual, double expected, double relative) {
    assertThat(actual).isCloseTo(expected, offset(Math.max(relative * expected, 1e-300)));
  }
}
