package dev.endolith.monitoring.impact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Regression;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.explain.Explainer;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.monitoring.World;
import dev.endolith.monitoring.World.Mood;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImpactTest {
  private static final Schema SCHEMA =
      Schema.of(
          Field.number("steep"), Field.number("flat"), Field.number("unused"), Field.category("c"));
  private static final Features<Row> FEATURES = Features.rows(SCHEMA);
  private static final Regression<Row> TASK = Task.regress(FEATURES).label("y").build();

  /** 3·steep + 0.1·flat, and 2 more for the category b. */
  private static final Predictor<Row, Double> MODEL =
      row ->
          new Regressed(
              3 * row.number(0) + 0.1 * row.number(1) + ("b".equals(row.category(3)) ? 2 : 0));

  private static List<Row> rows(int n, double[] shift, double b, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double common = random.nextDouble();
      double[] numbers = {
        common + shift[0], common + random.nextDouble() + shift[1], common + shift[2], Double.NaN
      };
      @Nullable String[] categories = {null, null, null, random.nextDouble() < b ? "b" : "a"};
      rows.add(Row.of(SCHEMA, numbers, categories));
    }
    return rows;
  }

  @Test
  void of_linearModel_isSensitivityTimesShift() {
    // by its definition: 3·0.5, 0.1·5, 0 of the unused, and 2·(0.6 − 0.2) of the category, for any
    // sample; the shares of 4 000 rows have a standard error below 0.008, the means of the two
    // uniform numbers one of at most 0.0065: four of them on both sides, times the slope
    List<Row> before = rows(4_000, new double[] {0, 0, 0}, 0.2, 1);
    List<Row> now = rows(4_000, new double[] {0.5, 5, 9}, 0.6, 2);

    Impact impact = Impact.of(TASK, MODEL, before, now, 3);

    assertThat(impact.columns())
        .extracting(ColumnImpact::name)
        .containsExactly("steep", "c", "flat", "unused");
    assertThat(impact.column("steep").orElseThrow().change()).isCloseTo(1.5, within(0.08));
    assertThat(impact.column("steep").orElseThrow().expected()).isCloseTo(1.5, within(0.08));
    assertThat(impact.column("c").orElseThrow().change()).isCloseTo(0.8, within(0.1));
    assertThat(impact.column("flat").orElseThrow().change()).isCloseTo(0.5, within(0.01));
    assertThat(impact.column("unused").orElseThrow())
        .isEqualTo(new ColumnImpact("unused", 0, 0, 0, 0));
    assertThat(impact.currentScore() - impact.referenceScore()).isCloseTo(2.8, within(0.4));
    assertThat(Impact.of(TASK, MODEL, before, now, 3)).isEqualTo(impact);
    assertThat(impact.toJson()).contains("\"expected\"");
  }

  @Test
  void of_equalDistributions_isNearlyNothingThoughColumnsDepend() {
    double[] none = {0, 0, 0};
    Impact impact = Impact.of(TASK, MODEL, rows(4_000, none, 0.2, 1), rows(4_000, none, 0.2, 2), 3);

    assertThat(impact.columns()).allSatisfy(c -> assertThat(c.expected()).isLessThan(0.08));
    assertThat(impact.column("steep").orElseThrow().sensitivity()).isGreaterThan(0.5);
  }

  @Test
  void of_recordsAndClasses_watchesThePositiveScore() {
    List<World.Order> before =
        new World(1).rows(1_000, Mood.USUAL).examples().stream().map(e -> e.x()).toList();
    List<World.Order> now =
        new World(2).rows(1_000, Mood.SHIFTED).examples().stream().map(e -> e.x()).toList();

    Impact impact = Impact.of(World.TASK, World.MODEL, before, now, 1);

    assertThat(impact.columns().get(0).name()).isEqualTo("amount");
    assertThat(impact.columns().get(0).change()).isBetween(0.1, 0.5);
    assertThat(impact.columns().get(1).expected()).isZero();
  }

  @Test
  void of_nonsense_isRefused() {
    List<Row> one = rows(1, new double[] {0, 0, 0}, 0.5, 1);
    assertThatThrownBy(() -> Impact.of(TASK, MODEL, List.of(), one, 1))
        .hasMessageContaining("rows on both sides");
    assertThatThrownBy(() -> Impact.of(TASK, MODEL, p -> 0, one, one, 0, 1))
        .hasMessage("sample must be at least 1, was 0");
    assertThat(Impact.of(TASK, MODEL, one, one, 1).columns()).hasSize(4);
  }

  @Test
  void attribution_ofAnotherColumnDeciding_isSeen() {
    Predictor<Row, Double> model =
        row -> new Regressed(Math.max(row.number(0), row.number(1) / 2) * 3);
    List<Row> before = rows(60, new double[] {0.6, 0, 0}, 0.5, 1);
    List<Row> now = rows(60, new double[] {0, 6, 0}, 0.5, 2);
    Explainer<Row> explainer = Explainer.permutation(TASK, model, before, 4, 1);

    AttributionDrift drift = AttributionDrift.of(explainer, 0, before, now, 30, 1);

    assertThat(drift.fields().get(0).name()).isEqualTo("flat");
    assertThat(drift.fields().get(0).adjustedPValue()).isLessThan(1e-6);
    assertThat(drift.fields().get(0).current()).isGreaterThan(drift.fields().get(0).reference());
    assertThat(drift.agreement()).isBetween(0.2, 0.99);
    AttributionDrift same = AttributionDrift.of(explainer, 0, before, before, 60, 1);
    assertThat(same.fields())
        .allSatisfy(f -> assertThat(f.current()).isCloseTo(f.reference(), within(1e-9)));
  }

  @Test
  void skew_ofPairs_countsWhatDiffers() {
    List<Row> training = rows(10, new double[] {0, 0, 0}, 0.5, 1);
    List<Row> serving = new ArrayList<>(training);
    Row first = training.get(0);
    serving.set(
        0,
        Row.of(
            SCHEMA,
            new double[] {
              first.number(0) * (1 + 1e-9), Double.NaN, first.number(2) + 1, Double.NaN
            },
            new String[] {null, null, null, first.category(3)}));

    Skew skew = Skew.between(FEATURES, training, serving);

    assertThat(skew)
        .isEqualTo(
            new Skew(10, List.of(new Skew.Column("flat", 1, 1), new Skew.Column("unused", 1, 0))));
    assertThatThrownBy(() -> Skew.between(FEATURES, training, List.of()))
        .hasMessageContaining("join them by their key");
  }

  @Test
  void skew_infiniteOnOneSide_differs() {
    Schema schema = Schema.of(Field.number("x"));
    double[] training = {5, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 5, 1e308};
    double[] serving = {
      Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 5.000001, -1e308
    };
    Function<double[], List<Row>> rows =
        values ->
            Arrays.stream(values)
                .mapToObj(x -> Row.of(schema, new double[] {x}, new String[1]))
                .toList();

    Skew skew = Skew.between(Features.rows(schema), rows.apply(training), rows.apply(serving));

    assertThat(skew.columns()).containsExactly(new Skew.Column("x", 3, 0));
  }
}
