package dev.endolith.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Regression;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.monitoring.World;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DriftTest {
  private static final Schema SCHEMA = Schema.of(Field.number("x"), Field.category("c"));
  private static final Regression<Row> TASK =
      Task.regress(Features.rows(SCHEMA)).label("y").build();

  @Test
  void compare_halvesOfTheSameData_findsNothing() {
    // 200 splits × 5 columns. With the effect asked for, no false alarm is expected; without it, BH
    // keeps the rate of reports with a false alarm at α = 0.01 at most (all hypotheses are true):
    // of 200, more than 8 would have a probability below 0.001 (binomial, mean 2).
    Dataset<World.Order, Boolean> rows = new World(1).rows(2_000, Mood.USUAL);
    Drift trifles = Drift.builder().minimumEffect(0).build();
    int alarms = 0;
    for (int seed = 0; seed < 200; seed++) {
      var halves = rows.splitRandomly(0.5, seed);
      ReferenceProfile reference = ReferenceProfile.of(halves.first());
      WindowProfile window = WindowProfile.of(reference, halves.second());
      assertThat(Drift.compare(reference, window).verdict()).isEqualTo(Verdict.NO_DRIFT);
      alarms += trifles.judge(reference, window).verdict() == Verdict.DRIFT ? 1 : 0;
    }
    assertThat(alarms).isLessThanOrEqualTo(8);
  }

  @Test
  void compare_shiftedColumn_isFoundAndRankedFirst() {
    ReferenceProfile reference = ReferenceProfile.of(new World(1).rows(5_000, Mood.USUAL));

    DriftReport report = Drift.compare(reference, new World(2).rows(500, Mood.SHIFTED));

    assertThat(report.verdict()).isEqualTo(Verdict.DRIFT);
    assertThat(report.drifted()).extracting(ColumnDrift::name).containsExactly("amount");
    ColumnDrift amount = report.columns().get(0);
    assertThat(amount.effect()).isBetween(0.5, 2.0);
    assertThat(amount.adjustedPValue()).isLessThan(1e-10).isGreaterThanOrEqualTo(amount.pValue());
    assertThat(amount.referenceRows()).isEqualTo(5_000);
    assertThat(amount.currentRows()).isEqualTo(500);
    assertThat(amount.bins()).hasSizeBetween(8, 11);
    assertThat(report.toJson()).contains("\"name\":\"amount\"");
  }

  @Test
  void judge_ignoredColumns_areNotThereAndNotCorrectedFor() {
    ReferenceProfile reference = ReferenceProfile.of(new World(1).rows(5_000, Mood.USUAL));
    WindowProfile window = WindowProfile.of(reference, new World(2).rows(500, Mood.SHIFTED));
    Drift all = Drift.builder().correction(Correction.BONFERRONI).build();
    Drift some =
        Drift.builder()
            .correction(Correction.BONFERRONI)
            .ignore(List.of("amount", "no such column"))
            .build();

    DriftReport whole = all.judge(reference, window);
    DriftReport rest = some.judge(reference, window);

    assertThat(whole.verdict()).isEqualTo(Verdict.DRIFT);
    assertThat(rest.verdict()).isEqualTo(Verdict.NO_DRIFT);
    assertThat(rest.column("amount")).isEmpty();
    int columns = whole.columns().size();
    assertThat(rest.columns()).hasSize(columns - 1);
    for (ColumnDrift column : rest.columns()) {
      double p = column.pValue();
      assertThat(column.adjustedPValue()).isEqualTo(Math.min(1, p * (columns - 1)));
      assertThat(whole.column(column.name()).orElseThrow().adjustedPValue())
          .isEqualTo(Math.min(1, p * columns));
    }
  }

  @Test
  void compare_constant_seesAnyMoveAway() {
    ReferenceProfile reference = ReferenceProfile.of(rows(1_000, 5, "a"));

    assertThat(Drift.compare(reference, rows(200, 5, "a")).verdict()).isEqualTo(Verdict.NO_DRIFT);
    assertThat(Drift.compare(reference, rows(200, 5.001, "a")).drifted())
        .extracting(ColumnDrift::name)
        .containsExactly("x");
  }

  @Test
  void compare_newCategory_isFound() {
    ReferenceProfile reference = ReferenceProfile.of(rows(1_000, 5, "a"));
    ColumnDrift column =
        Drift.compare(reference, rows(200, 5, "never seen")).column("c").orElseThrow();

    assertThat(column.verdict()).isEqualTo(Verdict.DRIFT);
    assertThat(column.unseenShareChange()).isEqualTo(1);
  }

  @Test
  void compare_valuesGoMissing_isFound() {
    ReferenceProfile reference = ReferenceProfile.of(rows(1_000, 5, "a"));
    List<Example<Row, Double>> current = new ArrayList<>(rows(150, 5, "a").examples());
    current.addAll(rows(50, Double.NaN, null).examples());

    DriftReport report =
        Drift.compare(reference, Dataset.of(TASK, DataOrigin.named("rows"), current));

    assertThat(report.drifted()).extracting(ColumnDrift::name).containsExactly("c", "x");
    assertThat(report.column("x").orElseThrow().missingShareChange()).isEqualTo(0.25);
    assertThat(report.column("x").orElseThrow().bins())
        .last()
        .isEqualTo(new ColumnDrift.Bin("missing", 0, 50));
  }

  @Test
  void compare_allMissing_isFound() {
    ReferenceProfile reference = ReferenceProfile.of(rows(1_000, 5, "a"));

    assertThat(Drift.compare(reference, rows(200, Double.NaN, null)).drifted()).hasSize(2);
  }

  @Test
  void compare_tooLittleData_isUndecided() {
    ReferenceProfile reference = ReferenceProfile.of(rows(1_000, 5, "a"));
    ReferenceProfile nothing = ReferenceProfile.of(rows(0, 5, "a"));

    assertThat(Drift.compare(reference, rows(20, 5, "a")).verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(Drift.compare(reference, rows(0, 5, "a")).verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(Drift.compare(nothing, rows(100, 5, "a")).verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(Drift.compare(nothing, rows(0, 5, "a")).verdict()).isEqualTo(Verdict.UNDECIDED);
    // a difference that is as clear as this needs no more rows
    assertThat(Drift.compare(reference, rows(20, 6, "a")).verdict()).isEqualTo(Verdict.DRIFT);
  }

  @Test
  void compare_clearButSmall_isNoDrift() {
    List<Example<Row, Double>> before = new ArrayList<>();
    List<Example<Row, Double>> now = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      before.add(row(i % 1_000, "a"));
      now.add(row(i % 1_000 + 20, "a"));
    }
    ReferenceProfile reference =
        ReferenceProfile.of(Dataset.of(TASK, DataOrigin.named("rows"), before));
    DriftReport report = Drift.compare(reference, Dataset.of(TASK, DataOrigin.named("rows"), now));

    assertThat(report.column("x").orElseThrow().adjustedPValue()).isLessThan(1e-6);
    assertThat(report.verdict()).isEqualTo(Verdict.NO_DRIFT);
  }

  @Test
  void judge_windowOfAnotherReference_isRefused() {
    ReferenceProfile one = ReferenceProfile.of(rows(10, 5, "a"));
    WindowProfile window = WindowProfile.empty(ReferenceProfile.of(rows(11, 5, "a")));

    assertThatThrownBy(() -> Drift.compare(one, window))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("counted on the reference");
    assertThatThrownBy(() -> Drift.builder().alpha(1))
        .hasMessage("alpha must be in (0, 1), was 1.0");
    assertThatThrownBy(() -> Drift.builder().minimumEffect(Double.NaN))
        .hasMessage("minimumEffect must be finite and at least 0, was NaN");
    assertThat(
            Drift.builder()
                .correction(Correction.HOLM)
                .build()
                .judge(one, WindowProfile.empty(one)))
        .returns(Correction.HOLM, DriftReport::correction);
  }

  private static Dataset<Row, Double> rows(int count, double x, @Nullable String c) {
    List<Example<Row, Double>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(x, c));
    }
    return Dataset.of(TASK, DataOrigin.named("rows"), rows);
  }

  private static Example<Row, Double> row(double x, @Nullable String c) {
    return new Example<>(Row.of(SCHEMA, new double[] {x, 0}, new String[] {"", c}), 0.0);
  }
}
