package dev.endolith.monitoring.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.error.DataException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UsualRangeTest {
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z"); // a Monday
  private static final Duration DAY = Duration.ofDays(1);

  private static List<MetricHistory.Value> values(Duration step, double... values) {
    List<MetricHistory.Value> list = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      list.add(new MetricHistory.Value(START.plus(step.multipliedBy(i)), values[i]));
    }
    return list;
  }

  private static Status judge(UsualRange range, List<MetricHistory.Value> past, double value) {
    return range.judge(past, START.plus(DAY.multipliedBy(past.size())), value).status();
  }

  @Test
  void judge_normalHistory_keepsItsFalseAlarmRate() {
    // Student's law is an approximation here; promised is that the rate stays below twice alpha.
    // At 2 x 0.01 the deviation of a share of 3 000 is 0.0026; four of them are allowed beside.
    Random random = new Random(42);
    for (int n : new int[] {6, 12, 60}) {
      int alarms = 0;
      UsualRange range = new UsualRange(UsualRange.Kind.LEVEL, ZoneId.of("UTC"), 0.01, 0);
      for (int round = 0; round < 3_000; round++) {
        double[] past = random.doubles(n, 0, 1).map(u -> random.nextGaussian()).toArray();
        alarms += judge(range, values(DAY, past), random.nextGaussian()) == Status.BROKEN ? 1 : 0;
      }
      assertThat(alarms / 3_000.0).as("n = %d", n).isBetween(0.001, 0.0302);
    }
  }

  @Test
  void judge_earlierAnomalies_hideNothing() {
    double[] past = new double[40];
    Random random = new Random(7);
    for (int i = 0; i < past.length; i++) {
      past[i] = i % 4 == 0 ? 1_000 : 100 + random.nextGaussian();
    }
    assertThat(judge(UsualRange.of(UsualRange.Kind.LEVEL), values(DAY, past), 300))
        .isEqualTo(Status.BROKEN);
    assertThat(judge(UsualRange.of(UsualRange.Kind.LEVEL), values(DAY, past), 101))
        .isEqualTo(Status.HELD);
  }

  @Test
  void judge_sameWeekday_knowsSundays() {
    double[] past = new double[7 * 12];
    Random random = new Random(8);
    for (int i = 0; i < past.length; i++) {
      past[i] = (i % 7 == 6 ? 10 : 100) + random.nextGaussian();
    }
    List<MetricHistory.Value> history = values(DAY, past);
    Instant monday = START.plus(DAY.multipliedBy(84));
    Instant sunday = START.plus(DAY.multipliedBy(90));
    UsualRange weekday = UsualRange.of(UsualRange.Kind.SAME_WEEKDAY);
    assertThat(weekday.judge(history, sunday, 10).status()).isEqualTo(Status.HELD);
    assertThat(weekday.judge(history, monday, 10).status()).isEqualTo(Status.BROKEN);
    assertThat(weekday.judge(history, monday, 100).values()).isEqualTo(12);
    assertThat(UsualRange.of(UsualRange.Kind.SAME_HOUR_OF_WEEK).judge(history, monday, 10).status())
        .isEqualTo(Status.BROKEN);
    assertThat(
            UsualRange.of(UsualRange.Kind.SAME_HOUR)
                .judge(history, monday.plus(Duration.ofHours(5)), 10)
                .status())
        .isEqualTo(Status.UNDECIDED);
    // in Vienna the Monday begins an hour earlier
    UsualRange vienna =
        new UsualRange(UsualRange.Kind.SAME_WEEKDAY, ZoneId.of("Europe/Vienna"), 0.001, 0);
    assertThat(vienna.judge(history, monday.minusSeconds(1_800), 100).status())
        .isEqualTo(Status.HELD);
    assertThat(weekday.judge(history, monday.minusSeconds(1_800), 100).status())
        .isEqualTo(Status.BROKEN);
  }

  @Test
  void judge_step_followsATrend() {
    double[] past = new double[30];
    Random random = new Random(9);
    for (int i = 0; i < past.length; i++) {
      past[i] = 100 * i + random.nextGaussian();
    }
    UsualRange step = UsualRange.of(UsualRange.Kind.STEP);
    assertThat(judge(step, values(DAY, past), 3_000)).isEqualTo(Status.HELD);
    assertThat(judge(step, values(DAY, past), 2_900)).isEqualTo(Status.BROKEN); // no step at all
  }

  @Test
  void judge_degenerateHistories_isTotal() {
    UsualRange level = UsualRange.of(UsualRange.Kind.LEVEL);
    assertThat(judge(level, List.of(), 1)).isEqualTo(Status.UNDECIDED);
    assertThat(judge(UsualRange.of(UsualRange.Kind.STEP), List.of(), 1))
        .isEqualTo(Status.UNDECIDED);
    assertThat(judge(level, values(DAY, 1, 1, 1, 1, 1), 2)).isEqualTo(Status.UNDECIDED);
    assertThat(judge(level, values(DAY, 1, 1, 1, 1, 1, 1), 1)).isEqualTo(Status.HELD);
    assertThat(judge(level, values(DAY, 1, 1, 1, 1, 1, 1), 1.001)).isEqualTo(Status.BROKEN);
    UsualRange coarse = new UsualRange(UsualRange.Kind.LEVEL, ZoneId.of("UTC"), 0.001, 0.5);
    assertThat(judge(coarse, values(DAY, 1, 1, 1, 1, 1, 1), 1.001)).isEqualTo(Status.HELD);
    assertThat(judge(level, values(DAY, 1, 1, 1, 1, 1, 9), 1.1)).isEqualTo(Status.HELD); // MAD is 0
    assertThat(judge(level, values(DAY, 1, 2, 3, 4, 5, 6), Double.NaN)).isEqualTo(Status.UNDECIDED);
    assertThat(judge(level, values(DAY, 1, 2, 3, 4, 5, 6), Double.POSITIVE_INFINITY))
        .isEqualTo(Status.BROKEN);
    assertThat(judge(level, values(DAY, Double.NaN, 1, Double.NEGATIVE_INFINITY, 2, 3, 4, 5), 2))
        .isEqualTo(Status.UNDECIDED); // five finite values
    assertThat(judge(level, values(DAY, 1e308, -1e308, 1e308, -1e308, 1e308, -1e308), 0))
        .isEqualTo(Status.HELD);
    assertThatThrownBy(() -> new UsualRange(UsualRange.Kind.LEVEL, ZoneId.of("UTC"), 1, 0))
        .hasMessageContaining("alpha in (0, 1)");
  }

  @Test
  void usual_inExpectations_usesTheHistoryOfReports() {
    Expectations expectations =
        Expectations.builder()
            .fail(Check.usual(Measure.ROWS, "", UsualRange.of(UsualRange.Kind.LEVEL)))
            .warn(Check.usual(Measure.MEAN, "price", UsualRange.of(UsualRange.Kind.LEVEL)))
            .build();
    MetricHistory history = MetricHistory.EMPTY;
    for (int day = 0; day < 10; day++) {
      QualityReport report =
          expectations.check(
              Orders.usual(500 + day % 3, 100 + day, 0), Orders.CONTEXT.withHistory(history));
      assertThat(report.verdict()).isEqualTo(QualityReport.Verdict.GOOD);
      history = history.plus(START.plus(DAY.multipliedBy(day)), report.metrics());
    }
    assertThat(MetricHistory.fromJson(history.toJson())).isEqualTo(history);

    QualityReport half =
        expectations.check(Orders.usual(250, 1, 40), Orders.CONTEXT.withHistory(history));
    assertThat(half.verdict()).isEqualTo(QualityReport.Verdict.FAILED);
    assertThat(half.broken())
        .extracting(CheckResult::evidence)
        .allMatch(text -> text.contains("usual is") && text.endsWith("by 10 values"));
    assertThat(half.broken()).hasSize(2);
  }

  @Test
  void history_isBoundedAndOrdered() {
    MetricHistory history = MetricHistory.EMPTY;
    for (int i = 0; i < MetricHistory.MOST_POINTS + 5; i++) {
      history = history.plus(START.plusSeconds(i), Map.of("a", (double) i));
    }
    history = history.plus(START.plusSeconds(7), Map.of("b", 1.0));
    assertThat(history.points()).hasSize(MetricHistory.MOST_POINTS);
    assertThat(history.points()).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
    assertThatThrownBy(() -> MetricHistory.fromJson("{}")).isInstanceOf(DataException.class);
  }
}
