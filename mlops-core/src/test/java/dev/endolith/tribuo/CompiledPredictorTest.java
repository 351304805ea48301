package dev.endolith.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.model.TrainedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.ensemble.FullyWeightedVotingCombiner;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.classification.sgd.objectives.Hinge;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.ensemble.BaggingTrainer;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.ensemble.AveragingCombiner;
import org.tribuo.regression.rtree.CARTJointRegressionTrainer;
import org.tribuo.regression.rtree.CARTRegressionTrainer;
import org.tribuo.regression.rtree.impurity.MeanSquaredError;
import org.tribuo.regression.sgd.objectives.SquaredLoss;

class CompiledPredictorTest {
  record Point(
      double x, double large, float tiny, String colour, @Nullable Double maybe, int constant) {}

  enum Side {
    LEFT,
    MIDDLE,
    RIGHT,
    NEVER
  }

  private static final Classification<Point, Side> SIDES =
      Task.classify(Point.class, Side.class).build();
  private static final Regression<Point> NUMBERS = Task.regress(Point.class).build();
  private static final String[] COLOURS = {"red", "green", "blue", "unseen"};

  private static Point point(Random random, int colours) {
    return new Point(
        random.nextInt(5) == 0 ? random.nextInt(3) : random.nextGaussian(),
        1e6 + 1e3 * random.nextGaussian(),
        (float) (1e-6 * random.nextGaussian()),
        COLOURS[random.nextInt(colours)],
        random.nextBoolean() ? null : random.nextGaussian(),
        7);
  }

  private static double truth(Point p) {
    return p.x()
        + (p.large() - 1e6) / 1e3
        + (p.colour().equals("red") ? 2 : 0)
        - (p.maybe() == null ? 0 : p.maybe());
  }

