package dev.endolith.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Z, Cramér's V, p-values combined, and budgets. */
@SuppressWarnings("EnumOrdinal") // only seeds
class ProportionsTest {
  @ParameterizedTest
  @CsvSource({
    // statsmodels 0.13.5 proportions_ztest
    "45, 100, 60, 100, -2.1239769762143657, 0.033672068856345855",
    "5, 50, 15, 60, -2.03100960115899, 0.042254020654422235",
    "0, 30, 3, 30, -1.7770466332772772, 0.07556056752594129"
  })
  void z_referenceCounts_givesTheReferenceValues(
      long a, long n, long b, long m, double z, double p) {
    TestResult result =
        TwoProportionZ.create().compare(new long[] {a, n - a}, new long[] {b, m - b});
    assertThat(result.statistic()).isCloseTo(z, within(1e-12 * Math.abs(z)));
    assertThat(result.pValue()).isCloseTo(p, within(1e-9 * p));
    assertThat(result.effectSize()).isCloseTo((double) b / m - (double) a / n, within(1e-15));
    assertThat(result.effectSize()).isBetween(result.effectLow(), result.effectHigh());
  }

  @ParameterizedTest
  @CsvSource({
    // statsmodels 0.13.5 proportion_confint wilson
    "0, 10, 0.0, 0.27753279986288926",
    "5, 20, 0.11186170140766563, 0.4687008776187441",
    "50, 100, 0.4038315303659956, 0.5961684696340044"
  })
  void wilson_referenceCounts_givesTheReferenceValues(int k, int n, double low, double high) {
    assertThat(TwoProportionZ.wilson((double) k / n, n)[0]).isCloseTo(low, within(1e-12));
    assertThat(TwoProportionZ.wilson((double) k / n, n)[1]).isCloseTo(high, within(1e-12));
  }

  @Test
  void z_farTail_doesNotUnderflowEarly() {
    TestResult result =
        TwoProportionZ.create().compare(new long[] {100, 900}, new long[] {500, 500});
    assertThat(result.pValue()).isBetween(1e-100, 1e-80);
    assertThat(TwoProportionZ.create().compare(new long[] {5}, new long[] {7}).pValue())
        .isEqualTo(1);
    assertThat(TwoProportionZ.create().compare(new long[] {1, 2, 3}, new long[] {1, 2, 3}).method())
        .isEqualTo("two-proportion Z (first category against all others)");
  }

  static List<List<String>> tables() {
    return Vectors.rows("tables.tsv");
  }

  @ParameterizedTest
  @MethodSource("tables")
  void cramersV_withoutCorrection_givesTheReferenceValues(List<String> row) {
    long[] reference = Vectors.longs(row.get(1));
    long[] current = Vectors.longs(row.get(2));
    TestResult plain =
        CramersV.builder().corrected(false).rareBelow(0).build().compare(reference, current);
    if (!row.get(7).equals("NaN")) {
      double expected = Vectors.number(row.get(7));
      assertThat(plain.statistic()).isCloseTo(expected, within(1e-12));
    }
    assertThat(CramersV.create().compare(reference, current).statistic())
        .isBetween(0.0, plain.statistic() + 0.02);
  }

  @Test
  void cramersV_nothingChanged_isHardlyBiased() {
    double[] shares = new double[20];
    Arrays.fill(shares, 0.05);
    SplittableRandom random = new SplittableRandom(1);
    double plain = 0;
    double corrected = 0;
    for (int i = 0; i < 200; i++) {
      long[] x = Draws.multinomial(random, 500, shares);
      long[] y = Draws.multinomial(random, 500, shares);
      plain += CramersV.builder().corrected(false).build().compare(x, y).statistic() / 200;
      corrected += CramersV.create().compare(x, y).statistic() / 200;
    }
    assertThat(plain).isBetween(0.12, 0.15); // √(19/1000) = 0.138
    assertThat(corrected).isLessThan(0.04);
  }

