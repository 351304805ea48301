package dev.endolith.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChallengeTest {
  private static Map<Decision.Verdict, Integer> verdicts(
      Challenge challenge, int rounds, Function<Random, Outcomes[]> draw) {
    Random random = new Random(99);
    Map<Decision.Verdict, Integer> counts = new EnumMap<>(Decision.Verdict.class);
    for (Decision.Verdict verdict : Decision.Verdict.values()) {
      counts.put(verdict, 0);
    }
    for (int round = 0; round < rounds; round++) {
      Outcomes[] pair = draw.apply(random);
      counts.merge(challenge.decide(pair[0], pair[1]).verdict(), 1, Integer::sum);
    }
    return counts;
  }

  static Stream<Metric> classification() {
    return Stream.of(
        Metric.ACCURACY,
        Metric.AUC,
        Metric.LOG_LOSS,
        Metric.BRIER,
        Metric.of(
            "half accuracy",
            Metric.Direction.HIGHER_IS_BETTER,
            o -> Metric.ACCURACY.compute(o) / 2));
  }

  /** Equally good models: better, and worse, come up at most 2.5 % of the time each. */
  @ParameterizedTest
  @MethodSource("classification")
  void decide_equallyGood_saysBetterAtMostAtItsLevel(Metric metric) {
    int rounds = metric instanceof NamedMetric named && named.name().startsWith("half") ? 200 : 800;
    var counts = verdicts(Challenge.on(metric), rounds, r -> Rows.pair(150, 0.8, 0.8, r));
    // binomial(800, 0.025): mean 20, deviation 4.4; four of them (200: 5 and 2.2)
    int most = (int) (rounds * 0.025 + 4 * Math.sqrt(rounds * 0.025 * 0.975));
    assertThat(counts.get(Decision.Verdict.BETTER)).as(counts + "").isLessThanOrEqualTo(most);
    assertThat(counts.get(Decision.Verdict.WORSE)).as(counts + "").isLessThanOrEqualTo(most);
  }

  @Test
  void decide_equallyGoodRegressions_saysBetterAtMostAtItsLevel() {
    for (Metric metric : new Metric[] {Metric.MAE, Metric.RMSE}) {
      var counts = verdicts(Challenge.on(metric), 400, r -> Rows.numbersPair(120, 1, 1, r));
      // binomial(400, 0.025): mean 10, deviation 3.1; four of them
      assertThat(counts.get(Decision.Verdict.BETTER)).as(counts + "").isLessThanOrEqualTo(22);
      assertThat(counts.get(Decision.Verdict.WORSE)).as(counts + "").isLessThanOrEqualTo(22);
    }
  }

  /**
   * A challenger that is worse by exactly the margin is called not worse at most 2.5 % of the time.
   */
  @Test
  void decide_worseByTheMargin_saysNotWorseAtMostAtItsLevel() {
    // right answers: champion 0.80, challenger 0.75, independent given the row
    var counts =
        verdicts(
            Challenge.on(Metric.ACCURACY).withMargin(0.05),
            1_000,
            random -> {
              int n = 400;
              boolean[] truths = new boolean[n];
              double[] first = new double[n];
              double[] second = new double[n];
              for (int i = 0; i < n; i++) {
                first[i] = random.nextDouble() < 0.80 ? 0 : 1;
                second[i] = random.nextDouble() < 0.75 ? 0 : 1;
              }
              return new Outcomes[] {Rows.scored(first, truths), Rows.scored(second, truths)};
            });
    int passed = counts.get(Decision.Verdict.NOT_WORSE) + counts.get(Decision.Verdict.BETTER);
    // binomial(1 000, 0.025): mean 25, deviation 4.9; four of them
    assertThat(passed).as(counts + "").isBetween(5, 45);
    // and for a loss: errors of 1.0 and 1.1 times √2 differ by 0.1·√2·√(2/π) in MAE
    double margin = 0.1 * Math.sqrt(2) * Math.sqrt(2 / Math.PI);
    var losses =
        verdicts(
            Challenge.on(Metric.MAE).withMargin(margin),
            800,
            r -> Rows.numbersPair(300, 1, 1.1, r));
    assertThat(losses.get(Decision.Verdict.NOT_WORSE)).as(losses + "").isBetween(4, 38);
  }

  @Test
  void decide_betterOrWorse_isFound() {
    for (Metric metric : classification().toList()) {
      Outcomes[] pair = Rows.pair(2_000, 2.5, 0.2, new Random(3));
      Decision better = Challenge.on(metric).decide(pair[0], pair[1]);
      assertThat(better.verdict()).as(better.evidence()).isEqualTo(Decision.Verdict.BETTER);
      assertThat(better.gain()).isBetween(better.low(), better.high());
      assertThat(better.tests().get(0).pValue()).isLessThan(0.05);
      assertThat(Challenge.on(metric).decide(pair[1], pair[0]).verdict())
          .isEqualTo(Decision.Verdict.WORSE);
      Outcomes[] alike = Rows.pair(2_000, 0.5, 0.5, new Random(4));
      assertThat(Challenge.on(metric).withMargin(0.2).decide(alike[0], alike[1]).verdict())
          .isEqualTo(Decision.Verdict.NOT_WORSE);
      assertThat(Challenge.on(metric).decide(alike[0], alike[0]).verdict())
          .isEqualTo(Decision.Verdict.UNDECIDED);
    }
    Outcomes[] numbers = Rows.numbersPair(500, 1.5, 1, new Random(5));
    for (Metric metric : new Metric[] {Metric.MAE, Metric.RMSE}) {
      Decision better = Challenge.on(metric).decide(numbers[0], numbers[1]);
      assertThat(better.verdict()).isEqualTo(Decision.Verdict.BETTER);
      assertThat(better.tests()).hasSize(2);
      assertThat(better.evidence()).contains("BETTER").contains("Wilcoxon").contains("500 rows");
    }
  }

  @Test
  void decide_fewRowsOrOtherRows_isUndecidedOrRefused() {
    Outcomes[] few = Rows.pair(19, 3, 0, new Random(1));
    Decision decision = Challenge.on(Metric.ACCURACY).withMargin(0.5).decide(few[0], few[1]);
    assertThat(decision.verdict()).isEqualTo(Decision.Verdict.UNDECIDED);
    assertThat(decision.method()).contains("too few rows");
    boolean[] rare = new boolean[100];
    rare[3] = true;
    double[] scores = new Random(1).doubles(100).toArray();
    assertThat(
            Challenge.on(Metric.AUC)
                .decide(Rows.scored(scores, rare), Rows.scored(scores, rare))
                .method())
        .contains("10 rows of either class");
    assertThatThrownBy(
            () -> Challenge.on(Metric.AUC).decide(few[0], Rows.pair(19, 1, 1, new Random(2))[0]))
        .hasMessageContaining("same rows");
    assertThatThrownBy(() -> Challenge.on(Metric.AUC).withMargin(-1))
        .hasMessageContaining("margin");
    assertThatThrownBy(() -> Challenge.on(Metric.AUC).withConfidence(0))
        .hasMessageContaining("confidence");
  }

  @Test
  void mcNemar_publishedCounts_giveThePublishedPValues() {
    // Fagerland, Lydersen and Laake (2013), table 1: 1 and 7 discordant pairs among 21
    McNemar table = McNemar.of(1, 1, 7, 12);
    assertThat(table.exact().pValue()).isCloseTo(0.0703, within(5e-5));
    assertThat(table.midP().pValue()).isCloseTo(0.0391, within(5e-5));
    assertThat(McNemar.of(5, 0, 0, 5).exact().pValue()).isEqualTo(1);
    assertThat(McNemar.of(5, 3, 3, 5).midP().pValue()).isLessThanOrEqualTo(1);
  }

  /** Newcombe's interval of a paired difference, over correlated right answers. */
  @Test
  void mcNemar_interval_coversTheTrueDifference() {
    Random random = new Random(8);
    for (double[] p : new double[][] {{0.7, 0.1, 0.1}, {0.6, 0.3, 0.05}, {0.9, 0.06, 0.02}}) {
      int covered = 0;
      for (int round = 0; round < 2_000; round++) {
        int[] cells = new int[4];
        for (int i = 0; i < 120; i++) {
          double u = random.nextDouble();
          cells[u < p[0] ? 0 : u < p[0] + p[1] ? 1 : u < p[0] + p[1] + p[2] ? 2 : 3]++;
        }
        double[] ends = McNemar.of(cells[0], cells[1], cells[2], cells[3]).interval(0.95);
        covered += ends[0] <= p[1] - p[2] && p[1] - p[2] <= ends[1] ? 1 : 0;
      }
      // 2 000 rounds at 0.95: deviation 0.005; four of them, and a point for the approximation
      assertThat(covered / 2_000.0).isBetween(0.92, 0.98);
    }
  }
}
