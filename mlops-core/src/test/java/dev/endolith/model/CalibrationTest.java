package dev.endolith.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  /** Scores whose log odds are {@code stretch} times the true ones. */
  private static Outcomes stretched(int n, double stretch, long seed) {
    Random random = new Random(seed);
    double[] scores = new double[n];
    boolean[] truths = new boolean[n];
    for (int i = 0; i < n; i++) {
      double odds = 1.5 * random.nextGaussian();
      truths[i] = random.nextDouble() < Rows.logistic(odds);
      scores[i] = Rows.logistic(stretch * odds);
    }
    return Rows.scored(scores, truths);
  }

  private static Outcomes calibrated(Calibrator calibrator, Outcomes outcomes) {
    double[] scores = new double[outcomes.size()];
    boolean[] truths = new boolean[outcomes.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = calibrator.apply(outcomes.score(i, 1));
      truths[i] = outcomes.truth(i) == 1;
    }
    return Rows.scored(scores, truths);
  }

  @Test
  void of_anyScores_partsTheBrierScoreExactly() {
    for (int seed = 0; seed < 20; seed++) {
      Outcomes outcomes = stretched(200, seed / 5.0, seed);
      for (int bins : new int[] {1, 7, 10}) {
        Calibration c = Calibration.of(outcomes, bins);
        assertThat(c.brier()).isCloseTo(Metric.BRIER.compute(outcomes), within(1e-12));
        assertThat(c.reliability() - c.resolution() + c.uncertainty() + c.withinBins())
            .isCloseTo(c.brier(), within(1e-12));
        assertThat(c.bins().stream().mapToInt(b -> b.positives().rows()).sum()).isEqualTo(200);
      }
    }
    // one score per bin: nothing is left over
    Outcomes coarse =
        Rows.scored(
            IntStream.range(0, 100).mapToDouble(i -> 0.05 + 0.1 * (i % 10)).toArray(),
            toTruths(IntStream.range(0, 100).mapToObj(i -> i % 3 == 0).toList()));
    assertThat(Calibration.of(coarse, 10).withinBins()).isCloseTo(0, within(1e-12));
  }

  private static boolean[] toTruths(List<Boolean> list) {
    boolean[] truths = new boolean[list.size()];
    for (int i = 0; i < truths.length; i++) {
      truths[i] = list.get(i);
    }
    return truths;
  }

  @Test
  void of_trueProbabilities_isNearZero_andOverconfidentOnesAreNot() {
    assertThat(Calibration.of(stretched(20_000, 1, 1), 10).expectedError()).isLessThan(0.02);
    Calibration over = Calibration.of(stretched(20_000, 3, 1), 10);
    assertThat(over.expectedError()).isGreaterThan(0.1);
    assertThat(over.bins().get(0).positives().low()).isGreaterThan(over.bins().get(0).meanScore());
  }

  @Test
  void calibrators_overconfidentScores_areMended_onOtherRows() {
    Outcomes fitted = stretched(5_000, 3, 1);
    Outcomes fresh = stretched(20_000, 3, 2);
    double best = Metric.BRIER.compute(stretched(20_000, 1, 2));
    for (Calibrator calibrator : List.of(Calibrator.platt(fitted), Calibrator.isotonic(fitted))) {
      Outcomes after = calibrated(calibrator, fresh);
      assertThat(Calibration.of(after, 10).expectedError()).isLessThan(0.025);
      assertThat(Metric.BRIER.compute(after)).isCloseTo(best, within(0.003));
      assertThat(Metric.AUC.compute(after)).isCloseTo(Metric.AUC.compute(fresh), within(0.003));
      double last = 0;
      for (double score = 0; score <= 1; score += 0.001) {
        assertThat(calibrator.apply(score)).isBetween(last, 1.0);
        last = calibrator.apply(score);
      }
      assertThat(Calibrator.fromJson(calibrator.toJson())).isEqualTo(calibrator);
    }
    // the truth is slope 1/3, intercept 0
    PlattCalibrator platt = (PlattCalibrator) Calibrator.platt(fitted);
    assertThat(platt.slope()).isCloseTo(1 / 3.0, within(0.02));
    assertThat(platt.intercept()).isCloseTo(0, within(0.1));
  }

  /** The original of a calibrated translation is calibrated, too: both are asked the samples. */
  @Test
  void around_aTranslation_hasItsOriginalCalibrated() {
    var task = Task.classify(Dot.class, Boolean.class).build();
    Predictor<Dot, Boolean> original = dot -> Classified.of(task, 0.2, 0.8);
    Predictor<Dot, Boolean> translation =
        new Predictor<>() {
          @Override
          public Prediction<Boolean> predict(Dot dot) {
            return Classified.of(task, 0.9, 0.1);
          }

          @Override
          public Optional<Predictor<Dot, Boolean>> original() {
            return Optional.of(original);
          }
        };
    Calibrator platt = Calibrator.platt(stretched(1_000, 3, 1));
    Predictor<Dot, Boolean> calibrated = platt.around(task, translation).original().orElseThrow();

    assertThat(((Classified<Boolean>) calibrated.predict(new Dot(1))).score(true))
        .isEqualTo(platt.apply(0.8));
    assertThat(platt.around(task, original).original()).isEmpty();
  }

  record Dot(double x) {}

  /** Pooling against the definition: max over i ≤ k of min over j ≥ k of the mean of i..j. */
  @Test
  void isotonic_randomRows_equalsTheMaxMinFormula() {
    Random random = new Random(4);
    for (int round = 0; round < 100; round++) {
      int n = 3 + random.nextInt(25);
      double[] scores = IntStream.range(0, n).mapToDouble(i -> i / 100.0).toArray();
      boolean[] truths = new boolean[n];
      for (int i = 0; i < n; i++) {
        truths[i] = random.nextInt(n) < i;
      }
      truths[0] = false;
      truths[n - 1] = true;
      Calibrator isotonic = Calibrator.isotonic(Rows.scored(scores, truths));
      for (int k = 0; k < n; k++) {
        double best = Double.NEGATIVE_INFINITY;
        for (int i = 0; i <= k; i++) {
          double least = Double.POSITIVE_INFINITY;
          for (int j = k; j < n; j++) {
            int yes = 0;
            for (int l = i; l <= j; l++) {
              yes += truths[l] ? 1 : 0;
            }
            least = Math.min(least, (double) yes / (j - i + 1));
          }
          best = Math.max(best, least);
        }
        assertThat(isotonic.apply(scores[k])).isCloseTo(best, within(1e-12));
      }
    }
  }

  @Test
  void calibrators_mistakes_areRefused() {
    Outcomes one = Rows.scored(new double[] {0.1, 0.2}, new boolean[] {true, true});
    assertThatThrownBy(() -> Calibrator.platt(one)).hasMessageContaining("both classes");
    assertThatThrownBy(() -> Calibrator.isotonic(one)).hasMessageContaining("both classes");
    assertThatThrownBy(() -> Calibration.of(one, 0)).hasMessageContaining("at least 1 bin");
    assertThatThrownBy(() -> Calibrator.fromJson("x")).hasMessageContaining("not a calibrator");
    // a score that ranks the wrong way round is not turned round
    Outcomes wrong = stretched(2_000, -1, 1);
    assertThat(Calibrator.platt(wrong).apply(0.9)).isCloseTo(0.5, within(0.05));
  }

  @Test
  void threshold_randomScores_isTheCheapestOfAll() {
    Random random = new Random(5);
    for (int round = 0; round < 100; round++) {
      int n = 1 + random.nextInt(40);
      double[] scores = random.doubles(n).map(s -> Math.floor(s * 12) / 12).toArray();
      boolean[] truths = new boolean[n];
      for (int i = 0; i < n; i++) {
        truths[i] = random.nextBoolean();
      }
      CostMatrix costs =
          new CostMatrix(-random.nextDouble(), 1 + random.nextDouble(), 2, random.nextDouble());
      Outcomes outcomes = Rows.scored(scores, truths);
      Threshold chosen = Threshold.cheapest(outcomes, costs, 0.95);
      double least = Double.POSITIVE_INFINITY;
      for (double at = -1 / 24.0; at < 1.1; at += 1 / 12.0) {
        least = Math.min(least, Threshold.costOn(outcomes, costs, at, 0.95).value());
      }
      assertThat(chosen.cost().value()).isCloseTo(least, within(1e-12));
      assertThat(chosen.cost().value())
          .isLessThanOrEqualTo(
              Math.min(chosen.costAlwaysNegative(), chosen.costAlwaysPositive()) + 1e-12);
    }
  }

  @Test
  void threshold_trueProbabilities_comesNearTheTheory_andIsApplied() {
    CostMatrix costs = CostMatrix.ofErrors(1, 4);
    assertThat(costs.threshold()).isCloseTo(0.2, within(1e-12));
    Threshold chosen = Threshold.cheapest(stretched(50_000, 1, 3), costs, 0.95);
    assertThat(chosen.value()).isBetween(0.12, 0.28);
    Outcomes fresh = stretched(50_000, 1, 4);
    assertThat(Threshold.costOn(fresh, costs, chosen.value(), 0.95).value())
        .isCloseTo(Threshold.costOn(fresh, costs, 0.2, 0.95).value(), within(0.01));
    Predictor<Rows.Point, Boolean> model =
        new Threshold(0.2, chosen.cost(), 0, 0)
            .around(Rows.YES_NO, p -> Classified.of(Rows.YES_NO, 1 - p.x(), p.x()));
    assertThat(model.predict(new Rows.Point(0.21)).value()).isTrue();
    assertThat(model.predict(new Rows.Point(0.19)).value()).isFalse();
    assertThat(((Classified<Boolean>) model.predict(new Rows.Point(0.21))).score(true))
        .isEqualTo(0.21);
    assertThatThrownBy(() -> CostMatrix.ofErrors(0, 1)).hasMessageContaining("must cost more");
    assertThatThrownBy(() -> Classified.decided(Rows.YES_NO, 2, 0, 1))
        .hasMessageContaining("position");
  }

  /** A trainer in a lambda with a format of its own, calibrated, stored and loaded. */
  @Test
  void calibratedFormat_storesModelAndCalibrator() {
    ModelFormat stretch =
        new ModelFormat() {
          @Override
          public String name() {
            return "stretch";
          }

          @Override
          @SuppressWarnings("unchecked")
          public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
            double by = Double.parseDouble(new String(content, StandardCharsets.UTF_8));
            return (Predictor<X, Y>)
                (Predictor<Rows.Point, Boolean>)
                    p -> {
                      double score = Rows.logistic(by * p.x());
                      return Classified.of(Rows.YES_NO, 1 - score, score);
                    };
          }
        };
    Trainer<Rows.Point, Boolean> own =
        (data, seed) -> {
          byte[] content = "3".getBytes(StandardCharsets.UTF_8);
          return new TrainedModel<>(
              stretch.load(content, data.task()), "stretch", content, Map.of());
        };
    Random random = new Random(9);
    List<Example<Rows.Point, Boolean>> rows = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      double odds = 1.5 * random.nextGaussian();
      rows.add(new Example<>(new Rows.Point(odds), random.nextDouble() < Rows.logistic(odds)));
    }
    Dataset<Rows.Point, Boolean> data = Dataset.of(Rows.YES_NO, DataOrigin.named("r"), rows);
    CalibratedFormat format = CalibratedFormat.around(stretch);
    TrainedModel<Rows.Point, Boolean> model =
        format.trainer(own, 0.5, Calibrator::platt).train(data, 1);
    assertThat(model.format()).isEqualTo("calibrated-stretch");
    Predictor<Rows.Point, Boolean> loaded = format.load(model.content(), Rows.YES_NO);
    Outcomes after = Outcomes.of(loaded, data);
    assertThat(after.answersDigest())
        .isEqualTo(Outcomes.of(model.predictor(), data).answersDigest());
    assertThat(Calibration.of(after, 10).expectedError()).isLessThan(0.03);
    assertThatThrownBy(() -> format.load(new byte[] {1, 2}, Rows.YES_NO))
        .isInstanceOf(ArtifactRefusedException.class);
  }
}
