package dev.endolith.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeakageTest {
  record Case(
      double number,
      String word,
      @Nullable Double maybe,
      String id,
      @Ignore String key,
      @Ignore int day) {}

  private static final Classification<Case, Boolean> TASK =
      Task.classify(Case.class, Boolean.class)
          .key(Case::key)
          .time(c -> Instant.EPOCH.plus(Duration.ofDays(c.day())))
          .build();

  private static Dataset<Case, Boolean> cases(
      long seed, int n, int day, Function<Example<Case, Boolean>, Case> spoil) {
    Random random = new Random(seed);
    List<Example<Case, Boolean>> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double number = random.nextGaussian();
      Case row =
          new Case(
              number,
              "w" + random.nextInt(5),
              random.nextInt(3) == 0 ? null : random.nextGaussian(),
              "id" + seed + "-" + i,
              "k" + seed + "-" + i,
              day + i / 100);
      Example<Case, Boolean> example =
          new Example<>(row, random.nextDouble() < 1 / (1 + Math.exp(2 - number)));
      rows.add(new Example<>(spoil.apply(example), example.y()));
    }
    return Dataset.of(TASK, DataOrigin.named("cases"), rows);
  }

  private static LeakageReport spoiled(Function<Example<Case, Boolean>, Case> spoil) {
    return Leakage.usual().check(cases(1, 600, 0, spoil), cases(2, 200, 100, spoil));
  }

  @Test
  void check_cleanRows_findsNothing_evenWithAnIdentifierAmongTheFeatures() {
    for (int seed = 0; seed < 50; seed++) {
      LeakageReport report =
          Leakage.usual()
              .check(cases(seed, 600, 0, Example::x), cases(seed + 100, 200, 100, Example::x));
      assertThat(report.leaks()).isEmpty();
      assertThat(report.unchecked()).isEmpty();
      assertThat(report.orThrow().clean()).isTrue();
      assertThat(report.evidence()).startsWith("no leak between 600 training rows");
    }
  }

  @Test
  void check_featureThatTellsTheLabel_isNamed() {
    LeakageReport same = spoiled(e -> with(e, e.y() ? 1 : 0, e.x().word(), e.x().maybe()));
    assertThat(same.leaks())
        .singleElement()
        .isEqualTo(new Leak.TargetInFeature("number", 1, true, 600));
    LeakageReport word =
        spoiled(e -> with(e, e.x().number(), e.y() ? "true" : "false", e.x().maybe()));
    assertThat(word.leaks())
        .singleElement()
        .isEqualTo(new Leak.TargetInFeature("word", 1, true, 600));
    // a score that separates the labels, every value once
    LeakageReport score =
        spoiled(e -> with(e, (e.y() ? 10 : 0) + 0.1 * e.x().number(), e.x().word(), e.x().maybe()));
    assertThat(score.leaks())
        .singleElement()
        .isInstanceOfSatisfying(
            Leak.TargetInFeature.class, leak -> assertThat(leak.field()).isEqualTo("number"));
    // missing where the label is false
    LeakageReport missing = spoiled(e -> with(e, e.x().number(), e.x().word(), e.y() ? 1.5 : null));
    assertThat(missing.leaks())
        .singleElement()
        .isInstanceOfSatisfying(
            Leak.TargetInFeature.class, leak -> assertThat(leak.field()).isEqualTo("maybe"));
    assertThatThrownBy(same::orThrow)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("feature 'number' equals the label on 600");
  }

  private static Case with(
      Example<Case, Boolean> e, double number, String word, @Nullable Double maybe) {
    return new Case(number, word, maybe, e.x().id(), e.x().key(), e.x().day());
  }

  @Test
  void check_numberOfWhichTheLabelIsAFunction_isNamed() {
    record Sale(double price, double other) {}
    Regression<Sale> task = Task.regress(Sale.class).build();
    Random random = new Random(1);
    List<Example<Sale, Double>> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double price = random.nextDouble();
      rows.add(new Example<>(new Sale(price, random.nextDouble()), Math.exp(3 * price)));
    }
    var data = Dataset.of(task, DataOrigin.named("sales"), rows);
    LeakageReport report = Leakage.usual().check(data.slice(0, 400), data.slice(400, 500));
    assertThat(report.leaks())
        .singleElement()
        .isInstanceOfSatisfying(
            Leak.TargetInFeature.class, leak -> assertThat(leak.field()).isEqualTo("price"));
    assertThat(report.unchecked()).hasSize(2); // no key, no time
  }

  @Test
  void check_rowsKeysAndTimesInBoth_areCounted() {
    Dataset<Case, Boolean> training = cases(1, 400, 0, Example::x);
    List<Example<Case, Boolean>> judged =
        new ArrayList<>(cases(2, 100, 100, Example::x).examples());
    judged.addAll(training.examples().subList(350, 370));
    LeakageReport report =
        Leakage.usual().check(training, Dataset.of(TASK, DataOrigin.named("judged"), judged));
    assertThat(report.leaks())
        // the rows repeated are of the last day of training, so the order of time holds
        .containsExactly(new Leak.RepeatedRows(20, 120, 20, 0), new Leak.SharedKeys(20, 120));
  }

  @Test
  void check_judgedRowsBeforeTheLastTrainingRow_areCounted() {
    Dataset<Case, Boolean> training = cases(1, 400, 10, Example::x);
    Dataset<Case, Boolean> judged = cases(2, 200, 12, Example::x);
    assertThat(Leakage.usual().check(training, judged).leaks())
        .containsExactly(
            new Leak.TimeOverlap(
                100,
                200,
                Instant.EPOCH.plus(Duration.ofDays(13)),
                Instant.EPOCH.plus(Duration.ofDays(12))));
    assertThat(Leakage.usual().inAnyOrder().check(training, judged).clean()).isTrue();
  }

  @Test
  void check_fewLabels_saysThatItCannotTell() {
    Dataset<Case, Boolean> training = cases(1, 400, 0, Example::x);
    List<Example<Case, Boolean>> one =
        training.examples().stream().map(e -> new Example<>(e.x(), true)).toList();
    var same = Dataset.of(TASK, DataOrigin.named("one"), one);
    assertThat(Leakage.usual().check(same, cases(2, 50, 100, Example::x)).unchecked())
        .containsExactly("labels in features, because almost all rows have one label");
    var none = Dataset.of(TASK, DataOrigin.named("none"), List.<Example<Case, Boolean>>of());
    assertThat(Leakage.usual().check(none, none).clean()).isTrue();
    assertThatThrownBy(() -> new Leakage(0, 0, true)).hasMessageContaining("explained");
    assertThatThrownBy(() -> Leakage.usual().withRepeated(2)).hasMessageContaining("repeated");
  }
}
