package dev.endolith.monitoring.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.FieldType;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Sensitivity;
import dev.endolith.data.Task;
import dev.endolith.monitoring.World;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.drift.DriftReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StreamedProfileTest {
  private static final Schema SCHEMA =
      Schema.of(
          Field.number("heavy"),
          Field.number("zeros"),
          Field.number("flag"),
          Field.category("word", "known"),
          new Field("note", FieldType.TEXT, true, Sensitivity.PUBLIC, List.of()),
          new Field("secret", FieldType.TEXT, true, Sensitivity.PERSONAL, List.of()));
  private static final Features<Row> FEATURES = Features.rows(SCHEMA);
  private static final int BIG = 100_000;

  /** Written by the version before details were kept. */
  private static final String FIRST_FORMAT =
      "{\"columns\":[{\"counts\":[0,8,4],\"deviation\":4.417595671307133,\"edges\":[0.0,7.33333"
          + "3333333333],\"kind\":\"NUMBER\",\"masses\":[],\"max\":11.0,\"mean\":4.666666666666667,\"min"
          + "\":0.0,\"missing\":0,\"name\":\"x\",\"role\":\"FEATURE\",\"values\":[]},{\"counts\":[8,4,0],\"de"
          + "viation\":\"NaN\",\"edges\":[],\"kind\":\"CATEGORY\",\"masses\":[],\"max\":\"NaN\",\"mean\":\"NaN\""
          + ",\"min\":\"NaN\",\"missing\":0,\"name\":\"c\",\"role\":\"FEATURE\",\"values\":[\"b\",\"known\"]}],\"e"
          + "rrors\":null,\"format\":1,\"leftOut\":{},\"rows\":12}";

  @Test
  void build_fewDistinctValues_isTheExactProfile() {
    World world = new World(5);
    Dataset<World.Order, Boolean> rows = world.rows(400, World.Mood.USUAL);
    ReferenceProfile exact = ReferenceProfile.of(rows);
    ReferenceProfile streamed =
        ReferenceProfile.ofStream(
            rows.task().features(), rows.examples().stream().map(Example::x), 1);

    assertThat(streamed.approximate()).isFalse();
    assertThat(streamed.leftOut()).isEqualTo(exact.leftOut());
    for (int i = 0; i < exact.columns().size(); i++) {
      ReferenceColumn expected = exact.columns().get(i);
      ReferenceColumn column = streamed.columns().get(i);
      assertThat(column.edges()).as(expected.name()).containsExactly(expected.edges());
      assertThat(column.counts()).containsExactly(expected.counts());
      assertThat(column.values()).isEqualTo(expected.values());
      assertThat(column.details()).isEqualTo(expected.details());
      if (expected.kind() == ReferenceColumn.Kind.NUMBER) {
        assertThat(column.min()).isEqualTo(expected.min());
        assertThat(column.mean()).isCloseTo(expected.mean(), within(1e-9));
        assertThat(column.deviation()).isCloseTo(expected.deviation(), within(1e-9));
      }
    }
  }

  @Test
  void build_manyDistinctValues_isWithinTheStatedErrors() {
    List<Row> rows = rows(BIG, 1);
    ReferenceProfile streamed = ReferenceProfile.ofStream(FEATURES, rows.stream(), 1);
    ReferenceColumn heavy = streamed.columns().get(0);
    ReferenceColumn zeros = streamed.columns().get(1);

    assertThat(heavy.details().approximate()).isTrue();
    assertThat(heavy.details().rankError()).isBetween(1e-4, 0.004);
    assertThat(heavy.details().distinct()).isCloseTo(BIG, within(0.06 * BIG));
    assertThat(Arrays.stream(heavy.counts()).sum() + heavy.missing()).isEqualTo(BIG);
    WindowProfile truth = WindowProfile.empty(streamed);
    rows.forEach(truth::count);
    for (int i = 0; i < 2; i++) {
      ReferenceColumn column = streamed.columns().get(i);
      long[] exact = truth.counts(i);
      long off = 0;
      for (int bin = 0; bin < exact.length; bin++) {
        off += column.counts()[bin] - exact[bin];
        assertThat(Math.abs((double) off) / BIG).isLessThanOrEqualTo(column.details().rankError());
      }
      assertThat(column.missing()).isEqualTo(truth.missing(i));
    }
    // half of it is zero: a bin of its own
    int zero = zeros.bin(0.0);
    assertThat(zeros.describe(zero, zero)).isEqualTo("= 0");
    assertThat(zeros.details().negativeInfinite() + zeros.details().positiveInfinite())
        .isEqualTo(rows.stream().filter(r -> Double.isInfinite(r.number(1))).count());

    ReferenceProfile recounted = streamed.recounted(truth);
    assertThat(recounted.approximate()).isFalse();
    assertThat(recounted.columns().get(0).counts()).containsExactly(truth.counts(0));
    assertThat(ReferenceProfile.fromJson(recounted.toJson())).isEqualTo(recounted);
    assertThat(ReferenceProfile.fromJson(streamed.toJson())).isEqualTo(streamed);
    assertThatThrownBy(() -> streamed.recounted(WindowProfile.empty(streamed)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("100000 rows");
  }

  @Test
  void merge_ofParts_addsUp() {
    List<Row> rows = rows(20_000, 2);
    StreamedProfile<Row> whole = StreamedProfile.of(FEATURES, 1);
    rows.forEach(whole::add);
    StreamedProfile<Row> merged = StreamedProfile.of(FEATURES, 9);
    for (int part = 0; part < 5; part++) {
      StreamedProfile<Row> some = StreamedProfile.of(FEATURES, part);
      rows.subList(part * 4_000, part * 4_000 + 4_000).forEach(some::add);
      merged.merge(StreamedProfile.read(FEATURES, some.toBytes()));
    }
    ReferenceProfile a = whole.build();
    ReferenceProfile b = merged.build();

    assertThat(b.rows()).isEqualTo(20_000);
    assertThat(b.texts()).isEqualTo(a.texts());
    assertThat(b.correlations()).isEqualTo(a.correlations());
    assertThat(b.columns().get(2).counts()).containsExactly(a.columns().get(2).counts());
    assertThat(b.columns().get(3).counts()).containsExactly(a.columns().get(3).counts());
    assertThat(b.columns().get(0).mean()).isCloseTo(a.columns().get(0).mean(), within(1e-6));
    assertThat(b.columns().get(0).details().distinct())
        .isEqualTo(a.columns().get(0).details().distinct());
    double off =
        a.columns().get(0).details().rankError() + b.columns().get(0).details().rankError();
    assertThat(share(b.columns().get(0), 3)).isCloseTo(share(a.columns().get(0), 3), within(off));
    assertThat(StreamedProfile.read(FEATURES, whole.toBytes()).build()).isEqualTo(a);
  }

  @Test
  void build_nearConstant_hasBinsBesideTheConstant() {
    StreamedProfile<Row> profile = StreamedProfile.of(FEATURES, 1);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 50_000; i++) {
      // one in a thousand is something else, of more values than are counted one by one
      double x = random.nextInt(1_000) == 0 ? random.nextDouble() : 7;
      double y = random.nextInt(40) == 0 ? random.nextDouble() : 7;
      profile.add(Row.of(SCHEMA, new double[] {x, y, 1, 0, 0, 0}, new String[6]));
    }
    ReferenceProfile built = profile.build();

    assertThat(built.columns().get(0).details().approximate()).isFalse();
    assertThat(built.columns().get(1).details().approximate()).isTrue();
    for (ReferenceColumn column : built.columns().subList(0, 2)) {
      int at = column.bin(7);
      assertThat(column.describe(at, at)).isEqualTo("= 7");
      assertThat(column.bin(6.9)).isLessThan(at);
      assertThat(column.bin(7.1)).isGreaterThan(at);
    }
    assertThat(built.columns().get(2).counts()).containsExactly(0, 50_000, 0);
  }

  @Test
  void judge_approximateReference_neitherAlarmsOnTheSketchNorMissesDrift() {
    ReferenceProfile reference = ReferenceProfile.ofStream(FEATURES, rows(BIG, 3).stream(), 1);
    ReferenceColumn heavy = reference.columns().get(0);
    Drift clear = Drift.builder().minimumEffect(0).build(); // anything clear is drift
    int alarms = 0;
    for (int window = 0; window < 20; window++) {
      WindowProfile same = WindowProfile.empty(reference);
      rows(5_000, 100 + window).forEach(same::count);
      alarms += clear.judge(reference, same).drifted().size();
    }
    WindowProfile moved = WindowProfile.empty(reference);
    for (Row row : rows(5_000, 7)) {
      double[] numbers = {3 * row.number(0), row.number(1), row.number(2), 0, 0, 0};
      moved.count(Row.of(SCHEMA, numbers, new String[6]));
    }
    DriftReport report = Drift.compare(reference, moved);

    assertThat(heavy.details().effectiveRows(BIG)).isBetween(10_000L, BIG - 1L);
    // 80 looks at α = 0.01, corrected: more than two come with a probability below 0.01
    assertThat(alarms).isLessThanOrEqualTo(2);
    assertThat(report.drifted()).extracting("name").contains("heavy");
  }

  @Test
  void texts_areCountedByLengthAndKind_withoutAText() {
    StreamedProfile<Row> profile = StreamedProfile.of(FEATURES, 1);
    String[] notes = {"", "12", "ab 12", "ab 13", "x,y", null};
    List<Example<Row, Double>> examples = new ArrayList<>();
    for (String note : notes) {
      Row row = Row.of(SCHEMA, new double[6], new String[] {"", "", "", "w", note, "hidden"});
      profile.add(row);
      examples.add(new Example<>(row, 0.0));
    }
    TextStatistics note = profile.build().texts().get("note");

    assertThat(note.texts()).isEqualTo(5);
    assertThat(note.missing()).isEqualTo(1);
    assertThat(note.longest()).isEqualTo(5);
    assertThat(note.meanLength()).isEqualTo(3.0);
    assertThat(note.patterns())
        .containsEntry("empty", 1L)
        .containsEntry("digits", 1L)
        .containsEntry("letters digits spaces", 2L)
        .containsEntry("letters signs", 1L);
    assertThat(note.lengths()).containsEntry(0, 1L).containsEntry(2, 2L).containsEntry(4, 2L);
    assertThat(profile.build().texts()).containsOnlyKeys("note");
    assertThat(profile.build().toJson()).doesNotContain("ab 12", "hidden");
    ReferenceProfile exact =
        ReferenceProfile.of(
            Dataset.of(
                Task.regress(FEATURES).label("y").build(), DataOrigin.named("rows"), examples));
    assertThat(exact.texts()).isEqualTo(profile.build().texts());
  }

  @Test
  void correlations_ofLinearColumns_areThose() {
    List<Example<Row, Double>> examples = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      double x = random.nextGaussian();
      double y = 1e6 + 0.6 * x + 0.8 * random.nextGaussian();
      double z = i % 100 == 0 ? Double.NaN : -x;
      examples.add(
          new Example<>(Row.of(SCHEMA, new double[] {x, y, z, 0, 0, 0}, new String[6]), 0.0));
    }
    ReferenceProfile exact = correlated(examples);
    Collections.shuffle(examples, random);
    ReferenceProfile streamed =
        ReferenceProfile.ofStream(FEATURES, examples.stream().map(Example::x), 1);

    assertThat(exact.correlations().rows()).isEqualTo(4_950);
    assertThat(exact.correlations().of("heavy", "zeros").orElseThrow())
        .isCloseTo(0.6, within(4 * 0.64 / Math.sqrt(4_950)));
    assertThat(exact.correlations().of("flag", "heavy").orElseThrow()).isCloseTo(-1, within(1e-5));
    assertThat(exact.correlations().of("heavy", "word")).isEmpty();
    assertThat(correlated(examples)).isEqualTo(exact);
    assertThat(streamed.correlations().of("heavy", "zeros").orElseThrow())
        .isCloseTo(exact.correlations().of("heavy", "zeros").orElseThrow(), within(1e-4));
  }

  @Test
  void memory_ofAColumn_isWhatIsStated() {
    StreamedProfile<Row> profile = StreamedProfile.of(FEATURES, 1);
    rows(200_000, 4).forEach(profile::add);

    assertThat(profile.memory(0)).isBetween(16L * 1_024, 90L * 1_024);
    assertThat(profile.memory(3)).isZero();
  }

  @Test
  void fromJson_firstFormat_keepsItsBytesAndDigest() {
    ReferenceProfile profile = ReferenceProfile.fromJson(FIRST_FORMAT);

    assertThat(profile.toJson()).isEqualTo(FIRST_FORMAT);
    assertThat(profile.digest().hex())
        .isEqualTo("6d7745f46c8e5e7e62c43c19fbac86364feeaabe7b57b24ce6081829b80c3227");
    assertThat(profile.columns().get(0).details().distinct()).isNaN();
    assertThat(profile.correlations().columns()).isEmpty();
    assertThat(profile.approximate()).isFalse();
  }

  private static ReferenceProfile correlated(List<Example<Row, Double>> examples) {
    return ReferenceProfile.of(
        Dataset.of(Task.regress(FEATURES).label("y").build(), DataOrigin.named("rows"), examples));
  }

  private static double share(ReferenceColumn column, double below) {
    long[] counts = column.counts();
    long upTo = 0;
    for (int bin = 0; bin < column.bin(below); bin++) {
      upTo += counts[bin];
    }
    return (double) upTo / Arrays.stream(counts).sum();
  }

  private static List<Row> rows(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Row> rows = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      double heavy = random.nextInt(50) == 0 ? Double.NaN : 1 / random.nextDouble();
      double zeros =
          random.nextBoolean()
              ? 0
              : random.nextInt(1_000) == 0 ? 1 / 0.0 : random.nextDouble() - 0.5;
      double[] numbers = {heavy, zeros, random.nextInt(2), 0, 0, 0};
      String[] words = {"", "", "", "w" + random.nextInt(300), "note " + random.nextInt(), "s"};
      rows.add(Row.of(SCHEMA, numbers, words));
    }
    return rows;
  }
}