  @Test
  void combine_referencePValues_givesTheReferenceValues() {
    // SciPy 1.10.1 combine_pvalues
    double[] five = {0.01, 0.02, 0.03, 0.04, 0.05};
    assertThat(GlobalTest.FISHER.combine(five)).isCloseTo(6.968415513964438e-05, within(1e-13));
    assertThat(GlobalTest.TIPPETT.combine(five)).isCloseTo(0.049009950100000005, within(1e-14));
    assertThat(GlobalTest.SIMES.combine(five)).isCloseTo(0.05, within(1e-15));
    for (GlobalTest test : GlobalTest.values()) {
      assertThat(test.combine(new double[] {Double.NaN, 0.03})).isCloseTo(0.03, within(1e-12));
      assertThat(test.combine(new double[0])).isNaN();
      assertThat(test.combine(new double[] {0, 1})).isLessThan(1e-200);
      assertThat(test.combine(new double[] {1, 1, 1})).isGreaterThan(0.9);
      assertThatThrownBy(() -> test.combine(new double[] {1.5}))
          .hasMessage("pValues[0] must be in [0, 1] or NaN, was 1.5");
    }
    // the definition, for p that are not small
    double[] p = {0.2, 0.4, 0.7};
    double mean = Arrays.stream(p).map(v -> Math.tan((0.5 - v) * Math.PI)).average().orElseThrow();
    assertThat(GlobalTest.CAUCHY.combine(p))
        .isCloseTo(0.5 - Math.atan(mean) / Math.PI, within(1e-12));
  }

  @Test
  void combine_noChange_alarmsAtTheLevel() {
    SplittableRandom random = new SplittableRandom(6);
    int rounds = 4_000;
    Map<GlobalTest, Integer> alarms = new EnumMap<>(GlobalTest.class);
    int correlated = 0;
    for (int i = 0; i < rounds; i++) {
      double[] p = random.doubles(20).toArray();
      for (GlobalTest test : GlobalTest.values()) {
        alarms.merge(test, test.combine(p) <= 0.05 ? 1 : 0, Integer::sum);
      }
      double common = random.nextGaussian();
      double[] together =
          random
              .doubles(20)
              .map(u -> Normal.survival(0.9 * common + Math.sqrt(0.19) * random.nextGaussian()))
              .toArray();
      correlated += GlobalTest.CAUCHY.combine(together) <= 0.01 ? 1 : 0;
    }
    for (int count : alarms.values()) {
      // 200 expected, deviation 13.8
      assertThat(count).isBetween(140, 260);
    }
    assertThat(correlated).isLessThanOrEqualTo(70); // 40 expected, four deviations 25
  }

  @Test
  void budget_dividesOverWindows() {
    AlarmBudget monthly = AlarmBudget.atMost(1, Duration.ofDays(30));
    assertThat(monthly.alpha(Duration.ofHours(1))).isEqualTo(1.0 / 720);
    assertThat(monthly.alpha(1_000)).isEqualTo(0.001);
    assertThat(monthly.alpha(Duration.ofDays(60))).isEqualTo(0.1);
    // P(Binomial(720, α) ≤ 1) = 0.95: Poisson's mean is then 0.3554
    assertThat(monthly.withConfidence(0.95).alpha(Duration.ofHours(1)) * 720)
        .isCloseTo(0.3554, within(0.001));
    assertThatThrownBy(() -> AlarmBudget.atMost(0, Duration.ofDays(1)))
        .hasMessageContaining("alarms must be at least 1, was 0");
    assertThatThrownBy(() -> monthly.alpha(Duration.ZERO))
        .hasMessage("every must be positive, was PT0S");
    assertThatThrownBy(() -> monthly.withConfidence(1)).hasMessageContaining("confidence");
    assertThatThrownBy(
            () ->
                Drift.builder()
                    .budget(monthly, Duration.ofHours(1))
                    .correction(Correction.NONE)
                    .build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot be kept over columns");
  }
}