  private static Dataset<Point, Side> sides() {
    Random random = new Random(1);
    List<Example<Point, Side>> rows = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      Point p = point(random, 3);
      double t = truth(p) + random.nextGaussian();
      rows.add(new Example<>(p, t < -1 ? Side.LEFT : t < 1 ? Side.MIDDLE : Side.RIGHT));
    }
    return Dataset.of(SIDES, DataOrigin.named("sides"), rows);
  }

  private static Dataset<Point, Double> numbers() {
    Random random = new Random(2);
    List<Example<Point, Double>> rows = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      Point p = point(random, 3);
      rows.add(new Example<>(p, 100 * truth(p) + random.nextGaussian()));
    }
    return Dataset.of(NUMBERS, DataOrigin.named("numbers"), rows);
  }

  static Stream<Arguments> classifiers() {
    return Stream.of(
        Arguments.of("softmax", new LogisticRegressionTrainer()),
        Arguments.of("none", new LinearSGDTrainer(new Hinge(), new AdaGrad(0.1), 3, 1)),
        Arguments.of("tree", new CARTClassificationTrainer(6)),
        Arguments.of(
            "forest",
            new RandomForestTrainer<>(
                new CARTClassificationTrainer(6, 0.5f, 1), new VotingCombiner(), 20)));
  }

  static Stream<Arguments> regressors() {
    return Stream.of(
        Arguments.of(
            "linear",
            new org.tribuo.regression.sgd.linear.LinearSGDTrainer(
                new SquaredLoss(), new AdaGrad(0.1), 3, 1)),
        Arguments.of("tree", new CARTRegressionTrainer(6)),
        Arguments.of("joint tree", new CARTJointRegressionTrainer(6)),
        Arguments.of(
            "forest",
            new RandomForestTrainer<>(
                new CARTRegressionTrainer(6, 5, 0, 0.5f, new MeanSquaredError(), 1),
                new AveragingCombiner(),
                20)));
  }

  private static Model<?> stored(byte[] content) throws Exception {
    return Model.deserialize(ModelProto.parseFrom(content));
  }

  private static List<Point> asked() {
    Random random = new Random(3);
    List<Point> rows = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      rows.add(point(random, 4));
    }
    rows.add(new Point(Double.NaN, Double.NaN, Float.NaN, "unseen", null, 7));
    rows.add(new Point(Double.POSITIVE_INFINITY, 1e6, 0, "red", -0.0, 7));
    rows.add(new Point(1e300, -1e300, Float.MIN_VALUE, "red", Double.MIN_VALUE, 0));
    return rows;
  }

  /** 0 for scores that differ by rounding, relative to them where they are above 1. */
  private static int apart(double a, double b) {
    return Math.abs(a - b) <= Proof.MOST * Math.max(1, Math.abs(b)) ? 0 : Double.compare(a, b);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("classifiers")
  void predict_classifier_answersAsTheOriginal(String kind, org.tribuo.Trainer<Label> trainer)
      throws Exception {
    TrainedModel<Point, Side> trained = Tribuo.<Point, Side>classifier(trainer).train(sides(), 1);
    Predictor<Point, Side> original =
        new TribuoPredictor<>(
            SIDES, stored(trained.content()).castModel(Label.class), new LabelOutputs<>());
    Predictor<Point, Side> loaded = new TribuoFormat().load(trained.content(), SIDES);
    assertThat(loaded.execution().reason()).isEmpty();
    assertThat(loaded.execution().compiled()).isTrue();
    assertThat(loaded.execution().maxDifference()).isLessThanOrEqualTo(Proof.MOST);
    List<Prediction<Side>> batch = loaded.predictAll(asked());
    int i = 0;
    for (Point row : asked()) {
      Classified<Side> expected = (Classified<Side>) original.predict(row);
      Classified<Side> found = (Classified<Side>) loaded.predict(row);
      assertThat(found.value()).as(kind + ", row " + i).isEqualTo(expected.value());
      assertThat(found.scores())
          .as(kind + ", row " + i)
          .usingElementComparator(CompiledPredictorTest::apart)
          .containsExactly(expected.scores());
      assertThat(batch.get(i++)).isEqualTo(found);
      assertThat(trained.predictor().predict(row)).isEqualTo(found); // judged as it is served
    }
  }

  record Pair(double x, double y) {}

  enum Part {
    A,
    B,
    C,
    D,
    E,
    F
  }

  /** Sums run four abreast: of six labels some are in a second, unfilled four. */
  @Test
  void predict_moreLabelsThanAreSummedAbreast_answersAsTheOriginal() throws Exception {
    Classification<Pair, Part> task = Task.classify(Pair.class, Part.class).build();
    Random random = new Random(4);
    List<Example<Pair, Part>> rows = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      Pair pair = new Pair(1e4 + 10 * random.nextGaussian(), random.nextGaussian());
      int part = (int) Math.floor(3 * Math.atan2(pair.y(), pair.x() - 1e4) / Math.PI) + 3;
      rows.add(new Example<>(pair, List.of(Part.values()).get(Math.min(5, part))));
    }
    TrainedModel<Pair, Part> trained =
        Tribuo.<Pair, Part>classifier(new LogisticRegressionTrainer())
            .train(Dataset.of(task, DataOrigin.named("parts"), rows), 1);
    Predictor<Pair, Part> original =
        new TribuoPredictor<>(
            task, stored(trained.content()).castModel(Label.class), new LabelOutputs<>());

    assertThat(trained.predictor().execution().compiled()).isTrue();
    List<Pair> asked = new ArrayList<>(rows.stream().map(Example::x).toList());
    asked.add(new Pair(1e4, Double.NaN));
    asked.add(new Pair(Double.NEGATIVE_INFINITY, 1));
    for (Pair pair : asked) {
      assertThat(((Classified<Part>) trained.predictor().predict(pair)).scores())
          .as(pair.toString())
          .containsExactly(((Classified<Part>) original.predict(pair)).scores(), within(1e-9));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("regressors")
  void predict_regressor_answersAsTheOriginal(String kind, org.tribuo.Trainer<Regressor> trainer)
      throws Exception {
    TrainedModel<Point, Double> trained = Tribuo.<Point>regressor(trainer).train(numbers(), 1);
    Predictor<Point, Double> original =
        new TribuoPredictor<>(
            NUMBERS, stored(trained.content()).castModel(Regressor.class), new NumberOutputs());
    Predictor<Point, Double> loaded = new TribuoFormat().load(trained.content(), NUMBERS);
    assertThat(loaded.execution().reason()).isEmpty();
    int i = 0;
    for (Point row : asked()) {
      double expected = ((Regressed) original.predict(row)).number();
      assertThat(((Regressed) loaded.predict(row)).number())
          .as(kind + ", row " + i++)
          .isEqualTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
    }
  }

  @Test
  void load_combinerWithoutTranslation_isServedByTheOriginalAndSaysSo() {
    TrainedModel<Point, Side> trained =
        Tribuo.<Point, Side>classifier(
                new BaggingTrainer<>(
                    new LogisticRegressionTrainer(), new FullyWeightedVotingCombiner(), 3))
            .train(sides(), 1);
    Predictor<Point, Side> loaded = new TribuoFormat().load(trained.content(), SIDES);
    assertThat(loaded).isInstanceOf(TribuoPredictor.class);
    assertThat(loaded.execution().compiled()).isFalse();
    assertThat(loaded.execution().reason()).contains("combined in a way");
  }

  @Test
  void proof_wrongTranslation_isRefused() throws Exception {
    TrainedModel<Point, Double> trained =
        Tribuo.<Point>regressor(new CARTRegressionTrainer(4)).train(numbers(), 1);
    Model<Regressor> model = stored(trained.content()).castModel(Regressor.class);
    org.tribuo.transform.TransformedModel<Regressor> scaled =
        (org.tribuo.transform.TransformedModel<Regressor>) model;
    Columns columns =
        Columns.of(
            NUMBERS.features().schema(),
            scaled.getInnerModel().getFeatureIDMap(),
            scaled.getTransformerMap());
    Proof<Regressor> proof =
        new Proof<>(
            columns,
            model,
            new NumberOutputs().factory().getUnknownOutput(),
            (prediction, position) -> prediction.getOutput().getValues()[0],
            1);
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () ->
                proof.maxDifference(
                    new Evaluator() {
                      @Override
                      public void scores(double[] row, double[] scores) {
                        scores[0] = 1;
                      }

                      @Override
                      public dev.endolith.explain.ModelStructure structure() {
                        return new dev.endolith.explain.LinearStructure(
                            new double[] {1}, false, (field, cell, output) -> 0);
                      }
                    }))
        .isInstanceOf(NotCompiled.class)
        .hasMessageContaining("differently");
  }
}
