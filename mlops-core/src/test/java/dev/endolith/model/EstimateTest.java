package dev.endolith.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

class EstimateTest {
  @Test
  void exact_smallCases_areAsPublished() {
    // 10 of 20 and 0 of 10: scipy.stats.binomtest(...).proportion_ci(method="exact")
    Estimate half = Share.exact(10, 20, 0.95);
    assertThat(half.low()).isCloseTo(0.27195785, within(1e-8));
    assertThat(half.high()).isCloseTo(0.72804215, within(1e-8));
    assertThat(Share.exact(0, 10, 0.95).high()).isCloseTo(1 - Math.pow(0.025, 0.1), within(1e-12));
    assertThat(Share.exact(0, 10, 0.95).low()).isZero();
    assertThat(Share.exact(10, 10, 0.95).high()).isEqualTo(1);
    Estimate wilson = Share.wilson(10, 20, 0.95);
    assertThat(wilson.low()).isCloseTo(0.29929, within(1e-5));
    assertThat(Share.wilson(0, 0, 0.95).holds(0.5)).isTrue();
    assertThat(Share.wilson(0, 0, 0.95).value()).isNaN();
    assertThat(Share.exact(3, 9, 0.9))
        .hasToString(
            "share 0.3333 on 9 rows, 90.0 % interval [0.0977, 0.6551] (Clopper and Pearson, exact)");
    assertThatThrownBy(() -> Share.exact(2, 1, 0.95)).hasMessageContaining("2 of 1");
    assertThatThrownBy(() -> Share.wilson(1, 1, 1)).hasMessageContaining("confidence");
  }

  /** Coverage summed over all outcomes, not simulated: never below the level, for any share. */
  @Test
  void exact_everyShare_isCoveredWithTheConfidence() {
    double wilsonMean = 0;
    int shares = 0;
    for (int n : new int[] {1, 5, 17, 60}) {
      for (double share = 0.005; share < 1; share += 0.01) {
        double exact = 0;
        double wilson = 0;
        BinomialDistribution count = BinomialDistribution.of(n, share);
        for (int k = 0; k <= n; k++) {
          exact += Share.exact(k, n, 0.95).holds(share) ? count.probability(k) : 0;
          wilson += Share.wilson(k, n, 0.95).holds(share) ? count.probability(k) : 0;
        }
        assertThat(exact).isGreaterThanOrEqualTo(0.95 - 1e-9);
        assertThat(wilson).isGreaterThan(n < 17 ? 0.3 : 0.8);
        wilsonMean += wilson;
        shares++;
      }
    }
    assertThat(wilsonMean / shares).isBetween(0.94, 0.97);
  }

  private static double coverage(
      Metric metric, double truth, int rounds, Function<Random, Outcomes> draw) {
    Random random = new Random(20);
    int covered = 0;
    for (int round = 0; round < rounds; round++) {
      covered += Evaluator.estimate(metric, draw.apply(random), 0.95).holds(truth) ? 1 : 0;
    }
    return (double) covered / rounds;
  }

  private static Outcomes normal(Random random, int n, double distance) {
    double[] scores = new double[n];
    boolean[] truths = new boolean[n];
    for (int i = 0; i < n; i++) {
      truths[i] = i % 4 == 0;
      scores[i] = Rows.logistic(random.nextGaussian() + (truths[i] ? distance : 0));
    }
    return Rows.scored(scores, truths);
  }

  /** Binormal scores a distance d apart have an area of Φ(d / √2); also close to 1. */
  @Test
  void auc_interval_coversTheTrueArea() {
    // 1 000 rounds at 0.95: deviation 0.007; four of them, and a point for n = 80
    for (double distance : new double[] {0, 1, 2.5}) {
      double area =
          org.apache.commons.statistics.distribution.NormalDistribution.of(0, 1)
              .cumulativeProbability(distance / Math.sqrt(2));
      assertThat(coverage(Metric.AUC, area, 1_000, r -> normal(r, 80, distance)))
          .as("distance " + distance)
          .isBetween(0.912, 0.985);
    }
    Estimate perfect =
        Evaluator.estimate(
            Metric.AUC,
            Rows.scored(
                new double[] {0.9, 0.8, 0.1, 0.2}, new boolean[] {true, true, false, false}),
            0.95);
    assertThat(perfect.value()).isEqualTo(1);
    assertThat(perfect.low()).isLessThan(0.9);
    assertThat(perfect.high()).isLessThan(1);
    assertThat(
            Evaluator.estimate(
                    Metric.AUC, Rows.scored(new double[] {0.9}, new boolean[] {true}), 0.95)
                .low())
        .isNaN();
  }

