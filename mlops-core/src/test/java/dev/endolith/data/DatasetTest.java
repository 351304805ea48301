package dev.endolith.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DatasetTest {
  record Point(double x, @Nullable String c, @Ignore int day) {}

  enum Label {
    A,
    B,
    C
  }

  private static final Classification<Point, Label> TASK =
      Task.classify(Point.class, Label.class)
          .key(p -> "k" + p.day())
          .time(p -> Instant.EPOCH.plus(Duration.ofDays(p.day())))
          .build();

  private static Dataset<Point, Label> rows(int n) {
    return Dataset.of(
        TASK,
        DataOrigin.named("rows"),
        IntStream.range(0, n)
            .mapToObj(i -> new Example<>(new Point(i, "c" + i % 3, i), Label.values()[i % 3]))
            .toList());
  }

  @Test
  void fingerprint_changesWithEveryValueLabelAndOrder_andWithNothingElse() {
    Dataset<Point, Label> base = rows(50);
    assertThat(rows(50).fingerprint()).isEqualTo(base.fingerprint());
    TreeSet<String> seen = new TreeSet<>(List.of(base.fingerprint().hex()));
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      List<Example<Point, Label>> changed = new ArrayList<>(base.examples());
      Point p = changed.get(i).x();
      Example<Point, Label> other =
          switch (random.nextInt(3)) {
            case 0 -> new Example<>(new Point(p.x() + 1e-9, p.c(), p.day()), changed.get(i).y());
            case 1 -> new Example<>(new Point(p.x(), null, p.day()), changed.get(i).y());
            default -> new Example<>(p, changed.get(i).y() == Label.A ? Label.B : Label.A);
          };
      changed.set(i, other);
      assertThat(seen.add(Dataset.of(TASK, base.origin(), changed).fingerprint().hex())).isTrue();
    }
    List<Example<Point, Label>> swapped = new ArrayList<>(base.examples());
    java.util.Collections.swap(swapped, 3, 4);
    assertThat(seen.add(Dataset.of(TASK, base.origin(), swapped).fingerprint().hex())).isTrue();
    // what is not a feature does not count, and neither does the sign of zero
    List<Example<Point, Label>> ignored = new ArrayList<>(base.examples());
    ignored.set(0, new Example<>(new Point(-0.0, "c0", 99), Label.A));
    assertThat(Dataset.of(TASK, DataOrigin.named("x"), ignored).fingerprint())
        .isEqualTo(base.fingerprint());
  }

  @Test
  void splits_partTheRows() {
    Dataset<Point, Label> data = rows(10);
    assertThat(data.splitInOrder(0.7).first().size()).isEqualTo(7);
    assertThat(data.splitAt(Instant.EPOCH.plus(Duration.ofDays(4))).first().size()).isEqualTo(4);
    assertThat(data.splitAt(Instant.EPOCH.plus(Duration.ofDays(4))).second().size()).isEqualTo(6);
    Dataset.Split<Point, Label> once = data.splitRandomly(0.5, 3);
    Dataset.Split<Point, Label> again = data.splitRandomly(0.5, 3);
    assertThat(again.first().fingerprint()).isEqualTo(once.first().fingerprint());
    assertThat(data.splitRandomly(0.5, 4).first().fingerprint())
        .isNotEqualTo(once.first().fingerprint());
    List<Example<Point, Label>> all = new ArrayList<>(once.first().examples());
    all.addAll(once.second().examples());
    assertThat(all).containsExactlyInAnyOrderElementsOf(data.examples());
    assertThat(data.last(3).examples().get(0).x().x()).isEqualTo(7);
    assertThat(data.last(99).size()).isEqualTo(10);
    assertThat(data.where(p -> p.x() < 0).isEmpty()).isTrue();
    for (double share : new double[] {0, 1, -1, Double.NaN}) {
      assertThatThrownBy(() -> data.splitInOrder(share)).hasMessageContaining("share must be in");
    }
    assertThat(data).hasToString("Dataset[rows, 10 rows]");
  }

  @Test
  void splitAt_taskWithoutTime_saysWhatToDeclare() {
    Task<Point, Label> timeless = Task.classify(Point.class, Label.class).build();
    Dataset<Point, Label> data = Dataset.of(timeless, DataOrigin.named("x"), rows(3).examples());
    assertThatThrownBy(() -> data.splitAt(Instant.EPOCH))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("time(row -> ...)");
    assertThat(timeless.key(new Point(1, "a", 1))).isEmpty();
  }

  @Test
  void classify_labels_haveNamesPositionsAndAPositive() {
    assertThat(TASK.labels()).containsExactly(Label.A, Label.B, Label.C);
    assertThat(TASK.positive()).isEmpty();
    assertThat(TASK.labelName(Label.B)).isEqualTo("B");
    assertThat(TASK.labelOf("C")).isEqualTo(Label.C);
    assertThatThrownBy(() -> TASK.labelOf("D")).hasMessageContaining("[A, B, C]");
    var words = Task.classify(Point.class, String.class).map("1", "good").map("2", "bad").build();
    assertThat(words.labels()).containsExactly("good", "bad");
    assertThat(words.positive()).contains("bad");
    assertThatThrownBy(() -> words.position("ugly")).hasMessageContaining("not a label");
    var flags = Task.classify(Point.class, Boolean.class).build();
    assertThat(flags.labelName(true)).isEqualTo("true");
  }

  @Test
  void classify_mistakes_areRefused() {
    assertThatThrownBy(() -> Task.classify(Point.class, Integer.class))
        .hasMessageContaining("enum, Boolean or String");
    assertThatThrownBy(() -> Task.classify(Point.class, String.class).map("a", "a").build())
        .hasMessageContaining("at least two labels");
    assertThatThrownBy(() -> Task.classify(Point.class, String.class).map("a", "a").map("a", "b"))
        .hasMessageContaining("already stands for");
    assertThatThrownBy(
            () ->
                Task.classify(Point.class, String.class)
                    .map("a", "a")
                    .map("b", "b")
                    .positive("z")
                    .build())
        .hasMessageContaining("positive");
    assertThatThrownBy(() -> Task.classify(Point.class, Label.class).label("x").build())
        .hasMessageContaining("also a feature");
    assertThatThrownBy(() -> Task.regress(Point.class).label("c").build())
        .hasMessageContaining("also a feature");
  }

  @Test
  void regress_labels_areFiniteNumbers() {
    Regression<Point> task =
        Task.regress(Point.class).label("y").key(p -> "k").time(p -> Instant.EPOCH).build();
    assertThat(task.labelOf(task.labelName(0.1))).isEqualTo(0.1);
    assertThat(task.key(new Point(1, "a", 1))).contains("k");
    assertThat(task.time(new Point(1, "a", 1))).contains(Instant.EPOCH);
    assertThatThrownBy(() -> task.labelName(Double.NaN)).hasMessageContaining("finite");
    assertThatThrownBy(() -> task.labelOf("x")).hasMessageContaining("number");
  }

  @Test
  void compare_schemas_spellsOutTheDifference() {
    Schema model = Schema.of(Field.number("a"), Field.category("c", "x"));
    assertThat(model.compare(Schema.of(Field.number("a"), Field.category("c", "x"))))
        .isInstanceOf(SchemaComparison.Equal.class);
    assertThat(model.compare(Schema.of(Field.category("c", "x"), Field.number("a"))))
        .isInstanceOf(SchemaComparison.Compatible.class);
    assertThat(
            model.compare(
                Schema.of(Field.number("a"), Field.category("c", "x", "y"), Field.number("b"))))
        .isInstanceOfSatisfying(
            SchemaComparison.Compatible.class, c -> assertThat(c.differences()).hasSize(2));
    assertThat(model.compare(Schema.of(Field.category("a"))))
        .isInstanceOfSatisfying(
            SchemaComparison.Refused.class,
            r ->
                assertThat(r.differences())
                    .containsExactlyInAnyOrder(
                        "field 'a' is NUMBER in the model and CATEGORY in the task",
                        "the model needs field 'c', which the task lacks"));
  }

  @Test
  void ids_growStrictly_andReadBack() {
    IdGenerator ids = new IdGenerator(Clock.systemUTC(), new Random(1));
    Id last = ids.next();
    for (int i = 0; i < 10_000; i++) {
      Id next = ids.next();
      assertThat(next).isGreaterThan(last);
      last = next;
    }
    assertThat(Id.parse(last.toString())).isEqualTo(last);
    assertThat(last.toString()).hasSize(32).matches("[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}");
    assertThatThrownBy(() -> Id.parse("xyz")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void digests_checkTheirForm() {
    assertThat(Digest.of(new byte[0]).hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(Digest.ofText("").abbreviated()).isEqualTo("e3b0c44298fc");
    assertThat(Digest.ofText("")).hasToString("sha256:" + Digest.ofText("").hex());
    assertThatThrownBy(() -> new Digest("E3")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void canonicalJson_isSortedAndReadsBack() {
    record Pair(int b, @Nullable Digest a) {}
    String json = CanonicalJson.write(new Pair(1, Digest.ofText("")));
    assertThat(json).startsWith("{\"a\":\"e3b0").endsWith("\"b\":1}");
    assertThat(CanonicalJson.read(json, Pair.class)).isEqualTo(new Pair(1, Digest.ofText("")));
    assertThatThrownBy(() -> CanonicalJson.read("{", Pair.class))
        .isInstanceOf(dev.endolith.error.DataException.class);
    assertThat(CanonicalJson.readGeneric("[1]", Integer[].class)).isEqualTo(new Integer[] {1});
  }
}
