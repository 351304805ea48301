package dev.endolith.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every test and distance, whatever it is given; and the rate of false alarms. */
class TotalTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  static List<TwoSampleTest> tests() {
    return List.of(
        KolmogorovSmirnov.create(),
        KolmogorovSmirnov.builder().alternative(KolmogorovSmirnov.Alternative.LESS).build(),
        MannWhitney.create(),
        WelchT.create(),
        AndersonDarling.create(),
        AndersonDarling.builder().midrank(false).build(),
        CramerVonMises.create(),
        Kuiper.create(),
        EppsSingleton.create(),
        BrunnerMunzel.create(),
        Levene.create(),
        Psi.create(),
        JensenShannon.create());
  }

  static List<TwoSampleTest> distances() {
    return List.of(
        Wasserstein.create(),
        Energy.create(),
        KullbackLeibler.create(),
        Hellinger.create(),
        TotalVariation.create(),
        LInfinity.create());
  }

  static Stream<TwoSampleTest> all() {
    return Stream.concat(
        Stream.of(MannWhitney.builder().method(MannWhitney.Method.EXACT).build()),
        Stream.concat(tests().stream(), distances().stream()));
  }

  static List<CategoricalTest> countTests() {
    return List.of(
        ChiSquare.create(),
        GTest.create(),
        CressieRead.create(),
        FisherExact.create(),
        CramersV.create());
  }

  static List<CategoricalTest> countDistances() {
    return List.of(
        KullbackLeibler.create(), Hellinger.create(), TotalVariation.create(), LInfinity.create());
  }

  @ParameterizedTest
  @MethodSource("all")
  void compare_anyNumbers_hasADefinedAnswer(TwoSampleTest test) {
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
      {5, 5, 5, 5, 5, 5, 5, 5},
      {6, 6, 6, 6, 6, 6},
      {Double.MIN_VALUE, 0, 1e300},
      {1e-160, 2e-160, 3e-160},
      {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
      {0, 0, 0, 0, 1, 1},
      {0, 0, 0, 0, 0, 0, 0, 1e-200, 2e-200}
    };
    for (double[] x : samples) {
      for (double[] y : samples) {
        double[] before = x.clone();
        TestResult result = test.compare(x, y);
        String what = test + " " + Arrays.toString(x) + " " + Arrays.toString(y) + " " + result;
        assertThat(x).isEqualTo(before);
        assertThat(result.referenceSize() + result.referenceMissing()).isEqualTo(x.length);
        assertThat(result.currentSize() + result.currentMissing()).isEqualTo(y.length);
        if (result.enoughData()) {
          assertThat(result.statistic()).as(what).isNotNaN();
          assertThat(result.effectSize()).as(what).isNotNaN();
          if (tests().stream().anyMatch(t -> t.getClass() == test.getClass())) {
            assertThat(result.pValue()).as(what).isBetween(0.0, 1.0);
          }
          if (x == y && !Double.isNaN(result.pValue())) {
            assertThat(result.pValue()).as(what).isGreaterThan(0.3);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("countTests")
  void compare_anyCounts_hasADefinedAnswer(CategoricalTest test) {
    for (long[][] table : tables()) {
      TestResult result = test.compare(table[0], table[1]);
      assertThat(result.statistic()).as("%s", result).isNotNaN().isNotNegative();
      assertThat(result.pValue()).as("%s", result).isBetween(0.0, 1.0);
      assertThat(result.effectSize()).isBetween(-1.0, 1.0);
    }
    assertThat(test.compare(new long[] {0, 0}, new long[] {1, 1}).enoughData()).isFalse();
    assertThat(test.compare(new long[0], new long[0]).enoughData()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> test.compare(new long[] {-1}, new long[] {1}));
  }

  @ParameterizedTest
  @MethodSource("countDistances")
  void compare_anyCounts_hasADistance(CategoricalTest distance) {
    for (long[][] table : tables()) {
      TestResult result = distance.compare(table[0], table[1]);
      assertThat(result.statistic()).isNotNaN().isNotNegative();
      assertThat(result.pValue()).isNaN();
      assertThat(distance.compare(table[0], table[0]).statistic()).isZero();
    }
  }

  private static long[][][] tables() {
    return new long[][][] {
      {{5}, {7}},
      {{5, 0}, {7, 0}},
      {{1, 0}, {0, 1}},
      {{0, 3, 0}, {1, 1, 0}},
      {{1_000_000_000_000L, 5}, {2_000_000_000_000L, 3}},
      {{400_000_000L, 600_000_000L}, {400_100_000L, 599_900_000L}},
      {{Long.MAX_VALUE, 0}, {0, Long.MAX_VALUE}}
    };
  }

  @Test
  void mannWhitney_manyTies_doNotOverflow() {
    double[] x = new double[200_000];
    double[] y = new double[200_000];
    Arrays.fill(y, 0, 1_000, 1);

    TestResult result = MannWhitney.create().compare(x, y);

    assertThat(result.statistic()).isEqualTo(199_000.0 * 200_000 / 2 + 0.0);
    assertThat(result.pValue()).isLessThan(1e-200);
    assertThat(result.effectSize()).isCloseTo(0.4975, within(1e-12));
    assertThat(result.effectLow()).isLessThan(result.effectSize());
  }

  @Test
  void mannWhitney_smallSamples_exactPIsThatOfEnumeration() {
    double[] x = {1, 2, 4, 9};
    double[] y = {3, 5, 6, 7, 8};
    double u = MannWhitney.create().compare(x, y).statistic();
    int extreme = 0;
    for (int mask = 0; mask < 1 << 9; mask++) {
      if (Integer.bitCount(mask) == 4) {
        double other = 0;
        for (int i = 0; i < 9; i++) {
          for (int j = 0; j < i; j++) {
            other += (mask >> i & 1) == 1 && (mask >> j & 1) == 0 ? 1 : 0;
          }
        }
        extreme += Math.abs(other - 10) >= Math.abs(u - 10) ? 1 : 0;
      }
    }
    assertThat(MannWhitney.create().compare(x, y).pValue())
        .isCloseTo(extreme / 126.0, within(1e-14));
  }

  @Test
  void mannWhitney_exactOfLargeSamples_isNearTheNormalLaw() {
    MannWhitney exact = MannWhitney.builder().method(MannWhitney.Method.EXACT).build();
    MannWhitney asymptotic = MannWhitney.builder().method(MannWhitney.Method.ASYMPTOTIC).build();
    for (double shift : new double[] {0, 0.02, 0.05, 0.1}) {
      double[] x = new SplittableRandom(5).doubles(600).toArray();
      double[] y = new SplittableRandom(6).doubles(600).map(v -> v + shift).toArray();

      TestResult result = exact.compare(x, y);

      assertThat(result.method()).isEqualTo("Mann-Whitney (exact)");
      double p = asymptotic.compare(x, y).pValue();
      assertThat(result.pValue()).isCloseTo(p, within(1e-4 + 0.05 * p));
      assertThat(exact.compare(y, x).pValue()).isCloseTo(result.pValue(), within(1e-12));
    }
    double[] x = IntStream.range(0, 600).asDoubleStream().toArray();
    double[] apart = Arrays.stream(x).map(v -> v + 600.5).toArray();
    assertThat(exact.compare(x, apart).pValue()).isBetween(0.0, 1e-300); // 2/C(1200, 600) < 1e-350
    double[] between = Arrays.stream(x).map(v -> v + (v % 2 == 0 ? 0.5 : -0.5)).toArray();
    assertThat(exact.compare(x, between).pValue()).isGreaterThan(0.97); // as symmetric as can be
  }

  @Test
  void mannWhitney_exactOfMiddleSamples_isThatOfCountingOrders() {
    double[] x = IntStream.range(0, 40).mapToDouble(i -> i).toArray();
    double[] y = IntStream.range(0, 55).mapToDouble(i -> i * 0.8 + 3.3).toArray();

    TestResult result =
        MannWhitney.builder().method(MannWhitney.Method.EXACT).build().compare(x, y);

    assertThat(result.pValue()).isCloseTo(counted(40, 55, result.statistic()), within(1e-12));
  }

  /** By whole numbers of any size. */
  private static double counted(int n, int m, double u) {
    int most = (int) Math.min(u, n * m - u);
    BigInteger[] ways = new BigInteger[most + 1];
    Arrays.fill(ways, BigInteger.ZERO);
    ways[0] = BigInteger.ONE;
    BigInteger all = BigInteger.ONE;
    for (int i = 1; i <= n; i++) {
      for (int k = i; k <= most; k++) {
        ways[k] = ways[k].add(ways[k - i]);
      }
      for (int k = most; k >= m + i; k--) {
        ways[k] = ways[k].subtract(ways[k - m - i]);
      }
      all = all.multiply(BigInteger.valueOf(m + i)).divide(BigInteger.valueOf(i));
    }
    BigInteger tail = Arrays.stream(ways).reduce(BigInteger.ZERO, BigInteger::add);
    return new BigDecimal(tail.shiftLeft(1))
        .divide(new BigDecimal(all), MathContext.DECIMAL128)
        .doubleValue();
  }

  @Test
  void mannWhitney_exactBeyondItsLimit_saysThatItIsAsymptotic() {
    MannWhitney exact = MannWhitney.builder().method(MannWhitney.Method.EXACT).build();
    double[] x = new SplittableRandom(7).doubles(631).toArray();
    double[] y = new SplittableRandom(8).doubles(631).toArray();

    TestResult result = exact.compare(x, y);

    assertThat(result.method()).isEqualTo("Mann-Whitney (asymptotic)");
    assertThat(result.pValue())
        .isEqualTo(
            MannWhitney.builder()
                .method(MannWhitney.Method.ASYMPTOTIC)
                .build()
                .compare(x, y)
                .pValue());
    // few against many are cheap
    assertThat(exact.compare(new double[] {0.5, 0.7}, x).method())
        .isEqualTo("Mann-Whitney (exact)");
  }

  @Test
  void andersonDarling_farApart_pGoesBelowTheTables() {
    double[] x = new SplittableRandom(1).doubles(500).toArray();
    double[] y = Arrays.stream(x).map(v -> v + 0.5).toArray();
    assertThat(AndersonDarling.create().compare(x, y).pValue()).isLessThan(1e-20);
    double previous = 1;
    for (double t = -1.2; t < 20; t += 0.01) {
      double p = AndersonDarling.p(t);
      assertThat(p).isBetween(0.0, previous);
      previous = p;
    }
  }

  @ParameterizedTest
  @MethodSource("tests")
  void compare_sameLaw_falseAlarmsAreAtMostTheLevel(TwoSampleTest test) {
    for (int n : new int[] {200, 2_000}) {
      int rounds = n == 200 ? 1_000 : 200;
      for (int law = 0; law < 4; law++) {
        SplittableRandom random = new SplittableRandom(17 + law);
        int rejected = 0;
        for (int round = 0; round < rounds; round++) {
          TestResult result = test.compare(sample(random, n, law), sample(random, n, law));
          rejected += result.pValue() <= 0.05 ? 1 : 0;
        }
        // Binomial, and half a percent for laws that are limits; Anderson-Darling says that it is
        // off
        // where there is a large point mass.
        double level = test instanceof AndersonDarling && law == 3 ? 0.09 : 0.055;
        double most = rounds * level + 4 * Math.sqrt(rounds * level * (1 - level));
        assertThat((double) rejected)
            .as("%s, n = %d, law %d", test.getClass().getSimpleName(), n, law)
            .isLessThanOrEqualTo(most);
      }
    }
  }

  /** Continuous; continuous in tenths; five levels; two thirds zeros with an exponential rest. */
  private static double[] sample(SplittableRandom random, int n, int law) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] =
          switch (law) {
            case 0 -> random.nextGaussian();
            case 1 -> Math.floor(random.nextGaussian() * 10) / 10;
            case 2 -> random.nextInt(5);
            default -> random.nextInt(3) > 0 ? 0 : -Math.log(1 - random.nextDouble());
          };
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("countTests")
  void compare_sameShares_falseAlarmsAreAtMostTheLevel(CategoricalTest test) {
    for (int n : new int[] {200, 2_000}) {
      for (int categories : new int[] {2, 5}) {
        SplittableRandom random = new SplittableRandom(19);
        int rounds = 1_000;
        int rejected = 0;
        for (int round = 0; round < rounds; round++) {
          TestResult result =
              test.compare(counts(random, n, categories), counts(random, n, categories));
          rejected += result.pValue() <= 0.05 ? 1 : 0;
        }
        double most = rounds * 0.055 + 4 * Math.sqrt(rounds * 0.055 * 0.945);
        assertThat((double) rejected)
            .as("%s, n = %d, k = %d", test.getClass().getSimpleName(), n, categories)
            .isLessThanOrEqualTo(most);
      }
    }
  }

  private static long[] counts(SplittableRandom random, int n, int categories) {
    long[] counts = new long[categories];
    for (int i = 0; i < n; i++) {
      counts[random.nextInt(categories)]++;
    }
    return counts;
  }
}
