package dev.endolith.monitoring.impact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.monitoring.profile.ReferenceProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CausesTest {
  private static double[] values(long seed, DoubleUnaryOperator unit) {
    SplittableRandom random = new SplittableRandom(seed);
    return DoubleStream.generate(() -> 12 + 8 * (random.nextDouble() + random.nextDouble()))
        .limit(800)
        .map(unit)
        .toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 0, multiplied by 1000",
    "0.001, 0, divided by 1000",
    "100, 0, multiplied by 100 ",
    "1.8, 32, °C given in °F",
    "1, 273.15, °C given in K",
    "-1, 0, the sign turned",
    "60, 0, multiplied by 60",
    "2.54, 0, inches given in centimetres"
  })
  void unit_changedLinearly_isFoundAndUndone(double factor, double offset, String text) {
    // undone, both are samples of one law: D exceeds 1.95·√(2/800) = 0.098 once in a thousand
    // times,
    // and each seed is fixed
    UnitChange change =
        UnitChange.find(values(1, x -> x), values(2, x -> factor * x + offset)).orElseThrow();

    assertThat(change.text()).startsWith(text.strip());
    assertThat(change.distance()).isGreaterThan(0.5);
    assertThat(change.undone()).isLessThan(0.0816);
  }

  @Test
  void unit_logarithmTakenOrNoMore_isFound() {
    assertThat(UnitChange.find(values(1, x -> x), values(2, Math::log)).orElseThrow().text())
        .isEqualTo("the natural logarithm taken");
    assertThat(UnitChange.find(values(1, Math::log), values(2, x -> x)).orElseThrow().text())
        .isEqualTo("no logarithm taken any more (natural)");
  }

  @Test
  void unit_ofAnotherShape_orStable_orTooFew_isNotSuggested() {
    SplittableRandom random = new SplittableRandom(3);
    double[] flat = DoubleStream.generate(() -> 40 * random.nextDouble()).limit(800).toArray();

    assertThat(UnitChange.find(values(1, x -> x), flat)).isEmpty();
    assertThat(UnitChange.find(values(1, x -> x), values(2, x -> x))).isEmpty();
    assertThat(UnitChange.find(new double[] {1, 2}, new double[] {1_000, 2_000})).isEmpty();
    assertThat(UnitChange.find(new double[0], flat)).isEmpty();
  }

  @Test
  void of_rows_namesNewAndVanishedCategoriesAndUnits() {
    Schema schema = Schema.of(Field.number("t"), Field.category("c"));
    double[] before = values(1, x -> x);
    double[] now = values(2, x -> 1.8 * x + 32);
    List<Row> reference = new ArrayList<>();
    List<Row> current = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      String rare = i == 0 ? "rare" : i % 3 == 0 ? "gone" : "kept";
      reference.add(row(schema, before[i], rare));
      current.add(row(schema, now[i], i % 50 == 0 ? "new" : i % 7 == 0 ? null : "kept"));
    }

    Causes causes = Causes.of(Features.rows(schema), reference, current);

    assertThat(causes.column("t").orElseThrow().unit()).isNotNull();
    assertThat(causes.column("c").orElseThrow())
        .isEqualTo(new ColumnCause("c", List.of("new"), List.of("gone"), null));
    assertThat(Causes.of(Features.rows(schema), reference, reference).columns()).isEmpty();
    assertThat(Causes.of(Features.rows(schema), reference, List.of()).columns()).isEmpty();
  }

  private static Row row(Schema schema, double number, @Nullable String category) {
    return Row.of(schema, new double[] {number, Double.NaN}, new String[] {null, category});
  }

  @Test
  void correlations_thatTurn_areFound_othersNot() {
    Schema schema = Schema.of(Field.number("a"), Field.number("b"), Field.number("k"));
    Features<Row> features = Features.rows(schema);

    List<CorrelationChange> changes =
        CorrelationChange.find(features, pairs(schema, 1, 1), pairs(schema, 2, -1), 0.01, 0.1);

    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).first()).isEqualTo("a");
    assertThat(changes.get(0).reference()).isCloseTo(-changes.get(0).current(), within(0.15));
    assertThat(changes.get(0).adjustedPValue()).isLessThan(1e-10);
    assertThat(CorrelationChange.find(features, List.of(), pairs(schema, 1, 1), 0.01, 0)).isEmpty();
  }

  @Test
  void correlations_besideAColumnThatIsNotLogged_areJudgedPairByPair() {
    Schema schema = Schema.of(Field.number("a"), Field.number("b"), Field.number("c"));
    Features<Row> features = Features.rows(schema);
    ReferenceProfile reference =
        ReferenceProfile.ofStream(features, pairs(schema, 1, 1).stream(), 1);
    List<Row> now =
        pairs(schema, 2, -1).stream()
            .map(
                row ->
                    Row.of(
                        schema,
                        new double[] {row.number(0), row.number(1), Double.NaN},
                        new String[3]))
            .toList();

    List<CorrelationChange> changes = CorrelationChange.find(features, reference, now, 0.01, 0.1);

    assertThat(changes)
        .singleElement()
        .returns("a", CorrelationChange::first)
        .returns("b", CorrelationChange::second)
        .returns(CorrelationChange.Coefficient.PEARSON, CorrelationChange::coefficient);
  }

  @Test
  void correlations_ofTheSameLaw_areSeldomCalledChanged() {
    // of 200 × 3 pairs at α = 0.05 with BH, reports with any alarm have a rate of at most 0.05:
    // more
    // than 20 of 200 have a probability below 0.002 (binomial, mean 10)
    Schema schema = Schema.of(Field.number("a"), Field.number("b"), Field.number("c"));
    int alarms = 0;
    for (int i = 0; i < 200; i++) {
      alarms +=
          CorrelationChange.find(
                      Features.rows(schema),
                      pairs(schema, 2L * i, 1),
                      pairs(schema, 2L * i + 1, 1),
                      0.05,
                      0)
                  .isEmpty()
              ? 0
              : 1;
    }
    assertThat(alarms).isLessThanOrEqualTo(20);
  }

  /** Two numbers that go together, and one by itself. */
  private static List<Row> pairs(Schema schema, long seed, double slope) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      double a = random.nextDouble();
      double[] numbers = {a, slope * a + random.nextDouble(), random.nextDouble()};
      rows.add(Row.of(schema, numbers, new String[3]));
    }
    return rows;
  }
}
