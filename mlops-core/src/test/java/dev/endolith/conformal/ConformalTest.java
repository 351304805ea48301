package dev.endolith.conformal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConformalTest {
  private static final long SEED = 20261122;

  enum Mood {
    CALM,
    CROSS,
    WILD
  }

  record Point(double x) {}

  private static final Classification<Point, Mood> MOODS =
      Task.classify(Point.class, Mood.class).build();
  private static final Task<Point, Double> NUMBERS = Task.regress(Point.class).build();

  /** Wild is rare, and the model says so too seldom: its scores are wrong in size. */
  private static final Predictor<Point, Mood> MODEL =
      point -> {
        double calm = 1 / (1 + Math.exp(3 * point.x()));
        double wild = 0.1 * (1 - calm);
        return Classified.of(MOODS, calm, 1 - calm - wild, wild);
      };

  private static final Predictor<Point, Double> LINE = point -> new Regressed(2 * point.x());

  private static Dataset<Point, Mood> moods(int n, Random random) {
    List<Example<Point, Mood>> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double x = random.nextGaussian();
      boolean calm = random.nextDouble() < 1 / (1 + Math.exp(2 * x));
      Mood other = random.nextDouble() < 0.25 ? Mood.WILD : Mood.CROSS;
      rows.add(new Example<>(new Point(x), calm ? Mood.CALM : other));
    }
    return Dataset.of(MOODS, DataOrigin.named("moods"), rows);
  }

  private static Dataset<Point, Double> numbers(int n, Random random) {
    List<Example<Point, Double>> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double x = random.nextGaussian();
      rows.add(new Example<>(new Point(x), 2 * x + (0.1 + Math.abs(x)) * random.nextGaussian()));
    }
    return Dataset.of(NUMBERS, DataOrigin.named("numbers"), rows);
  }

  /**
   * The mean over calibrations of the share of new rows whose set holds the truth is in [level,
   * level + 1 / (n + 1)), without ties; five standard errors on either side.
   */
  private static void assertCoverage(List<Double> shares, double low, double high) {
    double mean = shares.stream().mapToDouble(s -> s).average().orElseThrow();
    double variance =
        shares.stream().mapToDouble(s -> (s - mean) * (s - mean)).sum() / (shares.size() - 1);
    double error = 5 * Math.sqrt(variance / shares.size());
    assertThat(mean).as("seed %d", SEED).isBetween(low - error, high + error);
  }

  @ParameterizedTest
  @EnumSource(SetScore.class)
  void sets_holdTheTruthAsOftenAsStated(SetScore score) {
    Random random = new Random(SEED);
    List<Double> shares = new ArrayList<>();
    for (int round = 0; round < 400; round++) {
      ConformalSets<Mood> sets = ConformalSets.calibrate(MODEL, moods(99, random), score, 0.9);
      int held = 0;
      for (Example<Point, Mood> row : moods(100, random)) {
        held += sets.of(MODEL.predict(row.x())).labels().contains(row.y()) ? 1 : 0;
      }
      shares.add(held / 100.0);
    }
    assertCoverage(shares, 0.9, score == SetScore.LEAST_AMBIGUOUS ? 0.91 : 1);
  }

  @Test
  void setsByLabel_holdTheTruthOfEachLabel_whereCommonSetsLeaveTheRareOneOut() {
    Random random = new Random(SEED);
    Map<Mood, List<Double>> own = new EnumMap<>(Mood.class);
    List<Double> common = new ArrayList<>();
    for (int round = 0; round < 100; round++) {
      Dataset<Point, Mood> calibration = moods(600, random);
      ConformalSets<Mood> byLabel =
          ConformalSets.calibrateByLabel(MODEL, calibration, SetScore.LEAST_AMBIGUOUS, 0.9);
      ConformalSets<Mood> together =
          ConformalSets.calibrate(MODEL, calibration, SetScore.LEAST_AMBIGUOUS, 0.9);
      Dataset<Point, Mood> fresh = moods(600, random);
      for (Mood mood : Mood.values()) {
        own.computeIfAbsent(mood, m -> new ArrayList<>()).add(share(fresh, mood, byLabel));
      }
      common.add(share(fresh, Mood.WILD, together));
    }
    own.values().forEach(shares -> assertCoverage(shares, 0.9, 0.92));
    assertThat(common.stream().mapToDouble(s -> s).average().orElseThrow()).isLessThan(0.8);
  }

  private static double share(Dataset<Point, Mood> rows, Mood mood, ConformalSets<Mood> sets) {
    double of = 0;
    double held = 0;
    for (Example<Point, Mood> row : rows) {
      if (row.y() == mood) {
        of++;
        held += sets.of(MODEL.predict(row.x())).labels().contains(mood) ? 1 : 0;
      }
    }
    return held / of;
  }

  @Test
  void intervals_holdTheTruthAsOftenAsStated_andAreNarrowerWhereDifficultyIsKnown() {
    Random random = new Random(SEED);
    List<Double> plain = new ArrayList<>();
    List<Double> scaled = new ArrayList<>();
    double plainWidth = 0;
    double scaledWidth = 0;
    for (int round = 0; round < 400; round++) {
      Dataset<Point, Double> calibration = numbers(99, random);
      ConformalIntervals<Point> one = ConformalIntervals.calibrate(LINE, calibration, 0.9);
      ConformalIntervals<Point> other =
          ConformalIntervals.calibrate(LINE, calibration, 0.9, p -> 0.1 + Math.abs(p.x()));
      Dataset<Point, Double> fresh = numbers(100, random);
      plain.add(share(fresh, one));
      scaled.add(share(fresh, other));
      for (Example<Point, Double> row : fresh) {
        Regressed answer = new Regressed(2 * row.x().x());
        plainWidth += one.of(row.x(), answer).high() - one.of(row.x(), answer).low();
        scaledWidth += other.of(row.x(), answer).high() - other.of(row.x(), answer).low();
      }
    }
    assertCoverage(plain, 0.9, 0.91);
    assertCoverage(scaled, 0.9, 0.91);
    assertThat(scaledWidth).isLessThan(0.9 * plainWidth);
  }

  private static double share(Dataset<Point, Double> rows, ConformalIntervals<Point> intervals) {
    double held = 0;
    for (Example<Point, Double> row : rows) {
      held += intervals.of(row.x(), new Regressed(2 * row.x().x())).contains(row.y()) ? 1 : 0;
    }
    return held / rows.size();
  }

  @Test
  void quantile_isTheRankThatTheTheoremNames() {
    double[] nine = {9, 1, 8, 2, 7, 3, 6, 4, 5};
    assertThat(ConformalQuantile.of(nine, 0.9)).isEqualTo(9);
    assertThat(ConformalQuantile.of(nine, 0.5)).isEqualTo(5);
    assertThat(ConformalQuantile.of(nine, 0.91)).isInfinite();
    assertThat(ConformalQuantile.of(new double[0], 0.5)).isInfinite();
    assertThat(nine[0]).isEqualTo(9); // not sorted in place
  }

  @Test
  void sets_tooFewRows_holdAllLabels_andOtherwiseNeverNone() {
    ConformalSets<Mood> few =
        ConformalSets.calibrate(MODEL, moods(8, new Random(1)), SetScore.ADAPTIVE, 0.9);
    assertThat(few.of(MODEL.predict(new Point(5))).labels())
        .containsExactly(Mood.CROSS, Mood.WILD, Mood.CALM);
    ConformalSets<Mood> low =
        ConformalSets.calibrate(MODEL, moods(50, new Random(1)), SetScore.LEAST_AMBIGUOUS, 0.02);
    PredictionSet<Mood> sure = low.of(MODEL.predict(new Point(0.3)));
    assertThat(sure.labels()).containsExactly(Mood.CROSS);
    assertThat(sure.isCertain()).isTrue();
    assertThat(
            ConformalIntervals.calibrate(LINE, numbers(3, new Random(1)), 0.9)
                .of(new Point(0), new Regressed(0))
                .high())
        .isInfinite();
  }

  @Test
  void json_roundTrip_givesTheSameAnswers() {
    ConformalSets<Mood> sets =
        ConformalSets.calibrateByLabel(
            MODEL, moods(30, new Random(1)), SetScore.LEAST_AMBIGUOUS, 0.9);
    ConformalSets<Mood> again = ConformalSets.fromJson(sets.toJson(), MOODS);
    for (double x = -3; x < 3; x += 0.1) {
      assertThat(again.of(MODEL.predict(new Point(x))))
          .isEqualTo(sets.of(MODEL.predict(new Point(x))));
    }
    assertThat(again.level()).isEqualTo(0.9);
    for (int rows : new int[] {3, 50}) {
      ConformalIntervals<Point> intervals =
          ConformalIntervals.calibrate(LINE, numbers(rows, new Random(1)), 0.8);
      assertThat(
              ConformalIntervals.<Point>fromJson(intervals.toJson())
                  .of(new Point(1), new Regressed(2)))
          .isEqualTo(intervals.of(new Point(1), new Regressed(2)));
    }
  }

  @Test
  void mistakes_areRefused() {
    Function<Double, ConformalSets<Mood>> at =
        level -> ConformalSets.calibrate(MODEL, moods(5, new Random(1)), SetScore.ADAPTIVE, level);
    assertThatThrownBy(() -> at.apply(1.0)).hasMessageContaining("level");
    assertThatThrownBy(() -> at.apply(Double.NaN)).hasMessageContaining("level");
    assertThatThrownBy(
            () -> ConformalSets.calibrate(LINE, numbers(5, new Random(1)), SetScore.ADAPTIVE, 0.9))
        .hasMessageContaining("ConformalIntervals");
    assertThatThrownBy(() -> at.apply(0.5).of(Classified.of(MOODS, 3, -2, 0)))
        .hasMessageContaining("[0, 1]");
    assertThatThrownBy(
            () -> ConformalIntervals.calibrate(LINE, numbers(5, new Random(1)), 0.9, p -> 0))
        .hasMessageContaining("difficulty");
  }
}