  @Test
  void bootstrap_interval_coversTheTrueLossAndError() {
    // the true Brier score of a perfect model of p = 0.1, 0.3, ... 0.9 is the mean of p(1 - p)
    double brier = 2 * (0.09 + 0.21) / 5 + 0.25 / 5;
    double share =
        coverage(
            Metric.BRIER,
            brier,
            300,
            random -> {
              double[] scores = new double[300];
              boolean[] truths = new boolean[300];
              for (int i = 0; i < 300; i++) {
                scores[i] = 0.1 + 0.2 * (i % 5);
                truths[i] = random.nextDouble() < scores[i];
              }
              return Rows.scored(scores, truths);
            });
    // 300 rounds: deviation 0.0126; four of them. Within labels the base rate is held, which makes
    // intervals a little short
    assertThat(share).isBetween(0.89, 1.0);
    double error =
        coverage(
            Metric.RMSE,
            1,
            300,
            random -> {
              double[] answers = random.doubles(200).map(u -> random.nextGaussian()).toArray();
              return Rows.numbers(answers, new double[200]);
            });
    assertThat(error).isBetween(0.89, 1.0);
  }

  @Test
  void accuracy_interval_isExact() {
    boolean[] truths = new boolean[50];
    double[] scores = new double[50];
    java.util.Arrays.fill(scores, 0, 7, 0.9); // seven wrong
    Estimate accuracy = Evaluator.estimate(Metric.ACCURACY, Rows.scored(scores, truths), 0.9);
    assertThat(accuracy.value()).isEqualTo(0.86);
    assertThat(accuracy.low()).isEqualTo(Share.exact(43, 50, 0.9).low());
    assertThat(accuracy.rows()).isEqualTo(50);
  }

  @Test
  void slices_weakPart_isNamed_andSmallOnesAreLeftUndecided() {
    Random random = new Random(5);
    List<Example<Rows.Point, Boolean>> rows = new ArrayList<>();
    List<Prediction<Boolean>> answers = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      int group = i % 10 == 0 ? 0 : 1 + i % 3;
      if (i < 7) {
        group = 9;
      }
      boolean truth = random.nextBoolean();
      boolean right = random.nextDouble() < (group == 0 ? 0.6 : 0.85);
      rows.add(new Example<>(new Rows.Point(group), truth));
      double score = truth == right ? 0.8 : 0.2;
      answers.add(Classified.of(Rows.YES_NO, 1 - score, score));
    }
    Dataset<Rows.Point, Boolean> data = Dataset.of(Rows.YES_NO, DataOrigin.named("rows"), rows);
    Outcomes outcomes = Outcomes.of(Rows.YES_NO, answers, rows.stream().map(Example::y).toList());
    List<Slice> slices =
        Slices.of(data, outcomes)
            .by("group", p -> Integer.toString((int) p.x()))
            .where("group above 1", p -> p.x() > 1)
            .judge(Metric.ACCURACY);
    assertThat(slices)
        .filteredOn(Slice::worseThanAll)
        .extracting(Slice::name)
        .containsExactly("group=0");
    assertThat(slices)
        .filteredOn(s -> s.estimate().isEmpty())
        .singleElement()
        .satisfies(s -> assertThat(s.rows()).isEqualTo(7));
    assertThat(slices.get(slices.size() - 1).name()).isEqualTo("group above 1");
    // the intervals hold together: five are judged
    assertThat(slices.get(0).estimate().orElseThrow().confidence()).isCloseTo(0.99, within(1e-12));
    List<Slice> many =
        Slices.of(data, outcomes).by("row", p -> "" + p.hashCode()).judge(Metric.AUC);
    assertThat(many).hasSizeLessThanOrEqualTo(Slices.MOST_VALUES + 1);
    assertThatThrownBy(() -> Slices.of(data.slice(0, 3), outcomes))
        .hasMessageContaining("one answer per row");
    assertThatThrownBy(() -> Slices.of(data, outcomes).minRows(1))
        .hasMessageContaining("at least 2");
  }

  /** 200 models that are equally good everywhere: some slice is called worse in at most 5 %. */
  @Test
  void slices_equallyGoodEverywhere_raiseNoAlarm() {
    Random random = new Random(6);
    int alarms = 0;
    for (int round = 0; round < 200; round++) {
      List<Example<Rows.Point, Boolean>> rows = new ArrayList<>();
      List<Prediction<Boolean>> answers = new ArrayList<>();
      for (int i = 0; i < 800; i++) {
        rows.add(new Example<>(new Rows.Point(i % 8), random.nextBoolean()));
        double score = random.nextDouble() < 0.8 == rows.get(i).y() ? 0.8 : 0.2;
        answers.add(Classified.of(Rows.YES_NO, 1 - score, score));
      }
      var data = Dataset.of(Rows.YES_NO, DataOrigin.named("rows"), rows);
      var outcomes = Outcomes.of(Rows.YES_NO, answers, rows.stream().map(Example::y).toList());
      alarms +=
          Slices.of(data, outcomes).by("g", p -> "" + p.x()).judge(Metric.ACCURACY).stream()
                  .anyMatch(Slice::worseThanAll)
              ? 1
              : 0;
    }
    // one-sided, so at most 2.5 % of 200 = 5; deviation 2.2; four of them
    assertThat(alarms).isLessThanOrEqualTo(14);
  }
}
