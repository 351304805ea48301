package dev.endolith.monitoring.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Regression;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.error.DataException;
import dev.endolith.model.Regressed;
import dev.endolith.monitoring.World;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.profile.ReferenceColumn.Kind;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProfileTest {
  private static final Schema SCHEMA = Schema.of(Field.number("x"), Field.category("c", "known"));
  private static final Regression<Row> TASK =
      Task.regress(Features.rows(SCHEMA)).label("y").build();

  @Test
  void of_dataset_leavesOutWhatMayNotLeaveAndWhatMovesOn() {
    ReferenceProfile profile = ReferenceProfile.of(new World(1).rows(100, Mood.USUAL));

    assertThat(profile.columns())
        .extracting(ReferenceColumn::name)
        .containsExactly("amount", "items", "express", "country", "discount");
    assertThat(profile.leftOut())
        .containsEntry("customer", "not public")
        .containsEntry("day", "moves on with time");
    assertThat(profile.toJson()).doesNotContain("customer 1", "customer -");
    assertThat(profile.errors()).isEmpty();
  }

  @Test
  void of_datasetAndModel_addsScoresLabelsAndErrors() {
    World world = new World(1);
    ReferenceProfile profile =
        ReferenceProfile.of(
            world.rows(1_000, Mood.USUAL), world.rows(500, Mood.USUAL), World.MODEL);

    ReferenceColumn score = profile.column(ReferenceProfile.SCORE).orElseThrow();
    assertThat(Arrays.stream(score.counts()).sum()).isEqualTo(500);
    assertThat(score.min()).isBetween(0.0, 0.2);
    assertThat(profile.column(ReferenceProfile.LABEL).orElseThrow().values())
        .containsExactlyInAnyOrder("true", "false");
    assertThat(profile.errors().orElseThrow().mean()).isBetween(0.07, 0.13);
    assertThat(profile.errors().orElseThrow().error("true", "false")).isEqualTo(1);
    assertThat(profile.errors().orElseThrow().error("true", "true")).isZero();
  }

  @Test
  void of_regression_scalesErrorsByTheirQuantile() {
    double[] values = new double[201];
    Arrays.setAll(values, i -> i);
    Dataset<Row, Double> rows = numbers(values);
    ReferenceProfile profile = ReferenceProfile.of(rows, rows, row -> new Regressed(0));

    // labels are 0 and the answers 0 too: a model without error
    ErrorProfile exact = profile.errors().orElseThrow();
    assertThat(exact.mean()).isZero();
    assertThat(exact.error("0.0", "0.0")).isZero();
    assertThat(exact.error("0.0", "1e-9")).isEqualTo(1);

    ErrorProfile errors =
        ReferenceProfile.of(rows, rows, row -> new Regressed(row.number(0))).errors().orElseThrow();
    assertThat(errors.scale()).isEqualTo(199); // type 7: position 0.995 · 200 of 0, 1, ..., 200
    assertThat(errors.error("99.5", "0")).isEqualTo(0.5);
    assertThat(errors.error("1000", "0")).isEqualTo(1);
    assertThat(errors.error("no number", "0")).isEqualTo(1);
  }

  @Test
  void of_constant_hasBinsBelowAtAndAbove() {
    double[] values = new double[100];
    Arrays.fill(values, 3);
    ReferenceProfile profile = ReferenceProfile.of(numbers(values));
    ReferenceColumn column = profile.columns().get(0);

    assertThat(column.counts()).containsExactly(0, 100, 0);
    assertThat(column.describe(0, 0)).isEqualTo("below 3");
    assertThat(column.describe(1, 1)).isEqualTo("= 3");
    assertThat(column.describe(2, 2)).isEqualTo("above 3");
    assertThat(WindowProfile.of(profile, numbers(2.9, 3, Math.nextUp(3.0), 4, Double.NaN)))
        .satisfies(window -> assertThat(window.counts(0)).containsExactly(1, 1, 2))
        .satisfies(window -> assertThat(window.missing(0)).isEqualTo(1));
  }

  @Test
  void of_fewValues_hasABinPerValue() {
    double[] values = new double[1_000];
    Arrays.setAll(values, i -> i % 4);
    ReferenceColumn column = ReferenceProfile.of(numbers(values)).columns().get(0);

    // a quantile may fall between two values: its bins are empty
    assertThat(column.edges()).contains(0, 1, 2, 3);
    assertThat(Arrays.stream(column.counts()).filter(count -> count > 0))
        .containsExactly(250L, 250L, 250L, 250L);
    assertThat(column.mean()).isEqualTo(1.5);
    assertThat(column.max()).isEqualTo(3);
  }

  @Test
  void of_emptyNaNAndInfinite_isDefined() {
    assertThat(ReferenceProfile.of(numbers()).columns().get(0).counts()).containsExactly(0);
    assertThat(ReferenceProfile.of(numbers(Double.NaN, Double.NaN)).columns().get(0).missing())
        .isEqualTo(2);
    double[] odd = {
      Double.NEGATIVE_INFINITY,
      -Double.MAX_VALUE,
      -0.0,
      0.0,
      1,
      Double.MAX_VALUE,
      1e308,
      Double.POSITIVE_INFINITY,
      Double.POSITIVE_INFINITY,
      Double.POSITIVE_INFINITY
    };
    ReferenceProfile profile = ReferenceProfile.of(numbers(odd));
    assertThat(Arrays.stream(profile.columns().get(0).counts()).sum()).isEqualTo(odd.length);
    assertThat(ReferenceProfile.fromJson(profile.toJson())).isEqualTo(profile);
  }

  @Test
  void quantiles_ofInfinities_areFiniteAndStandAtTheEnds() {
    double inf = Double.POSITIVE_INFINITY;
    double[] usual = IntStream.range(0, 1_000).mapToDouble(i -> i + 0.5).toArray();
    for (double[] odd : new double[][] {{-inf}, {inf}, {-inf, inf}}) {
      for (int many : new int[] {1, 50, 400}) {
        double[] values = Arrays.copyOf(usual, usual.length + odd.length * many);
        for (int i = usual.length; i < values.length; i++) {
          values[i] = odd[i % odd.length];
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] quantiles =
            ReferenceColumn.ofNumbers("x", Role.FEATURE, values, 64).quantiles(1_000);

        double bin = values.length / 64.0 + 1;
        for (int i = 0; i < quantiles.length; i++) {
          double exact = sorted[(int) ((i + 0.5) / quantiles.length * sorted.length)];
          double finite = Math.max(0.5, Math.min(999.5, exact));
          assertThat(quantiles[i]).isFinite().isCloseTo(finite, within(2 * bin));
        }
        assertThat(quantiles).isSorted();
      }
    }
    assertThat(ofNumbers(-inf, inf, inf).quantiles(5)).isEmpty();
    assertThat(ofNumbers(-inf, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3).quantiles(4))
        .containsExactly(3, 3, 3, 3);
    assertThat(ofNumbers(-Double.MAX_VALUE, Double.MAX_VALUE, 0, 1).quantiles(9))
        .isSorted()
        .doesNotContain(inf, -inf, Double.NaN);
  }

  private static ReferenceColumn ofNumbers(double... values) {
    return ReferenceColumn.ofNumbers("x", Role.FEATURE, values, 64);
  }

  @Test
  void of_categories_keepsTheMostFrequentAndCountsOthers() {
    List<Example<Row, Double>> rows = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      for (int k = 0; k <= (i < 99 ? 1 : 0); k++) {
        rows.add(row(0, "value " + i));
      }
    }
    rows.add(row(0, null));
    rows.add(row(0, "x".repeat(10_000)));
    ReferenceProfile profile = ReferenceProfile.of(dataset(rows));
    ReferenceColumn column = profile.columns().get(1);

    assertThat(column.kind()).isEqualTo(Kind.CATEGORY);
    assertThat(column.bins()).isEqualTo(ReferenceProfile.MOST_CATEGORIES + 1);
    assertThat(column.counts()[100]).isEqualTo(51); // 50 beyond the cap, and the long one
    assertThat(column.missing()).isEqualTo(1);
    assertThat(column.describe(100, 100)).isEqualTo("other");
    WindowProfile window =
        WindowProfile.of(profile, dataset(List.of(row(0, "new"), row(0, "value 1"), row(0, null))));
    assertThat(window.counts(1)[100]).isEqualTo(1);
    assertThat(window.missing(1)).isEqualTo(1);
  }

  @Test
  void of_sameRowsInAnyOrder_hasTheSameBytes() {
    List<Example<World.Order, Boolean>> rows =
        new ArrayList<>(new World(3).rows(2_000, Mood.USUAL).examples());
    ReferenceProfile first =
        ReferenceProfile.of(Dataset.of(World.TASK, DataOrigin.named("a"), rows));
    Collections.shuffle(rows, new Random(1));
    ReferenceProfile second =
        ReferenceProfile.of(Dataset.of(World.TASK, DataOrigin.named("a"), rows));

    assertThat(second.toJson()).isEqualTo(first.toJson());
    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(ReferenceProfile.fromJson(first.toJson()).toJson()).isEqualTo(first.toJson());
  }

  @Test
  void bins_agreeWithALinearSearch() {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      double[] values = new double[1 + random.nextInt(600)];
      int distinct = 1 + random.nextInt(50);
      Arrays.setAll(
          values,
          i -> random.nextBoolean() ? random.nextInt(distinct) : random.nextDouble() * distinct);
      ReferenceColumn column = ReferenceProfile.of(numbers(values)).columns().get(0);
      double[] edges = column.edges();
      long[] counts = new long[column.bins()];
      for (double value : values) {
        counts[column.bin(value)]++;
      }
      assertThat(counts).as("seed %d", seed).isEqualTo(column.counts());
      for (int i = 0; i < 50; i++) {
        double value = random.nextDouble() * distinct;
        long below = Arrays.stream(edges).filter(edge -> edge <= value).count();
        assertThat(column.bin(value)).as("seed %d", seed).isGreaterThanOrEqualTo((int) below);
      }
      for (int i = 1; i < edges.length; i++) {
        assertThat(column.bin(edges[i])).isGreaterThan(column.bin(edges[i - 1]));
      }
    }
  }

  @Test
  void merge_inAnyOrderAndGrouping_hasTheSameBytes() {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    ReferenceProfile reference = ReferenceProfile.of(new World(1).rows(500, Mood.USUAL));
    for (int round = 0; round < 50; round++) {
      Dataset<World.Order, Boolean> rows =
          new World(random.nextLong()).rows(1 + random.nextInt(200), Mood.SHIFTED);
      List<WindowProfile> parts = new ArrayList<>();
      int from = 0;
      while (from < rows.size()) {
        int to = Math.min(rows.size(), from + 1 + random.nextInt(50));
        parts.add(WindowProfile.of(reference, rows.slice(from, to)));
        from = to;
      }
      while (parts.size() > 1) {
        WindowProfile one = parts.remove(random.nextInt(parts.size()));
        WindowProfile two = parts.remove(random.nextInt(parts.size()));
        parts.add(random.nextBoolean() ? one.merge(two) : two.merge(one));
      }
      WindowProfile whole = WindowProfile.of(reference, rows);
      assertThat(parts.get(0).toJson()).as("seed %d", seed).isEqualTo(whole.toJson());
      assertThat(parts.get(0)).as("seed %d", seed).isEqualTo(whole).hasSameHashCodeAs(whole);
      assertThat(WindowProfile.fromJson(reference, whole.toJson())).isEqualTo(whole);
    }
  }

  @Test
  void merge_profilesOfOtherReferences_isRefused() {
    WindowProfile one = WindowProfile.empty(ReferenceProfile.of(numbers(1, 2, 3)));
    WindowProfile two = WindowProfile.empty(ReferenceProfile.of(numbers(1, 2, 4)));

    assertThatThrownBy(() -> one.merge(two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the same reference");
    String json = one.toJson();
    assertThatThrownBy(() -> WindowProfile.fromJson(two.reference(), json))
        .isInstanceOf(DataException.class);
  }

  @Test
  void fromJson_damaged_isRefused() {
    String json = ReferenceProfile.of(numbers(1, 2, 3, 4, 5, 6, 7, 8, 9)).toJson();

    for (String damaged :
        List.of(
            "{}",
            "[]",
            "no json",
            json.replace("\"format\":2", "\"format\":3"),
            json.replace("\"details\":[", "\"details\":[null,"),
            json.replace("\"counts\":[", "\"counts\":[-1,"),
            json.replace("\"masses\":[", "\"masses\":[77"))) {
      assertThatThrownBy(() -> ReferenceProfile.fromJson(damaged))
          .as(damaged)
          .isInstanceOf(DataException.class);
    }
  }

  @Test
  void count_rowOfAnotherSchema_isMissing() {
    ReferenceProfile reference = ReferenceProfile.of(numbers(1, 2, 3, 4));
    WindowProfile window = WindowProfile.empty(reference);
    Schema other = Schema.of(Field.category("x"), Field.number("z"));

    window.count(Row.of(other, new double[] {0, 1}, new String[] {"text", ""}));

    assertThat(window.missing(0)).isEqualTo(1);
    assertThat(window.missing(1)).isEqualTo(1);
    assertThat(window.rows()).isEqualTo(1);
  }

  private static Dataset<Row, Double> numbers(double... values) {
    return dataset(Arrays.stream(values).mapToObj(value -> row(value, "known")).toList());
  }

  private static Dataset<Row, Double> dataset(List<Example<Row, Double>> rows) {
    return Dataset.of(TASK, DataOrigin.named("rows"), rows);
  }

  private static Example<Row, Double> row(double x, @Nullable String c) {
    return new Example<>(Row.of(SCHEMA, new double[] {x, 0}, new String[] {"", c}), 0.0);
  }
}
