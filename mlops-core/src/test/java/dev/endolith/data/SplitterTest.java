package dev.endolith.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SplitterTest {
  record Visit(double x, String city, @Ignore String person, @Ignore int hour) {}

  private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");

  private static final Classification<Visit, Boolean> TASK =
      Task.classify(Visit.class, Boolean.class)
          .time(v -> START.plus(Duration.ofHours(v.hour())))
          .build();

  private static Dataset<Visit, Boolean> visits(int n, long seed) {
    Random random = new Random(seed);
    List<Example<Visit, Boolean>> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      rows.add(
          new Example<>(
              new Visit(
                  random.nextInt(n), // some rows are alike
                  random.nextBoolean() ? "a" : "b",
                  "p" + random.nextInt(n / 5 + 1),
                  i / 2),
              random.nextInt(10) == 0));
    }
    return Dataset.of(TASK, DataOrigin.named("visits"), rows);
  }

  static Stream<Splitter<? super Visit>> splitters() {
    return Stream.of(
        Splitter.random(0.7, 1),
        Splitter.stratified(0.7, 2),
        Splitter.<Visit>grouped("person", Visit::person, 0.7, 3),
        Splitter.byTime(0.7, Duration.ofHours(5)),
        Splitter.byTime(START.plus(Duration.ofHours(100)), Duration.ZERO));
  }

  static Stream<Folds<? super Visit>> folds() {
    return Stream.of(
        Folds.random(5, 1),
        Folds.stratified(5, 2),
        Folds.<Visit>grouped("person", Visit::person, 5, 3),
        Folds.forward(5, Duration.ofHours(3)),
        Folds.purged(5, Duration.ofHours(3), Duration.ofHours(4)));
  }

  private static Rebuilding<Visit> code() {
    return Rebuilding.<Visit>of().withGrouping("person", Visit::person);
  }

  @ParameterizedTest
  @MethodSource("splitters")
  void split_again_givesTheSameParts_andTheRecordRebuildsThem(Splitter<? super Visit> splitter) {
    for (long seed = 0; seed < 5; seed++) {
      Dataset<Visit, Boolean> data = visits(400, seed);
      var split = data.split(splitter);
      assertThat(visits(400, seed).split(splitter).first().fingerprint())
          .isEqualTo(split.first().fingerprint());
      for (Dataset<Visit, Boolean> part : List.of(split.first(), split.second())) {
        List<Derivation> record =
            List.of(
                CanonicalJson.read(CanonicalJson.write(part.derivations()), Derivation[].class));
        assertThat(visits(400, seed).rebuild(record, code()).examples())
            .containsExactlyElementsOf(part.examples());
      }
      assertThat(split.first().size() / 400.0).isBetween(0.45, 0.8);
      assertThat(split.second().isEmpty()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("folds")
  void folds_again_giveTheSameParts_andTheRecordRebuildsThem(Folds<? super Visit> folds) {
    Dataset<Visit, Boolean> data = visits(400, 7);
    var all = data.folds(folds);
    assertThat(all).hasSize(5);
    Set<Example<Visit, Boolean>> judged =
        Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    for (var fold : all) {
      // identity, because equal examples may stand in the data
      fold.second().forEach(row -> assertThat(judged.add(row)).isTrue());
      assertThat(fold.second().size()).isBetween(50, 110);
      assertThat(visits(400, 7).rebuild(fold.first().derivations(), code()).fingerprint())
          .isEqualTo(fold.first().fingerprint());
      assertThat(visits(400, 7).rebuild(fold.second().derivations(), code()).fingerprint())
          .isEqualTo(fold.second().fingerprint());
    }
    if (!folds.method().equals("forward-folds")) {
      assertThat(judged).hasSize(400);
    }
  }

  @Test
  void random_rowsInAnotherOrderOrMoreRows_staysInItsPart() {
    Dataset<Visit, Boolean> data = visits(500, 1);
    Splitter<Object> splitter = Splitter.random(0.5, 9);
    Set<Example<Visit, Boolean>> first = new HashSet<>(data.split(splitter).first().examples());
    List<Example<Visit, Boolean>> more = new ArrayList<>(data.examples());
    more.addAll(visits(300, 2).examples());
    Collections.shuffle(more, new Random(3));
    Dataset<Visit, Boolean> grown = Dataset.of(TASK, DataOrigin.named("grown"), more);
    assertThat(grown.split(splitter).first().examples()).containsAll(first);
    assertThat(new HashSet<>(data.split(splitter).second().examples()))
        .isSubsetOf(new HashSet<>(grown.split(splitter).second().examples()));
    assertThat(data.split(Splitter.random(0.5, 10)).first().fingerprint())
        .isNotEqualTo(data.split(splitter).first().fingerprint());
  }

  /** 200 seeds: the share of the first part has the mean and variance of a fair draw. */
  @Test
  void random_manySeeds_hasTheShare() {
    Dataset<Visit, Boolean> data =
        Dataset.of(
            TASK,
            DataOrigin.named("distinct"),
            IntStream.range(0, 300)
                .mapToObj(i -> new Example<>(new Visit(i, "a", "p", i), false))
                .toList());
    double sum = 0;
    double squares = 0;
    for (int seed = 0; seed < 200; seed++) {
      int size = data.split(Splitter.random(0.3, seed)).first().size();
      sum += size;
      squares += (size - 90.0) * (size - 90);
    }
    // binomial(300, 0.3): mean 90, variance 63; the mean of 200 has deviation 0.56, and the
    // variance's estimate one of 63·√(2/200) = 6.3; four of each
    assertThat(sum / 200).isCloseTo(90, within(2.3));
    assertThat(squares / 200).isCloseTo(63, within(26.0));
  }

  @Test
  void random_rowsOfSameFeatures_areNeverInBothParts() {
    Dataset<Visit, Boolean> data = visits(300, 4);
    for (int seed = 0; seed < 20; seed++) {
      for (Splitter<? super Visit> splitter :
          List.of(Splitter.random(0.5, seed), Splitter.stratified(0.5, seed))) {
        var split = data.split(splitter);
        assertThat(features(split.first())).doesNotContainAnyElementsOf(features(split.second()));
      }
    }
  }

  private static Set<String> features(Dataset<Visit, Boolean> data) {
    Set<String> seen = new HashSet<>();
    data.forEach(row -> seen.add(row.x().x() + row.x().city()));
    return seen;
  }

  @Test
  void random_taskWithKey_keepsKeysTogether() {
    Task<Visit, Boolean> keyed =
        Task.classify(Visit.class, Boolean.class).key(Visit::person).build();
    var data = Dataset.of(keyed, DataOrigin.named("keyed"), visits(300, 4).examples());
    var split = data.split(Splitter.random(0.5, 1));
    assertThat(people(split.first())).doesNotContainAnyElementsOf(people(split.second()));
  }

  @Test
  void grouped_noGroupIsInBothParts_norInTwoFolds() {
    Dataset<Visit, Boolean> data = visits(500, 5);
    for (int seed = 0; seed < 10; seed++) {
      var split = data.split(Splitter.<Visit>grouped("person", Visit::person, 0.6, seed));
      assertThat(people(split.first())).doesNotContainAnyElementsOf(people(split.second()));
      for (var fold : data.folds(Folds.<Visit>grouped("person", Visit::person, 4, seed))) {
        assertThat(people(fold.first())).doesNotContainAnyElementsOf(people(fold.second()));
        assertThat(fold.second().size()).isBetween(110, 140);
      }
    }
  }

  private static Set<String> people(Dataset<Visit, Boolean> data) {
    Set<String> seen = new HashSet<>();
    data.forEach(row -> seen.add(row.x().person()));
    return seen;
  }

  @Test
  void stratified_rareLabel_hasItsShareInEveryPart() {
    List<Example<Visit, Boolean>> rows = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      rows.add(new Example<>(new Visit(i, "a", "p", i), i % 50 == 0));
    }
    Dataset<Visit, Boolean> data = Dataset.of(TASK, DataOrigin.named("rare"), rows);
    for (int seed = 0; seed < 20; seed++) {
      var split = data.split(Splitter.stratified(0.75, seed));
      assertThat(split.first().size()).isEqualTo(750);
      assertThat(positives(split.first())).isEqualTo(15);
      for (var fold : data.folds(Folds.stratified(5, seed))) {
        assertThat(fold.second().size()).isEqualTo(200);
        assertThat(positives(fold.second())).isEqualTo(4);
      }
    }
  }

  @Test
  void stratified_manyStrataOfOneRow_keepsTheShare() {
    Map<Integer, Integer> sizes = new TreeMap<>();
    Regression<Visit> task = Task.regress(Visit.class).build();
    for (int seed = 0; seed < 10; seed++) {
      var data =
          Dataset.of(
              task,
              DataOrigin.named("numbers"),
              IntStream.range(0, 20)
                  .mapToObj(i -> new Example<>(new Visit(i, "a", "p", i), (double) i))
                  .toList());
      sizes.merge(data.split(Splitter.stratified(0.5, seed)).first().size(), 1, Integer::sum);
    }
    assertThat(sizes).containsOnlyKeys(10);
  }

  private static int positives(Dataset<Visit, Boolean> data) {
    return (int) data.examples().stream().filter(Example::y).count();
  }

  @Test
  void byTime_gap_leavesOutWhatWasNotYetKnown() {
    Dataset<Visit, Boolean> data = visits(200, 6); // hours 0 to 99, two rows each
    var split = data.split(Splitter.byTime(START.plus(Duration.ofHours(60)), Duration.ofHours(10)));
    assertThat(hours(split.first())).containsExactlyElementsOf(range(0, 50));
    assertThat(hours(split.second())).containsExactlyElementsOf(range(60, 100));
    var share = data.split(Splitter.byTime(0.5, Duration.ZERO));
    assertThat(hours(share.first())).containsExactlyElementsOf(range(0, 50));
  }

  @Test
  void forward_everyFold_isTrainedOnThePastOnly() {
    Dataset<Visit, Boolean> data = visits(240, 6);
    int k = 1;
    for (var fold : data.folds(Folds.forward(5, Duration.ofHours(4)))) {
      assertThat(hours(fold.second())).containsExactlyElementsOf(range(20 * k, 20 * (k + 1)));
      assertThat(hours(fold.first())).containsExactlyElementsOf(range(0, 20 * k - 4));
      k++;
    }
  }

  @Test
  void purged_everyFold_leavesOutBeforeAndAfter() {
    Dataset<Visit, Boolean> data = visits(200, 6);
    var third = data.folds(Folds.purged(4, Duration.ofHours(3), Duration.ofHours(5))).get(2);
    assertThat(hours(third.second())).containsExactlyElementsOf(range(50, 75));
    List<Integer> expected = new ArrayList<>(range(0, 47));
    expected.addAll(range(80, 100));
    assertThat(hours(third.first())).containsExactlyElementsOf(expected);
  }

  private static List<Integer> hours(Dataset<Visit, Boolean> data) {
    return data.examples().stream().map(row -> row.x().hour()).distinct().toList();
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void rebuild_slicesAndConditions_fromTheRecord() {
    Dataset<Visit, Boolean> data = visits(300, 8);
    Dataset<Visit, Boolean> part =
        data.slice(10, 290).last(200).where("city a", v -> v.city().equals("a")).slice(3, 40);
    assertThat(part.derivations()).hasSize(3);
    assertThat(part.derivations().get(0).settings()).containsEntry("from", "90");
    Rebuilding<Visit> code =
        Rebuilding.<Visit>of().withCondition("city a", v -> v.city().equals("a"));
    assertThat(data.rebuild(part.derivations(), code).examples()).isEqualTo(part.examples());
    assertThatThrownBy(() -> data.rebuild(part.derivations(), Rebuilding.plain()))
        .hasMessageContaining("withCondition(\"city a\"");
    var unnamed = data.where(v -> v.x() > 3).derivations();
    assertThatThrownBy(() -> data.rebuild(unnamed, Rebuilding.plain()))
        .hasMessageContaining("without a name");
  }

  @Test
  void rebuild_otherRows_orCodeThatIsMissing_isRefused() {
    Dataset<Visit, Boolean> data = visits(100, 1);
    var random = data.split(Splitter.random(0.5, 1)).first().derivations();
    assertThatThrownBy(() -> visits(100, 2).rebuild(random, Rebuilding.plain()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was taken from rows with fingerprint");
    var grouped =
        data.split(Splitter.<Visit>grouped("person", Visit::person, 0.5, 1)).first().derivations();
    assertThatThrownBy(() -> data.rebuild(grouped, Rebuilding.plain()))
        .hasMessageContaining("withGrouping(\"person\"");
  }

  @Test
  void mistakes_areRefused() {
    assertThatThrownBy(() -> Splitter.random(1, 0)).hasMessageContaining("(0, 1)");
    assertThatThrownBy(() -> Splitter.stratified(Double.NaN, 0)).hasMessageContaining("(0, 1)");
    assertThatThrownBy(() -> Splitter.<Visit>grouped(" ", Visit::person, 0.5, 0))
        .hasMessageContaining("needs a name");
    assertThatThrownBy(() -> Splitter.byTime(0.5, Duration.ofHours(-1)))
        .hasMessageContaining("gap");
    assertThatThrownBy(() -> Folds.random(1, 0)).hasMessageContaining("at least 2");
    assertThatThrownBy(() -> visits(3, 1).folds(Folds.random(5, 0)))
        .hasMessageContaining("5 folds need");
    assertThatThrownBy(() -> visits(6, 1).folds(Folds.forward(5, Duration.ZERO)))
        .hasMessageContaining("too few instants");
    Dataset<Visit, Boolean> none = Dataset.of(TASK, DataOrigin.named("none"), List.of());
    assertThat(none.split(Splitter.random(0.5, 1)).first().isEmpty()).isTrue();
    assertThat(none.split(Splitter.stratified(0.5, 1)).second().isEmpty()).isTrue();
    assertThat(none.split(Splitter.byTime(0.5, Duration.ZERO)).second().isEmpty()).isTrue();
  }

  @Test
  void unorderedFingerprint_ignoresOrder_andNothingElse() {
    Dataset<Visit, Boolean> data = visits(200, 1);
    List<Example<Visit, Boolean>> rows = new ArrayList<>(data.examples());
    Collections.shuffle(rows, new Random(2));
    Dataset<Visit, Boolean> shuffled = Dataset.of(TASK, data.origin(), rows);
    assertThat(shuffled.fingerprint()).isNotEqualTo(data.fingerprint());
    assertThat(shuffled.unorderedFingerprint()).isEqualTo(data.unorderedFingerprint());
    assertThat(data.unorderedFingerprint()).isNotEqualTo(data.fingerprint());
    // rows twice: an exclusive-or of digests would not see that a pair came or went
    List<Example<Visit, Boolean>> twice = new ArrayList<>(rows);
    twice.add(rows.get(0));
    twice.add(rows.get(0));
    assertThat(Dataset.of(TASK, data.origin(), twice).unorderedFingerprint())
        .isNotEqualTo(data.unorderedFingerprint());
    // the label moved from one row to another: what is in each row counts, not only what is in all
    List<Example<Visit, Boolean>> moved = new ArrayList<>(rows);
    int yes = IntStream.range(0, 200).filter(i -> rows.get(i).y()).findFirst().orElseThrow();
    int no = IntStream.range(0, 200).filter(i -> !rows.get(i).y()).findFirst().orElseThrow();
    moved.set(yes, new Example<>(rows.get(yes).x(), false));
    moved.set(no, new Example<>(rows.get(no).x(), true));
    assertThat(Dataset.of(TASK, data.origin(), moved).unorderedFingerprint())
        .isNotEqualTo(data.unorderedFingerprint());
  }
}
