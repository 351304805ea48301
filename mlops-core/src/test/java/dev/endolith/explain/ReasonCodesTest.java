package dev.endolith.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Task;
import dev.endolith.explain.Explanation.Contribution;
import dev.endolith.model.Predictor;
import dev.endolith.model.TrainedModel;
import dev.endolith.tribuo.Tribuo;
import dev.endolith.tribuo.TribuoFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.classification.Label;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.classification.xgboost.XGBoostClassificationTrainer;

/** What a lender must be able to say of the reasons that it gave. */
class ReasonCodesTest {
  /** An application; whose {@code branch} the models never learn from, as it never varies. */
  record Applicant(
      double income, double debt, double years, double late, String home, double branch) {
    Applicant with(Set<String> fields, Applicant other) {
      return new Applicant(
          fields.contains("income") ? other.income : income,
          fields.contains("debt") ? other.debt : debt,
          fields.contains("years") ? other.years : years,
          fields.contains("late") ? other.late : late,
          fields.contains("home") ? other.home : home,
          fields.contains("branch") ? other.branch : branch);
    }

    /** Each number one double higher, lower or as it is. */
    Applicant nudged(Random random) {
      return new Applicant(
          nudged(income, random),
          nudged(debt, random),
          nudged(years, random),
          nudged(late, random),
          home,
          branch);
    }

    private static double nudged(double value, Random random) {
      return switch (random.nextInt(3)) {
        case 0 -> Math.nextUp(value);
        case 1 -> Math.nextDown(value);
        default -> value;
      };
    }
  }

  private static final Classification<Applicant, Boolean> TASK =
      Task.classify(Applicant.class, Boolean.class).build();
  private static final int FAVOURABLE = 1;
  private static final int DECISIONS = 10_000;
  private static final String[] HOMES = {"owned", "rented", "parents"};
  private static final Map<String, String> TABLE =
      Map.of(
          "income", "R01", "debt", "R02", "late", "R03", "years", "R04", "home", "R04", "branch",
          "R05");
  private static final ReasonCodes CODES = ReasonCodes.of(TABLE, Set.of());

