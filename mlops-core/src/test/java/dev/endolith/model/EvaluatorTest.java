package dev.endolith.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  record Point(double x) {}

  private static final Classification<Point, Boolean> TASK =
      Task.classify(Point.class, Boolean.class).positive(true).build();

  private static Outcomes outcomes(double[] scores, boolean[] truths) {
    List<Prediction<Boolean>> answers = new ArrayList<>();
    List<Boolean> labels = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      answers.add(Classified.of(TASK, 1 - scores[i], scores[i]));
      labels.add(truths[i]);
    }
    return Outcomes.of(TASK, answers, labels);
  }

  @Test
  void metrics_smallCase_areAsByHand() {
    Outcomes four =
        outcomes(new double[] {0.9, 0.6, 0.6, 0.1}, new boolean[] {true, true, false, false});
    // pairs: .9>.6 .9>.1 .6=.6 .6>.1 = 3.5 of 4
    assertThat(Metric.AUC.compute(four)).isEqualTo(0.875);
    assertThat(Metric.ACCURACY.compute(four)).isEqualTo(0.75);
    assertThat(Metric.BRIER.compute(four))
        .isCloseTo((0.01 + 0.16 + 0.36 + 0.01) / 4, within(1e-12));
    assertThat(Metric.LOG_LOSS.compute(four))
        .isCloseTo(
            -(Math.log(0.9) + Math.log(0.6) + Math.log(0.4) + Math.log(0.9)) / 4, within(1e-12));
    assertThat(Metric.RMSE.compute(four)).isNaN();
    assertThat(Metric.MAE.compute(four)).isNaN();
  }

  @Test
  void auc_randomTiedScores_equalsAllPairs() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      int n = 2 + random.nextInt(40);
      double[] scores = random.doubles(n).map(s -> Math.floor(s * 8) / 8).toArray();
      boolean[] truths = new boolean[n];
      for (int i = 0; i < n; i++) {
        truths[i] = random.nextBoolean();
      }
      double wins = 0;
      int pairs = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          if (truths[i] && !truths[j]) {
            pairs++;
            wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
          }
        }
      }
      double auc = Metric.AUC.compute(outcomes(scores, truths));
      if (pairs == 0) {
        assertThat(auc).isNaN();
      } else {
        assertThat(auc).isCloseTo(wins / pairs, within(1e-12));
      }
    }
  }

  /** Two models whose true AUCs are equal: the interval must hold 0 about 95 times in 100. */
  @Test
  void compare_auc_intervalCoversTheTruth() {
    Random random = new Random(11);
    int covered = 0;
    int rounds = 400;
    for (int round = 0; round < rounds; round++) {
      int n = 200;
      double[] a = new double[n];
      double[] b = new double[n];
      boolean[] truths = new boolean[n];
      for (int i = 0; i < n; i++) {
        truths[i] = random.nextInt(4) == 0;
        double signal = (truths[i] ? 1 : 0) + random.nextGaussian();
        a[i] = 1 / (1 + Math.exp(-signal - random.nextGaussian()));
        b[i] = 1 / (1 + Math.exp(-signal - random.nextGaussian()));
      }
      Comparison comparison =
          Evaluator.compare(Metric.AUC, outcomes(a, truths), outcomes(b, truths), 0.95);
      assertThat(comparison.method()).isEqualTo("DeLong");
      if (comparison.low() <= 0 && comparison.high() >= 0) {
        covered++;
      }
    }
    // 400 rounds at 0.95: standard deviation 4.4; five of them either way
    assertThat(covered).isBetween(358, 400);
  }

  @Test
  void compare_betterModel_isFoundByBothMethods() {
    Random random = new Random(3);
    int n = 500;
    double[] good = new double[n];
    double[] poor = new double[n];
    boolean[] truths = new boolean[n];
    for (int i = 0; i < n; i++) {
      truths[i] = random.nextBoolean();
      good[i] = 1 / (1 + Math.exp(truths[i] ? -2 : 2) * Math.exp(random.nextGaussian()));
      poor[i] = random.nextDouble();
    }
    for (Metric metric : List.of(Metric.AUC, Metric.LOG_LOSS, Metric.ACCURACY)) {
      Comparison up =
          Evaluator.compare(metric, outcomes(poor, truths), outcomes(good, truths), 0.95);
      assertThat(up.verdict()).as(metric.name()).isEqualTo(Comparison.Verdict.BETTER);
      assertThat(up.gain()).isBetween(up.low(), up.high());
      Comparison down =
          Evaluator.compare(metric, outcomes(good, truths), outcomes(poor, truths), 0.95);
      assertThat(down.verdict()).isEqualTo(Comparison.Verdict.WORSE);
      assertThat(
              Evaluator.compare(metric, outcomes(good, truths), outcomes(good, truths), 0.95)
                  .verdict())
          .isEqualTo(Comparison.Verdict.UNDECIDED);
    }
  }

  @Test
  void compare_mistakes_areRefused_andNothingToCompare_isUndecided() {
    Outcomes one = outcomes(new double[] {0.5}, new boolean[] {true});
    Outcomes two = outcomes(new double[] {0.5, 0.4}, new boolean[] {true, true});
    assertThatThrownBy(() -> Evaluator.compare(Metric.AUC, one, two, 0.95))
        .hasMessageContaining("same rows");
    assertThatThrownBy(() -> Evaluator.compare(Metric.AUC, one, one, 1))
        .hasMessageContaining("confidence must be in");
    for (Metric metric : List.of(Metric.AUC, Metric.BRIER)) {
      assertThat(Evaluator.compare(metric, one, one, 0.9).verdict())
          .isEqualTo(Comparison.Verdict.UNDECIDED);
    }
    assertThatThrownBy(() -> Outcomes.of(TASK, List.of(), List.of(true)))
        .hasMessageContaining("one label per answer");
  }

  @Test
  void evaluate_regression_andCustomMetric() {
    Regression<Point> task = Task.regress(Point.class).build();
    Dataset<Point, Double> data =
        Dataset.of(
            task,
            DataOrigin.named("d"),
            List.of(new Example<>(new Point(1), 2.0), new Example<>(new Point(2), 2.0)));
    Metric worst =
        Metric.of(
            "worst",
            Metric.Direction.LOWER_IS_BETTER,
            o -> Math.max(Math.abs(o.trueNumber(0) - o.answeredNumber(0)), 1));
    Evaluation evaluation =
        Evaluator.evaluate(
            (Point p) -> new Regressed(p.x()),
            data,
            List.of(
                Metric.RMSE, Metric.MAE, Metric.ACCURACY, Metric.BRIER, Metric.LOG_LOSS, worst));
    assertThat(evaluation.rows()).isEqualTo(2);
    assertThat(evaluation.metrics())
        .containsOnlyKeys("rmse", "mae", "worst")
        .containsEntry("mae", 0.5)
        .containsEntry("worst", 1.0);
    assertThat(evaluation.get(Metric.RMSE).orElseThrow()).isCloseTo(Math.sqrt(0.5), within(1e-12));
    assertThat(evaluation.data()).isEqualTo(data.fingerprint());
    assertThat(worst).hasToString("worst");
  }

  @Test
  void normalQuantile_equalsTheTables() {
    assertThat(NormalQuantile.of(0.5)).isZero();
    assertThat(NormalQuantile.of(0.975)).isCloseTo(1.959963984540054, within(1e-12));
    assertThat(NormalQuantile.of(0.995)).isCloseTo(2.5758293035489004, within(1e-12));
    assertThat(NormalQuantile.of(0.001)).isCloseTo(-3.090232306167813, within(1e-11));
    assertThatThrownBy(() -> NormalQuantile.of(1)).hasMessageContaining("(0, 1)");
  }

  @Test
  void answers_thatAreNoNumbers_areRefused() {
    assertThatThrownBy(() -> Classified.of(TASK, 0.5)).hasMessageContaining("one score for each");
    assertThatThrownBy(() -> Classified.of(TASK, 0.5, Double.NaN)).hasMessageContaining("finite");
    assertThatThrownBy(() -> new Regressed(Double.POSITIVE_INFINITY))
        .hasMessageContaining("finite");
    Classified<Boolean> yes = Classified.of(TASK, 0.2, 0.8);
    assertThat(yes.value()).isTrue();
    assertThat(yes.score(false)).isEqualTo(0.2);
    assertThat(yes)
        .isEqualTo(Classified.of(TASK, 0.2, 0.8))
        .hasSameHashCodeAs(Classified.of(TASK, 0.2, 0.8))
        .hasToString("Classified[0.2, 0.8]");
    yes.scores()[0] = 9;
    assertThat(yes.score(0)).isEqualTo(0.2);
  }

  @Test
  void formats_unknownName_listsWhatThereIs() {
    ModelFormats formats = ModelFormats.discover(List.of());
    assertThatThrownBy(() -> formats.get("pickle"))
        .isInstanceOf(dev.endolith.error.NotFoundException.class)
        .hasMessageContaining("tribuo-protobuf");
    ModelFormat twin = new Twin();
    assertThatThrownBy(() -> ModelFormats.discover(List.of(twin)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("two model formats are named 'tribuo-protobuf'");
  }

  private static final class Twin implements ModelFormat {
    @Override
    public String name() {
      return "tribuo-protobuf";
    }

    @Override
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      throw new IllegalStateException("never asked");
    }
  }
}
