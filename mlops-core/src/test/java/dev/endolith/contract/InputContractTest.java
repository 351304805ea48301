package dev.endolith.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Ignore;
import dev.endolith.data.Sensitive;
import dev.endolith.data.Sensitivity;
import dev.endolith.data.Task;
import dev.endolith.error.DataException;
import dev.endolith.privacy.FieldPolicy;
import dev.endolith.privacy.PrivacyPolicy;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InputContractTest {
  private enum Job {
    CLERK,
    COOK,
    PILOT
  }

  private record Person(int age, @Sensitive(Sensitivity.SENSITIVE) double weight) {}

  private record Loan(
      @Ignore String id,
      Person who,
      double amount,
      double limit,
      double noise,
      @Nullable Double bonus,
      Job job,
      LocalDate day,
      boolean owner) {}

  private static final Task<Loan, Boolean> TASK =
      Task.classify(Loan.class, Boolean.class).key(Loan::id).build();
  private static final Dataset<Loan, Boolean> TRAINING = rows(4_000, 20261122);
  private static final InputContract LEARNED = InputContract.learn(TRAINING);
  private static final Loan USUAL = loan(40, 700, 2_000, Job.CLERK);

  private static Loan loan(int age, double amount, double limit, Job job) {
    return new Loan(
        "k", new Person(age, 70), amount, limit, 0, 0.5, job, LocalDate.of(2026, 5, 1), true);
  }

  private static Dataset<Loan, Boolean> rows(int n, long seed) {
    Random random = new Random(seed);
    List<Example<Loan, Boolean>> examples = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double amount = 100 + 900 * random.nextDouble();
      examples.add(
          new Example<>(
              new Loan(
                  "id" + i,
                  new Person(18 + random.nextInt(60), 50 + random.nextInt(50)),
                  amount,
                  amount + 1_500 * random.nextDouble(),
                  random.nextGaussian() * 500 + 800,
                  random.nextInt(4) == 0 ? null : random.nextDouble(),
                  random.nextInt(3) == 0 ? Job.COOK : Job.CLERK,
                  LocalDate.of(2026, 1, 1).plusDays(random.nextInt(100)),
                  random.nextBoolean()),
              random.nextBoolean()));
    }
    return Dataset.of(TASK, DataOrigin.named("loans"), examples);
  }

  private static BoundContract<Loan> bind(InputContract contract) {
    return contract.bind(TASK.features());
  }

  private static List<Violation> broken(InputContract contract, Loan loan) {
    return bind(contract).inspect(loan).violations();
  }

  @Test
  void learn_rows_learnsTypesRangesCategoriesNulls() {
    FieldContract age = LEARNED.field("who.age");
    assertThat(age.min()).isEqualTo(18);
    assertThat(age.max()).isEqualTo(77);
    assertThat(age.whole()).isTrue();
    assertThat(LEARNED.field("amount").whole()).isFalse();
    assertThat(LEARNED.field("job").categories()).containsExactly("CLERK", "COOK");
    assertThat(LEARNED.field("bonus").action(Rule.PRESENT)).isEqualTo(RuleAction.IGNORE);
    assertThat(LEARNED.field("amount").action(Rule.PRESENT)).isEqualTo(RuleAction.FLAG);
    assertThat(LEARNED.field("day").action(Rule.RANGE)).isEqualTo(RuleAction.IGNORE);
    assertThat(LEARNED.rows()).isEqualTo(4_000);
  }

  @Test
  void learn_relation_findsOnlyTheOneThatChanceDoesNotExplain() {
    assertThat(LEARNED.relations())
        .containsExactly(new Relation("amount", "limit", RuleAction.FLAG));
  }

  @Test
  void learn_independentNumbers_findsNoRelation() {
    // the least of eight pairs overlaps by little: a pair like a <= b may hold in all rows by luck
    Random random = new Random(7);
    int found = 0;
    for (int run = 0; run < 200; run++) {
      List<Example<double[], Boolean>> examples = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        double[] row = new double[6];
        for (int k = 0; k < row.length; k++) {
          row[k] = random.nextGaussian() + k * 1.2;
        }
        examples.add(new Example<>(row, true));
      }
      var builder = Features.builder(double[].class);
      for (int k = 0; k < 6; k++) {
        int at = k;
        builder.number("f" + k, row -> row[at]);
      }
      Task<double[], Boolean> task = Task.classify(builder.build(), Boolean.class).build();
      found +=
          InputContract.learn(Dataset.of(task, DataOrigin.named("noise"), examples))
              .relations()
              .size();
    }
    // alpha is 1e-3 a run: of 200 runs 0.2 are expected to find one, more than 4 has p < 1e-5
    assertThat(found).isLessThanOrEqualTo(4);
  }

  @Test
  void learn_personalField_keepsNothingOfItsValues() {
    assertThat(LEARNED.field("who.weight").max()).isInfinite();
    assertThat(LEARNED.field("who.weight").action(Rule.RANGE)).isEqualTo(RuleAction.IGNORE);
    PrivacyPolicy kept = PrivacyPolicy.standard().with("who.weight", FieldPolicy.KEEP);
    assertThat(InputContract.learn(TRAINING, kept, 0.01).field("who.weight").max()).isEqualTo(99);
  }

  @Test
  void threshold_statedShare_isTheShareOfTrainingRowsAbove() {
    for (double share : new double[] {0, 0.01, 0.05, 0.3}) {
      InputContract contract = InputContract.learn(TRAINING, PrivacyPolicy.standard(), share);
      BoundContract<Loan> bound = bind(contract);
      long above =
          TRAINING.examples().stream()
              .filter(e -> bound.inspect(e.x()).outlierScore() > contract.outlierThreshold())
              .count();
      // exact up to rows of equal score, of which three continuous columns leave few
      assertThat(above).isBetween((long) (share * 4_000) - 20, (long) (share * 4_000));
    }
  }

  @Test
  void threshold_rowsNeverSeen_areAboveAboutAsOften() {
    InputContract contract = InputContract.learn(TRAINING, PrivacyPolicy.standard(), 0.05);
    Dataset<Loan, Boolean> others = rows(4_000, 99);
    long above =
        others.examples().stream()
            .filter(e -> bind(contract).inspect(e.x()).outlierScore() > contract.outlierThreshold())
            .count();
    // sd of the difference of two shares of 0.05 over 4000 rows: sqrt(2 * .05 * .95 / 4000) =
    // 0.005;
    // four of them, and 0.005 for having learned from the first
    assertThat(above / 4_000.0).isBetween(0.025, 0.075);
  }

  @Test
  void inspect_rowsOfTraining_breakNoRuleButOutlier() {
    BoundContract<Loan> bound = bind(LEARNED);
    assertThat(TRAINING.examples())
        .allSatisfy(
            e ->
                assertThat(bound.inspect(e.x()).violations())
                    .extracting(Violation::rule)
                    .isSubsetOf(Rule.OUTLIER));
  }

  @Test
  void inspect_eachRule_isNamed() {
    InputContract contract = LEARNED.withOutlierThreshold(Double.POSITIVE_INFINITY);
    assertThat(broken(contract, USUAL)).isEmpty();
    assertThat(broken(contract, loan(17, 700, 2_000, Job.CLERK)))
        .containsExactly(new Violation("who.age", Rule.RANGE, RuleAction.FLAG));
    assertThat(broken(contract, loan(40, 900, 800, Job.CLERK)))
        .containsExactly(new Violation("amount <= limit", Rule.RELATION, RuleAction.FLAG));
    assertThat(broken(contract, loan(40, 700, 2_000, Job.PILOT)))
        .containsExactly(new Violation("job", Rule.CATEGORY, RuleAction.FLAG));
    assertThat(broken(contract, loan(40, Double.NaN, 2_000, Job.CLERK)))
        .containsExactly(new Violation("amount", Rule.PRESENT, RuleAction.FLAG));
    assertThat(broken(contract, loan(40, Double.NEGATIVE_INFINITY, 2_000, Job.CLERK)))
        .containsExactly(new Violation("amount", Rule.RANGE, RuleAction.FLAG));
  }

  @Test
  void inspect_farRow_scoresHigherThanUsual() {
    BoundContract<Loan> bound = bind(LEARNED);
    Loan far = loan(200, 1e9, 2e9, Job.PILOT);
    assertThat(bound.inspect(far).outlierScore())
        .isFinite()
        .isGreaterThan(bound.inspect(USUAL).outlierScore() + 5);
    assertThat(bound.inspect(far).violations()).extracting(Violation::rule).contains(Rule.OUTLIER);
  }

  @Test
  void score_byHand_isTheSumOfLogHeights() {
    Features<double[]> features =
        Features.builder(double[].class).number("a", r -> r[0]).number("b", r -> r[1]).build();
    Task<double[], Boolean> task = Task.classify(features, Boolean.class).build();
    double[][] rows = {{0, 1}, {0, 1}, {1, 1}, {9, 1}}; // sqrt(4) = 2 bins of a: [0, 4.5), [4.5, 9]
    List<Example<double[], Boolean>> examples = new ArrayList<>();
    for (double[] row : rows) {
      examples.add(new Example<>(row, true));
    }
    BoundContract<double[]> bound =
        InputContract.learn(Dataset.of(task, DataOrigin.named("hand"), examples)).bind(features);
    assertThat(bound.inspect(new double[] {1, 1}).outlierScore()).isEqualTo(0);
    assertThat(bound.inspect(new double[] {9, 1}).outlierScore()).isEqualTo(-Math.log(1.5 / 3.5));
    assertThat(bound.inspect(new double[] {10, 1}).outlierScore()).isEqualTo(-Math.log(0.5 / 3.5));
  }

  @Test
  void check_randomRows_agreesWithInspect() {
    Random random = new Random(3);
    Features<double[]> features =
        Features.builder(double[].class)
            .number("a", r -> r[0])
            .number("b", r -> r[1])
            .number("c", r -> r[2])
            .build();
    Task<double[], Boolean> task = Task.classify(features, Boolean.class).build();
    List<Example<double[], Boolean>> examples = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double a = random.nextInt(20);
      examples.add(
          new Example<>(new double[] {a, a + random.nextInt(30), random.nextGaussian()}, true));
    }
    BoundContract<double[]> bound =
        InputContract.learn(Dataset.of(task, DataOrigin.named("x"), examples)).bind(features);
    double[] odd = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 1e300};
    int quick = 0;
    for (int i = 0; i < 20_000; i++) {
      double[] row = {random.nextInt(22) - 1, random.nextInt(55), random.nextGaussian() * 1.5};
      if (i % 5 == 0) {
        row[i % 3] = odd[random.nextInt(odd.length)];
      }
      double score = bound.check(row);
      Findings findings = bound.inspect(row);
      if (Double.isNaN(score)) {
        assertThat(findings.flagged()).as("row %d", i).isTrue();
      } else {
        quick++;
        assertThat(findings.flagged()).as("row %d", i).isFalse();
        assertThat(findings.outlierScore()).isEqualTo(score);
      }
    }
    assertThat(quick).isBetween(2_000, 18_000);
  }

  @Test
  void admit_reject_refusesWithoutTellingValues() {
    BoundContract<Loan> bound = bind(LEARNED.on(Rule.RANGE, RuleAction.REJECT));
    assertThatThrownBy(() -> bound.admit(loan(123456, 700, 2_000, Job.CLERK)))
        .isInstanceOfSatisfying(
            InputRefusedException.class,
            e ->
                assertThat(e.violations())
                    .contains(new Violation("who.age", Rule.RANGE, RuleAction.REJECT)))
        .hasMessageContaining("'who.age' is outside of its range")
        .hasMessageNotContaining("123456");
    bound.admit(USUAL);
    assertThat(bound.counts().rows()).isEqualTo(2);
    assertThat(bound.counts().refused()).isEqualTo(1);
    assertThat(bound.counts().broken()).containsEntry("who.age RANGE", 1L);
  }

  @Test
  void admit_clip_movesTheValueAndNothingElse() {
    BoundContract<Loan> bound = bind(LEARNED.on(Rule.RANGE, RuleAction.CLIP));
    Loan given = loan(120, -5, 2_000, Job.CLERK);
    Admitted<Loan> admitted = bound.admit(given);
    assertThat(admitted.row().who()).isEqualTo(new Person(77, 70));
    assertThat(admitted.row().amount()).isEqualTo(LEARNED.field("amount").min());
    assertThat(admitted.row().id()).isEqualTo("k");
    assertThat(admitted.row().day()).isSameAs(given.day());
    assertThat(admitted.findings().violations())
        .contains(new Violation("who.age", Rule.RANGE, RuleAction.CLIP));
    assertThat(bound.inspect(admitted.row()).violations())
        .extracting(Violation::rule)
        .doesNotContain(Rule.RANGE);
  }

  @Test
  void admit_impute_putsTheTypicalValue() {
    BoundContract<Loan> bound =
        bind(
            LEARNED
                .with("job", f -> f.on(Rule.CATEGORY, RuleAction.IMPUTE))
                .with("bonus", f -> f.on(Rule.PRESENT, RuleAction.IMPUTE).withTypical(0.25))
                .with("amount", f -> f.on(Rule.PRESENT, RuleAction.IMPUTE)));
    Loan given =
        new Loan(
            "k",
            new Person(40, 70),
            Double.NaN,
            2_000,
            0,
            null,
            Job.PILOT,
            LocalDate.of(2026, 5, 1),
            true);
    Loan row = bound.admit(given).row();
    assertThat(row.job()).isEqualTo(Job.CLERK);
    assertThat(row.bonus()).isEqualTo(0.25);
    assertThat(row.amount()).isBetween(500.0, 600.0); // the median of [100, 1000)
  }

  @Test
  void admit_clippedRow_keepsItsRowWhereNothingIsWrong() {
    assertThat(bind(LEARNED.on(Rule.RANGE, RuleAction.CLIP)).admit(USUAL).row()).isSameAs(USUAL);
  }

  @Test
  void edit_rangeCategoriesRelations_areChecked() {
    InputContract edited =
        LEARNED
            .withOutlierThreshold(Double.POSITIVE_INFINITY)
            .with("who.age", f -> f.withRange(0, 130))
            .with("job", f -> f.withCategories(List.of("CLERK", "PILOT")))
            .withRelations(List.of());
    assertThat(broken(edited, loan(120, 900, 800, Job.PILOT))).isEmpty();
    assertThat(broken(edited, loan(120, 900, 800, Job.COOK)))
        .containsExactly(new Violation("job", Rule.CATEGORY, RuleAction.FLAG));
  }

  @Test
  void edit_nonsense_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LEARNED.on(Rule.RELATION, RuleAction.CLIP))
        .withMessageContaining("rule RELATION can be one of [IGNORE, FLAG, REJECT], was CLIP");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LEARNED.with("who.age", f -> f.withRange(3, 2)))
        .withMessageContaining("needs min <= max");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LEARNED.with("wage", f -> f))
        .withMessageContaining("no field 'wage'; it has [who.age");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LEARNED.with("who.weight", f -> f.on(Rule.PRESENT, RuleAction.IMPUTE)))
        .withMessageContaining("no typical value");
  }

  @Test
  void json_roundTrip_isEqualToTheByte() {
    InputContract read = InputContract.fromBytes(LEARNED.toBytes());
    assertThat(read).isEqualTo(LEARNED);
    assertThat(read.toBytes()).isEqualTo(LEARNED.toBytes());
    assertThat(bind(read).inspect(USUAL)).isEqualTo(bind(LEARNED).inspect(USUAL));
    assertThatThrownBy(() -> InputContract.fromJson("{}")).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> InputContract.fromJson("[")).isInstanceOf(DataException.class);
    assertThatThrownBy(
            () -> InputContract.fromJson(LEARNED.toJson().replace("\"FLAG\"", "\"SHOUT\"")))
        .isInstanceOf(DataException.class);
  }

  @Test
  void bind_otherRows_isRefused() {
    Features<Object> none = Features.builder(Object.class).number("job", o -> 0).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LEARNED.bind(none))
        .withMessageContaining("which the rows lack");
    Features<double[]> fixed = Features.builder(double[].class).number("a", r -> r[0]).build();
    Task<double[], Boolean> task = Task.classify(fixed, Boolean.class).build();
    InputContract learned =
        InputContract.learn(
            Dataset.of(
                task, DataOrigin.named("x"), List.of(new Example<>(new double[] {1}, true))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learned.on(Rule.RANGE, RuleAction.CLIP).bind(fixed))
        .withMessageContaining("changes(...)");
  }
}