  /** Applicants; the last field holds what is given, or noise. */
  private static List<Applicant> applicants(int n, long seed, double branch) {
    Random random = new Random(seed);
    List<Applicant> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      rows.add(
          new Applicant(
              random.nextGaussian(),
              random.nextGaussian(),
              random.nextGaussian(),
              random.nextInt(4),
              HOMES[random.nextInt(HOMES.length)],
              Double.isNaN(branch) ? random.nextGaussian() : branch));
    }
    return rows;
  }

  private static boolean repaid(Applicant a) {
    return a.income()
            - a.debt()
            + 0.5 * a.years()
            - 0.7 * a.late()
            + (a.home().equals("owned") ? 0.5 : 0)
        > -0.5;
  }

  /** All that a scorecard is asked for; fewer of trees, whose reasons take longer. */
  private static int decisions(String kind, int all) {
    return kind.equals("scorecard") ? all : all / 5;
  }

  /** A model, what it is saved as, and an explainer against the approved. */
  private record Lender(TrainedModel<Applicant, Boolean> trained, List<Applicant> approved) {
    Predictor<Applicant, Boolean> model() {
      return trained.predictor();
    }

    Explainer<Applicant> explainer() {
      return Explainer.exact(model(), approved);
    }

    Explainer<Applicant> restored() {
      return Explainer.exact(new TribuoFormat().load(trained.content(), TASK), approved);
    }

    /** The mean favourable score where some fields are those of the approved. */
    double score(Applicant applicant, Set<String> replaced) {
      Structured<Applicant> structured = structured(model());
      return approved.stream()
          .mapToDouble(
              other ->
                  structured
                      .structure()
                      .score(structured.cells(applicant.with(replaced, other)), FAVOURABLE))
          .average()
          .orElseThrow();
    }
  }

  @SuppressWarnings("unchecked")
  private static Structured<Applicant> structured(Predictor<Applicant, ?> model) {
    return (Structured<Applicant>) model;
  }

  private static Lender lender(org.tribuo.Trainer<Label> trainer) {
    List<Example<Applicant, Boolean>> rows = new ArrayList<>();
    applicants(600, 1, 7).forEach(a -> rows.add(new Example<>(a, repaid(a))));
    TrainedModel<Applicant, Boolean> trained =
        Tribuo.<Applicant, Boolean>classifier(trainer)
            .train(Dataset.of(TASK, DataOrigin.named("applicants"), rows), 1);
    List<Applicant> approved =
        applicants(400, 2, 7).stream()
            .filter(a -> trained.predictor().predict(a).value())
            .limit(16)
            .toList();
    return new Lender(trained, approved);
  }

  static Stream<Arguments> lenders() {
    return Stream.of(
        Arguments.of("scorecard", lender(new LogisticRegressionTrainer())),
        Arguments.of("tree", lender(new CARTClassificationTrainer(5))),
        Arguments.of("boosted", lender(new XGBoostClassificationTrainer(8))));
  }

  private static List<String> codes(Explainer<Applicant> explainer, Applicant applicant) {
    return CODES.reasons(explainer.explain(applicant, FAVOURABLE)).stream()
        .map(ReasonCodes.Reason::code)
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lenders")
  void storedDecisions_replayedWithTheStoredModel_haveTheSameCodes(String kind, Lender lender) {
    Explainer<Applicant> then = lender.explainer();
    Explainer<Applicant> now = lender.restored();
    Set<List<String>> different = new HashSet<>();
    for (Applicant applicant : applicants(decisions(kind, DECISIONS), 3, 7)) {
      List<String> given = codes(then, applicant);
      assertThat(codes(now, applicant)).as(kind).isEqualTo(given);
      different.add(given);
    }
    assertThat(different).hasSizeGreaterThan(10);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lenders")
  void contributions_addUpToTheScore(String kind, Lender lender) {
    Explainer<Applicant> explainer = lender.explainer();
    for (Applicant applicant : applicants(500, 4, 7)) {
      Explanation found = explainer.explain(applicant, FAVOURABLE);
      double sum = found.contributions().stream().mapToDouble(Contribution::value).sum();
      assertThat(sum).as(kind).isCloseTo(found.score() - found.base(), within(1e-9));
      assertThat(found.base()).isCloseTo(lender.score(applicant, TABLE.keySet()), within(1e-9));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lenders")
  void topReason_madeAsOfTheApproved_movesTheScoreTheGoodWay(String kind, Lender lender) {
    Explainer<Applicant> explainer = lender.explainer();
    int denied = 0;
    int better = 0;
    for (Applicant applicant : applicants(2_000, 5, 7)) {
      if (lender.model().predict(applicant).value()) {
        continue;
      }
      denied++;
      String top = codes(explainer, applicant).get(0);
      Set<String> fields = new HashSet<>(TABLE.keySet());
      fields.removeIf(field -> !top.equals(TABLE.get(field)));
      better += lender.score(applicant, fields) > lender.score(applicant, Set.of()) ? 1 : 0;
    }
    assertThat(denied).as(kind).isGreaterThan(500);
    assertThat(better / (double) denied).as(kind).isGreaterThanOrEqualTo(0.99);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lenders")
  void fieldThatTheModelDoesNotUse_isNeverAReason(String kind, Lender lender) {
    Explainer<Applicant> explainer = lender.explainer();
    for (Applicant applicant : applicants(decisions(kind, 50_000), 6, Double.NaN)) {
      assertThat(codes(explainer, applicant)).as(kind).doesNotContain("R05");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lenders")
  void codes_numbersOneUlpOff_areTheSame(String kind, Lender lender) {
    Explainer<Applicant> explainer = lender.explainer();
    Random random = new Random(7);
    int asked = decisions(kind, DECISIONS);
    int same = 0;
    for (Applicant applicant : applicants(asked, 8, 7)) {
      same +=
          codes(explainer, applicant.nudged(random)).equals(codes(explainer, applicant)) ? 1 : 0;
    }
    assertThat(same / (double) asked).as(kind).isGreaterThanOrEqualTo(0.999);
  }

  @Test
  void reasons_contributionsFittedToSamples_areRefusedWithTheWayOut() {
    Lender lender = lender(new LogisticRegressionTrainer());
    Applicant applicant = applicants(1, 9, 7).get(0);
    Function<Explainer<Applicant>, List<ReasonCodes.Reason>> reasons =
        explainer -> CODES.reasons(explainer.explain(applicant, FAVOURABLE));
    assertThatThrownBy(
            () -> reasons.apply(Explainer.kernel(TASK, lender.model(), lender.approved(), 62, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("KERNEL")
        .hasMessageContaining("Explainer.permutation");
    assertThat(reasons.apply(Explainer.permutation(TASK, lender.model(), lender.approved(), 20, 1)))
        .extracting(ReasonCodes.Reason::code)
        .doesNotContain("R05");
  }

  @Test
  void reasons_denial_areTheMostHarmfulCodesOnly() {
    Lender lender = lender(new LogisticRegressionTrainer());
    Explainer<Applicant> explainer = lender.explainer();
    ReasonCodes codes =
        ReasonCodes.of(
            Map.of("income", "R1", "debt", "R1", "home", "R2", "years", "R3", "late", "R3"),
            Set.of("branch"));
    int denied = 0;
    for (Applicant applicant : applicants(300, 10, 7)) {
      if (lender.model().predict(applicant).value()) {
        continue;
      }
      denied++;
      Explanation explanation = explainer.explain(applicant, FAVOURABLE);
      List<ReasonCodes.Reason> reasons = codes.reasons(explanation);
      assertThat(reasons).isNotEmpty().hasSizeLessThanOrEqualTo(3);
      assertThat(reasons)
          .extracting(ReasonCodes.Reason::harm)
          .allMatch(harm -> harm > 0)
          .isSortedAccordingTo(Comparator.reverseOrder());
      assertThat(codes.reasons(explanation)).isEqualTo(reasons);
    }
    assertThat(denied).isGreaterThan(50);
  }

  @Test
  void of_fieldThatIsNamedAndLeftOut_isRefused() {
    assertThatThrownBy(() -> ReasonCodes.of(Map.of("a", "R"), Set.of("a")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void reasons_equalHarm_areOrderedByCodeAndUnusedFieldsAreNone() {
    Explanation explanation =
        new Explanation(
            Explanation.Method.LINEAR,
            true,
            0,
            -3,
            List.of(
                new Contribution("b", -1),
                new Contribution("a", -1),
                new Contribution("unused", 0),
                new Contribution("good", 2)));
    ReasonCodes codes =
        ReasonCodes.of(Map.of("b", "R2", "a", "R1", "unused", "R3", "good", "R4"), Set.of());
    assertThat(codes.reasons(explanation))
        .extracting(ReasonCodes.Reason::code)
        .containsExactly("R1", "R2");
  }
}
