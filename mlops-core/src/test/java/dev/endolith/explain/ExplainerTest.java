package dev.endolith.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Ignore;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.explain.Explanation.Contribution;
import dev.endolith.explain.Explanation.Method;
import dev.endolith.model.Classified;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.model.Trainer;
import dev.endolith.tribuo.Tribuo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.classification.Label;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.classification.xgboost.XGBoostClassificationTrainer;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.regression.xgboost.XGBoostRegressionTrainer;

/** Contributions against the definition: all subsets of the fields. */
class ExplainerTest {
  record Point(double x, double y, String colour, @Nullable Double maybe, double noise) {}

  private static final Classification<Point, Boolean> TASK =
      Task.classify(Point.class, Boolean.class).build();
  private static final Regression<Point> NUMBERS = Task.regress(Point.class).build();
  private static final int FIELDS = 5;
  private static final String[] COLOURS = {"red", "green", "blue"};

  private static List<Point> points(int n, long seed) {
    Random random = new Random(seed);
    List<Point> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      rows.add(
          new Point(
              random.nextGaussian(),
              random.nextGaussian(),
              COLOURS[random.nextInt(3)],
              random.nextBoolean() ? null : random.nextGaussian(),
              random.nextGaussian()));
    }
    return rows;
  }

  private static double truth(Point p) {
    return p.x() * p.y()
        + p.x()
        + (p.colour().equals("red") ? 1 : 0)
        - (p.maybe() == null ? 0 : p.maybe());
  }

  private static <Y> Predictor<Point, Y> trained(
      Trainer<Point, Y> trainer, Task<Point, Y> task, java.util.function.Function<Point, Y> label) {
    List<Example<Point, Y>> rows = new ArrayList<>();
    points(400, 1).forEach(p -> rows.add(new Example<>(p, label.apply(p))));
    return trainer.train(Dataset.of(task, DataOrigin.named("points"), rows), 1).predictor();
  }

  private static Predictor<Point, Boolean> classifier(org.tribuo.Trainer<Label> trainer) {
    return trained(Tribuo.classifier(trainer), TASK, p -> truth(p) > 0.2);
  }

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of("linear", classifier(new LogisticRegressionTrainer()), 1),
        Arguments.of("tree", classifier(new CARTClassificationTrainer(6)), 1),
        Arguments.of(
            "forest",
            classifier(
                new RandomForestTrainer<>(
                    new CARTClassificationTrainer(5, 0.5f, 1), new VotingCombiner(), 10)),
            0),
        Arguments.of("boosted", classifier(new XGBoostClassificationTrainer(10)), 1),
        Arguments.of(
            "boosted regression",
            trained(
                Tribuo.<Point>regressor(
                    new XGBoostRegressionTrainer(
                        XGBoostRegressionTrainer.RegressionType.LINEAR, 10)),
                NUMBERS,
                ExplainerTest::truth),
            0));
  }

  /** Shapley's formula, subset by subset. */
  private static double[] bruteForce(LongToDoubleFunction value) {
    double[] shapley = new double[FIELDS];
    for (int f = 0; f < FIELDS; f++) {
      for (long subset = 0; subset < 1 << FIELDS; subset++) {
        if ((subset >> f & 1) == 0) {
          int size = Long.bitCount(subset);
          double weight = 1;
          for (int i = 1; i <= size; i++) {
            weight *= i;
          }
          for (int i = 1; i <= FIELDS - size - 1; i++) {
            weight *= i;
          }
          shapley[f] +=
              weight / 120 * (value.applyAsDouble(subset | 1L << f) - value.applyAsDouble(subset));
        }
      }
    }
    return shapley;
  }

  private static double[] values(Explanation explanation) {
    return explanation.contributions().stream().mapToDouble(Contribution::value).toArray();
  }

  @SuppressWarnings("unchecked")
  private static Structured<Point> structured(Predictor<Point, ?> model) {
    return (Structured<Point>) model;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void exact_structuredModel_isShapleyAgainstTheBackground(
      String kind, Predictor<Point, ?> model, int output) {
    List<Point> background = points(12, 2);
    Structured<Point> structured = structured(model);
    ModelStructure structure = structured.structure();
    Explainer<Point> explainer = Explainer.exact(model, background);
    for (Point x : points(20, 3)) {
      double[] cells = structured.cells(x);
      double[] expected =
          bruteForce(
              subset -> {
                double sum = 0;
                for (Point z : background) {
                  double[] mixed = structured.cells(z);
                  for (int f = 0; f < FIELDS; f++) {
                    mixed[f] = (subset >> f & 1) == 1 ? cells[f] : mixed[f];
                  }
                  sum += structure.score(mixed, output);
                }
                return sum / background.size();
              });
      Explanation found = explainer.explain(x, output);
      assertThat(values(found)).as(kind).containsExactly(expected, within(1e-10));
      assertThat(found.residual()).isCloseTo(0, within(1e-10));
      if (!structure.margin() && model.predict(x) instanceof Classified<?> answer) {
        assertThat(found.score()).isCloseTo(answer.score(output), within(1e-12));
      }
    }
  }

  private static double byPaths(
      TreeStructure trees, int node, double[] covers, double[] x, long subset, int output) {
    if (trees.isLeaf(node)) {
      return trees.leaf(node, output);
    }
    if ((subset >> trees.field(node) & 1) == 1) {
      return byPaths(trees, trees.child(node, x), covers, x, subset, output);
    }
    double left = covers[trees.left(node)] / covers[node];
    return left * byPaths(trees, trees.left(node), covers, x, subset, output)
        + (1 - left) * byPaths(trees, trees.right(node), covers, x, subset, output);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void byPaths_trees_isShapleyOfTheBranches(String kind, Predictor<Point, ?> model, int output) {
    if (kind.equals("linear")) {
      assertThatThrownBy(() -> Explainer.byPaths(model, points(10, 2)))
          .isInstanceOf(IllegalArgumentException.class);
      return;
    }
    Structured<Point> structured = structured(model);
    TreeStructure trees = (TreeStructure) structured.structure();
    List<Point> background = points(30, 2);
    double[] covers =
        TreeShapley.covers(trees, background.stream().map(structured::cells).toList());
    Explainer<Point> explainer = Explainer.byPaths(model, background);
    for (Point x : points(20, 3)) {
      double[] cells = structured.cells(x);
      double[] expected =
          bruteForce(
              subset -> {
                double sum = 0;
                for (int root : trees.roots()) {
                  sum += byPaths(trees, root, covers, cells, subset, output);
                }
                return sum;
              });
      Explanation found = explainer.explain(x, output);
      assertThat(values(found)).as(kind).containsExactly(expected, within(1e-9));
      assertThat(found.residual()).isCloseTo(0, within(1e-9));
      assertThat(found.method()).isEqualTo(Method.TREE_PATHS);
    }
  }

  @Test
  void sampled_modelOfAnyKind_agreesWithTheExactValues() {
    Predictor<Point, Boolean> model = classifier(new CARTClassificationTrainer(6));
    List<Point> background = points(8, 2);
    Explainer<Point> exact = Explainer.exact(model, background);
    Explainer<Point> every = Explainer.kernel(TASK, model, background, 30, 1);
    Explainer<Point> some = Explainer.kernel(TASK, model, background, 20, 1);
    Explainer<Point> orders = Explainer.permutation(TASK, model, background, 200, 1);
    for (Point x : points(5, 3)) {
      double[] expected = values(exact.explain(x, 1));
      assertThat(values(every.explain(x, 1))).containsExactly(expected, within(1e-9));
      // 400 orders: each marginal is within [-1, 1], so 5 deviations are at most 0.25
      assertThat(values(orders.explain(x, 1))).containsExactly(expected, within(0.25));
      assertThat(orders.explain(x, 1).residual()).isCloseTo(0, within(1e-12));
      assertThat(some.explain(x, 1).residual()).isCloseTo(0, within(1e-12));
      assertThat(some.explain(x, 1)).isEqualTo(some.explain(x, 1)); // by its seed
    }
  }

  @Test
  void lime_linearFunction_findsItsTerms() {
    Predictor<Point, Double> line =
        p -> new dev.endolith.model.Regressed(2 * p.x() - 3 * p.y() + 1);
    Point zero = new Point(0, 0, "red", null, 0);
    Explanation found =
        Explainer.lime(NUMBERS, line, List.of(zero), 100, 1)
            .explain(new Point(1, 2, "blue", 4.0, 5), 0);
    assertThat(values(found)).containsExactly(new double[] {2, -6, 0, 0, 0}, within(1e-6));
  }

  @Test
  void exact_modelOfUnknownArithmetic_isRefusedWithTheWayOut() {
    Predictor<Point, Double> model = p -> new dev.endolith.model.Regressed(1);
    assertThatThrownBy(() -> Explainer.exact(model, points(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use Explainer.permutation");
    assertThatThrownBy(() -> Explainer.permutation(NUMBERS, model, List.of(), 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  record Loan(@Ignore String id, double amount, Instant at) {}

  /** What is mixed keeps what is no field: a key, and what a row was made with. */
  @Test
  void sampled_rowsWithAKeyAndTimes_areThoseThatWereAsked() {
    Regression<Loan> task = Task.regress(Loan.class).build();
    List<Loan> asked = new ArrayList<>();
    Predictor<Loan, Double> model =
        loan -> {
          asked.add(loan);
          return new Regressed(loan.amount() + loan.at().getEpochSecond() % 10);
        };
    Instant at = Instant.parse("2024-05-06T07:08:03.25Z");
    Loan loan = new Loan("a17", 100.5, at);
    List<Loan> background = List.of(new Loan("b", 1, Instant.parse("2024-01-01T00:00:01.5Z")));

    for (Explainer<Loan> explainer :
        List.of(
            Explainer.permutation(task, model, background, 2, 1),
            Explainer.kernel(task, model, background, 4, 1),
            Explainer.lime(task, model, background, 50, 1))) {
      asked.clear();
      Explanation explanation = explainer.explain(loan, 0);

      assertThat(asked).allSatisfy(row -> assertThat(row.id()).isEqualTo("a17"));
      assertThat(asked).contains(loan);
      assertThat(explanation.contributions().get(0).value()).isCloseTo(99.5, within(1e-3));
    }
  }

  /** Features that cannot change a row make one of texts, a time to the microsecond. */
  @Test
  void sampled_rowsThatAreMadeOfTexts_areThoseThatWereAsked() {
    Features<double[]> features =
        Features.builder(double[].class)
            .number("amount", row -> row[0])
            .timestamp("at", row -> Instant.ofEpochSecond(0, (long) (row[1] * 1e9)))
            .reads(
                raw ->
                    new double[] {
                      Double.parseDouble(raw.required("amount")),
                      Duration.between(Instant.EPOCH, Instant.parse(raw.required("at"))).toNanos()
                          / 1e9
                    })
            .build();
    Regression<double[]> task = Task.regress(features).build();
    Explainer<double[]> explainer =
        Explainer.permutation(
            task, row -> new Regressed(row[0] + row[1]), List.of(new double[] {0, -1.75}), 2, 1);
    Explanation explanation = explainer.explain(new double[] {3, 1_000.25}, 0);

    assertThat(explanation.score()).isEqualTo(1_003.25);
    assertThat(explanation.base()).isEqualTo(-1.75);
  }
}
