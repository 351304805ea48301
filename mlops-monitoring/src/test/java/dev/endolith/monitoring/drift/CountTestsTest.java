package dev.endolith.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.endolith.monitoring.drift.TestResult.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CountTestsTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  static List<List<String>> tables() {
    return Vectors.rows("tables.tsv");
  }

  static List<List<String>> pairs() {
    return Vectors.rows("numeric-pairs.tsv");
  }

  static List<CategoricalTest> countTests() {
    return List.of(
        ChiSquare.create(),
        ChiSquare.builder().rareBelow(0).yates(true).build(),
        Psi.create(),
        Psi.builder().smoothing(0).build(),
        JensenShannon.create());
  }

  static List<TwoSampleTest> numberTests() {
    return List.of(
        KolmogorovSmirnov.create(),
        KolmogorovSmirnov.builder().conditionOnTies(true).build(),
        Psi.create(),
        Psi.builder().bins(2).smoothing(0).build(),
        JensenShannon.create());
  }

  @ParameterizedTest
  @MethodSource("tables")
  void chiSquare_referenceTable_givesScipysStatisticAndP(List<String> row) {
    long[] reference = Vectors.longs(row.get(1));
    long[] current = Vectors.longs(row.get(2));

    TestResult plain = ChiSquare.create().compare(reference, current);
    TestResult corrected = ChiSquare.builder().yates(true).build().compare(reference, current);

    assertClose(plain.statistic(), Vectors.number(row.get(3)), 1e-12);
    assertClose(plain.pValue(), Vectors.number(row.get(4)), 1e-9);
    assertClose(corrected.statistic(), Vectors.number(row.get(5)), 1e-12);
    assertClose(corrected.pValue(), Vectors.number(row.get(6)), 1e-9);
    if (!row.get(7).equals("NaN")) {
      assertClose(plain.effectSize(), Vectors.number(row.get(7)), 1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("tables")
  void distances_referenceTable_giveTheReferenceValues(List<String> row) {
    long[] reference = Vectors.longs(row.get(1));
    long[] current = Vectors.longs(row.get(2));

    assertClose(
        Psi.create().compare(reference, current).statistic(), Vectors.number(row.get(8)), 1e-12);
    assertClose(
        Psi.builder().zeroShare(1e-4).build().compare(reference, current).statistic(),
        Vectors.number(row.get(9)),
        1e-12);
    assertClose(
        JensenShannon.create().compare(reference, current).statistic(),
        Vectors.number(row.get(10)),
        1e-12);
    assertClose(
        JensenShannon.builder()
            .naturalLogarithm(true)
            .build()
            .compare(reference, current)
            .statistic(),
        Vectors.number(row.get(11)),
        1e-12);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void distances_referenceCounts_giveTheReferenceValues(List<String> row) {
    long[] reference = Vectors.longs(row.get(10));
    long[] current = Vectors.longs(row.get(11));

    assertClose(
        Psi.create().compare(reference, current).statistic(), Vectors.number(row.get(12)), 1e-12);
    assertClose(
        Psi.builder().zeroShare(1e-4).build().compare(reference, current).statistic(),
        Vectors.number(row.get(13)),
        1e-12);
    assertClose(
        JensenShannon.create().compare(reference, current).statistic(),
        Vectors.number(row.get(14)),
        1e-12);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void distances_referenceValues_areBinnedAsTheReferenceBins(List<String> row) {
    // Point masses have bins of their own here and not in the reference.
    if (List.of("P08_const_equal_30", "P21_binary_300_250", "P23_few_distinct_5000")
        .contains(row.get(0))) {
      return;
    }
    double[][] pair = Vectors.pair(row.get(0));

    TestResult psi = Psi.create().compare(pair[0], pair[1]);
    TestResult js = JensenShannon.create().compare(pair[0], pair[1]);

    assertClose(psi.statistic(), Vectors.number(row.get(12)), 1e-12);
    assertClose(js.statistic(), Vectors.number(row.get(14)), 1e-12);
    assertThat(psi.referenceSize()).isEqualTo(pair[0].length);
  }

  @Test
  void chiSquareSurvival_referencePoints_giveScipysValues() {
    for (List<String> row : Vectors.rows("special.tsv")) {
      if (row.get(0).equals("chi2")) {
        double expected = Vectors.number(row.get(3));
        if (expected >= 1e-250 && Vectors.number(row.get(1)) % 1 == 0) {
          assertClose(
              Counts.chiSquareSurvival(
                  Vectors.number(row.get(2)), (int) Vectors.number(row.get(1))),
              expected,
              1e-9);
        }
      }
    }
  }

  @Test
  void psi_constantReferenceThatMoves_isFound() {
    double[] fives = new double[30];
    double[] sixes = new double[30];
    Arrays.fill(fives, 5);
    Arrays.fill(sixes, 6);

    assertThat(Psi.create().compare(fives, fives).statistic()).isZero();
    assertThat(Psi.create().compare(fives, fives).pValue()).isEqualTo(1);
    assertThat(Psi.create().compare(fives, sixes).statistic()).isGreaterThan(5);
    assertThat(Psi.create().compare(fives, sixes).verdict(0.001)).isEqualTo(Verdict.DIFFERENT);
    assertThat(JensenShannon.create().compare(fives, sixes).statistic()).isEqualTo(1);
    assertThat(Psi.builder().bins(2).build().compare(fives, sixes).statistic()).isGreaterThan(3);
  }

  @Test
  void psi_zeroInflatedReference_seesZerosAndSmallValuesApart() {
    double[] reference = new double[100];
    double[] current = new double[100];
    for (int i = 0; i < 100; i++) {
      reference[i] = i < 50 ? 0 : i;
      current[i] = i < 50 ? 0.001 : i;
    }
    assertThat(Psi.create().compare(reference, current).statistic()).isGreaterThan(1);
  }

  @Test
  void chiSquare_rareCategories_arePooledUntilTheTestHolds() {
    long[] reference = {1000, 500, 2, 1, 0, 1};
    long[] current = {990, 510, 0, 1, 2, 0};

    TestResult pooled = ChiSquare.create().compare(reference, current);
    TestResult asIs = ChiSquare.builder().rareBelow(0).build().compare(reference, current);
    TestResult byHand =
        ChiSquare.builder()
            .rareBelow(0)
            .build()
            .compare(new long[] {1000, 500, 4}, new long[] {990, 510, 3});

    assertThat(pooled.method()).isEqualTo("chi-square, 4 rare categories pooled");
    assertClose(pooled.statistic(), byHand.statistic(), 1e-12);
    assertClose(pooled.pValue(), byHand.pValue(), 1e-12);
    assertThat(asIs.method()).isEqualTo("chi-square");
    assertThat(asIs.statistic()).isGreaterThan(pooled.statistic());
  }

  @Test
  void chiSquare_otherStillRare_takesTheNextRarest() {
    long[] reference = {1000, 20, 1, 0};
    long[] current = {1000, 25, 0, 1};

    TestResult pooled = ChiSquare.create().compare(reference, current);

    assertThat(pooled.method()).isEqualTo("chi-square, 3 rare categories pooled");
  }

  @Test
  void chiSquare_onlyRareCategories_keepsTwo() {
    TestResult result = ChiSquare.create().compare(new long[] {1, 1, 1}, new long[] {0, 1, 2});
    assertThat(result.statistic()).isFinite();
    assertThat(result.pValue()).isBetween(0.0, 1.0);
    assertThat(ChiSquare.create().compare(new long[] {1, 0}, new long[] {0, 1}).effectSize())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("countTests")
  void compareCounts_wrongInput_isRejected(CategoricalTest test) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> test.compare(new long[2], new long[3]))
        .withMessage("reference and current must count the same categories, had 2 and 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> test.compare(new long[] {1, -2}, new long[] {1, 1}))
        .withMessage("reference[1] must not be negative, was -2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> test.compare(new long[] {Long.MAX_VALUE, 1}, new long[] {1, 1}))
        .withMessageContaining("must not sum to more than");
  }

  @ParameterizedTest
  @MethodSource("countTests")
  void compareCounts_extremes_areTotal(CategoricalTest test) {
    assertThat(test.compare(new long[0], new long[0]).enoughData()).isFalse();
    assertThat(test.compare(new long[2], new long[] {1, 1}).enoughData()).isFalse();
    for (long[][] table :
        new long[][][] {
          {{5}, {7}},
          {{5, 0}, {7, 0}},
          {{1, 0}, {0, 1}},
          {{Long.MAX_VALUE, 0}, {0, Long.MAX_VALUE}},
          {{Long.MAX_VALUE}, {1}},
          {{0, 3, 0}, {1, 1, 0}}
        }) {
      TestResult result = test.compare(table[0], table[1]);
      assertThat(result.statistic())
          .as("%s", Arrays.deepToString(table))
          .isNotNaN()
          .isNotNegative();
      assertThat(result.pValue()).isBetween(0.0, 1.0);
      assertThat(result.enoughData()).isTrue();
    }
    assertThat(test.compare(new long[] {5, 0}, new long[] {7, 0}).pValue()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("numberTests")
  void compareNumbers_extremes_areTotal(TwoSampleTest test) {
    double[][] samples = {
      {},
      {Double.NaN},
      {0},
      {-0.0, 0},
      {INF},
      {-INF, INF},
      {-INF, -INF, 1, INF, INF},
      {-Double.MAX_VALUE, Double.MAX_VALUE},
      {3, 3, 3, Double.NaN},
      {Double.MIN_VALUE, 0, 1e300},
      {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
    };
    for (double[] x : samples) {
      for (double[] y : samples) {
        double[] xBefore = x.clone();
        TestResult result = test.compare(x, y);
        assertThat(x).isEqualTo(xBefore);
        if (result.enoughData()) {
          assertThat(result.statistic()).isNotNaN().isNotNegative();
          assertThat(result.pValue()).isBetween(0.0, 1.0);
        } else {
          assertThat(Math.min(result.referenceSize(), result.currentSize())).isZero();
        }
        assertThat(result.referenceSize() + result.referenceMissing()).isEqualTo(x.length);
        assertThat(result.currentSize() + result.currentMissing()).isEqualTo(y.length);
        if (x == y && result.enoughData()) {
          assertThat(result.statistic()).isZero();
          assertThat(result.pValue()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void countTests_sameShares_rejectAsOftenAsTheLevel() {
    // Multinomial, eight categories, 2000 and 1000 values. 2000 tests at 5 %: 100 expected, four
    // deviations of 9.7 are 39. The χ² law is an approximation, good to about half a percent here
    // (10 of 2000): [51, 149].
    assertFalseAlarms(ChiSquare.create(), new double[8], 51, 149);
    assertFalseAlarms(Psi.create(), new double[8], 51, 149);
    assertFalseAlarms(JensenShannon.create(), new double[8], 51, 149);
  }

  @Test
  void chiSquare_manyRareCategories_keepsTheLevel() {
    // Two large categories and fifty that occur some once in a thousand. Unpooled tests of such
    // tables are off either way; pooled, the level holds as above.
    double[] weights = new double[52];
    Arrays.fill(weights, 2, 52, 0.001);
    assertFalseAlarms(ChiSquare.create(), weights, 51, 149);
  }

  @Test
  void countTests_shiftedShares_areFound() {
    // Shares move by ±0.04 of 0.125: the noncentrality is Σ(Δ²/p)·nm/(n+m) = 8·0.0016/0.125·667 =
    // 68, against a 5 % point of 14 with 7 degrees of freedom: the power is 1 to many digits.
    SplittableRandom random = new SplittableRandom(4);
    double[] shifted = new double[8];
    for (int i = 0; i < 8; i++) {
      shifted[i] = i % 2 == 0 ? 0.165 : 0.085;
    }
    for (int round = 0; round < 50; round++) {
      long[] reference = sample(random, new double[8], 2_000);
      long[] current = sample(random, shifted, 1_000);
      for (CategoricalTest test :
          List.of(ChiSquare.create(), Psi.create(), JensenShannon.create())) {
        assertThat(test.compare(reference, current).verdict(0.05)).isEqualTo(Verdict.DIFFERENT);
      }
    }
  }

  @Test
  void psi_numbersOfTheSameDistribution_rejectAsOftenAsTheLevel() {
    // Bins made from the reference: 500 tests at 5 %, 25 expected, four deviations of 4.9 are 19;
    // the law is approximate (one percent, 5).
    SplittableRandom random = new SplittableRandom(5);
    int rejected = 0;
    for (int round = 0; round < 500; round++) {
      rejected +=
          Psi.create()
                      .compare(
                          Vectors.normal(random, 1_500, 0, 1), Vectors.normal(random, 1_000, 0, 1))
                      .pValue()
                  <= 0.05
              ? 1
              : 0;
    }
    assertThat(rejected).isBetween(1, 49);
  }

  @Test
  void builders_nonsense_isRejectedWithRuleAndValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Psi.builder().bins(1))
        .withMessage("bins must be in [2, 1000], was 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Psi.builder().smoothing(-1))
        .withMessage("smoothing must be finite and at least 0, was -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Psi.builder().zeroShare(0))
        .withMessage("zeroShare must be in (0, 1), was 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JensenShannon.builder().bins(1001))
        .withMessage("bins must be in [2, 1000], was 1001");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChiSquare.builder().rareBelow(Double.NaN))
        .withMessage("rareBelow must be finite and at least 0, was NaN");
  }

  private static void assertFalseAlarms(
      CategoricalTest test, double[] weights, int least, int most) {
    SplittableRandom random = new SplittableRandom(3);
    int rejected = 0;
    for (int round = 0; round < 2_000; round++) {
      TestResult result =
          test.compare(sample(random, weights, 2_000), sample(random, weights, 1_000));
      rejected += result.verdict(0.05) == Verdict.DIFFERENT ? 1 : 0;
    }
    assertThat(rejected).as("%s", test.getClass().getSimpleName()).isBetween(least, most);
  }

  /** Counts of {@code n} draws; weights that are 0 share evenly what the others leave. */
  private static long[] sample(SplittableRandom random, double[] weights, int n) {
    double given = Arrays.stream(weights).sum();
    long open = Arrays.stream(weights).filter(w -> w == 0).count();
    double[] cumulative = new double[weights.length];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] == 0 ? (1 - given) / open : weights[i];
      cumulative[i] = sum;
    }
    long[] counts = new long[weights.length];
    for (int i = 0; i < n; i++) {
      int at = Arrays.binarySearch(cumulative, random.nextDouble());
      counts[Math.min(weights.length - 1, at < 0 ? -at - 1 : at)]++;
    }
    return counts;
  }

  private static void assertClose(double actual, double expected, double relative) {
    assertThat(actual).isCloseTo(expected, offset(Math.max(relative * expected, 1e-300)));
  }
}
