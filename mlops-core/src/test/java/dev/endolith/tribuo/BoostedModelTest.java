package dev.endolith.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.model.Classified;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.model.TrainedModel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.classification.xgboost.XGBoostClassificationTrainer;
import org.tribuo.common.xgboost.protos.XGBoostModelProto;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.protos.core.TransformedModelProto;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.xgboost.XGBoostRegressionTrainer;

/** XGBoost's trees, read without XGBoost. */
class BoostedModelTest {
  record Point(double x, double zeros, String colour, @Nullable Double maybe, int constant) {}

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
        random.nextBoolean() ? 0 : random.nextGaussian(),
        COLOURS[random.nextInt(colours)],
        random.nextBoolean() ? null : random.nextGaussian(),
        random.nextInt(10) == 0 ? 0 : 7);
  }

  private static double truth(Point p) {
    return p.x()
        + 3 * p.zeros() * p.zeros()
        + (p.colour().equals("red") ? 2 : 0)
        - (p.maybe() == null ? 0 : p.maybe());
  }

  private static List<Point> points(int n, long seed, int colours) {
    Random random = new Random(seed);
    List<Point> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      rows.add(point(random, colours));
    }
    return rows;
  }

  private static TrainedModel<Point, Side> classifier() {
    List<Example<Point, Side>> rows = new ArrayList<>();
    for (Point p : points(1_000, 1, 3)) {
      double t = truth(p);
      rows.add(new Example<>(p, t < 1 ? Side.LEFT : t < 3 ? Side.MIDDLE : Side.RIGHT));
    }
    return Tribuo.<Point, Side>classifier(new XGBoostClassificationTrainer(30))
        .train(Dataset.of(SIDES, DataOrigin.named("sides"), rows), 1);
  }

  private static TrainedModel<Point, Double> regressor(
      XGBoostRegressionTrainer.RegressionType type) {
    List<Example<Point, Double>> rows = new ArrayList<>();
    for (Point p : points(1_000, 2, 3)) {
      rows.add(new Example<>(p, 20 + Math.abs(truth(p))));
    }
    return Tribuo.<Point>regressor(new XGBoostRegressionTrainer(type, 30))
        .train(Dataset.of(NUMBERS, DataOrigin.named("numbers"), rows), 1);
  }

  @Test
  void predict_classifier_answersAsXgboost() throws Exception {
    TrainedModel<Point, Side> trained = classifier();
    Predictor<Point, Side> original =
        new TribuoPredictor<>(
            SIDES,
            Model.deserialize(ModelProto.parseFrom(trained.content())).castModel(Label.class),
            new LabelOutputs<>());
    Predictor<Point, Side> loaded = new TribuoFormat().load(trained.content(), SIDES);
    assertThat(loaded.execution().reason()).isEmpty();
    assertThat(loaded.execution().compiled()).isTrue();
    assertThat(loaded.execution().maxDifference()).isLessThan(Proof.MOST_SINGLE);
    Predictor<Point, Side> alone =
        BoostedModel.of(ModelProto.parseFrom(trained.content()))
            .alone(SIDES, new UnsatisfiedLinkError("test"));
    assertThat(alone.execution().reason()).contains("not compared");
    double most = 0;
    for (Point row : points(300, 3, 4)) {
      Classified<Side> expected = (Classified<Side>) original.predict(row);
      Classified<Side> found = (Classified<Side>) loaded.predict(row);
      assertThat(found.scores()).containsExactly(expected.scores(), within(Proof.MOST_SINGLE));
      assertThat(alone.predict(row)).isEqualTo(found);
      for (Side side : Side.values()) {
        most = Math.max(most, Math.abs(found.score(side) - expected.score(side)));
      }
    }
    System.getLogger("figures")
        .log(System.Logger.Level.INFO, "greatest difference to XGBoost4J: " + most);
  }

  @ParameterizedTest
  @EnumSource(XGBoostRegressionTrainer.RegressionType.class)
  void predict_regressor_answersAsXgboost(XGBoostRegressionTrainer.RegressionType type)
      throws Exception {
    TrainedModel<Point, Double> trained = regressor(type);
    Predictor<Point, Double> original =
        new TribuoPredictor<>(
            NUMBERS,
            Model.deserialize(ModelProto.parseFrom(trained.content())).castModel(Regressor.class),
            new NumberOutputs());
    Predictor<Point, Double> loaded = new TribuoFormat().load(trained.content(), NUMBERS);
    assertThat(loaded.execution().reason()).isEmpty();
    Predictor<Point, Double> alone =
        BoostedModel.of(ModelProto.parseFrom(trained.content()))
            .alone(NUMBERS, new UnsatisfiedLinkError("test"));
    for (Point row : points(200, 3, 4)) {
      double expected = ((Regressed) original.predict(row)).number();
      assertThat(((Regressed) loaded.predict(row)).number())
          .isCloseTo(expected, within(Proof.MOST_SINGLE * Math.max(1, Math.abs(expected))));
      assertThat(alone.predict(row)).isEqualTo(loaded.predict(row));
    }
  }

  private static ByteBuffer booster() throws Exception {
    ModelProto outer = ModelProto.parseFrom(classifier().content());
    return outer
        .getSerializedData()
        .unpack(TransformedModelProto.class)
        .getModel()
        .getSerializedData()
        .unpack(XGBoostModelProto.class)
        .getModels(0)
        .asReadOnlyByteBuffer();
  }

  @Test
  void read_cutBooster_isRefused() throws Exception {
    byte[] bytes = new byte[booster().remaining()];
    booster().get(bytes);
    for (int length : new int[] {0, 3, 100, 140, 160, 300, 400, 1_000, bytes.length / 2}) {
      assertThatThrownBy(() -> BoosterBytes.read(ByteBuffer.wrap(Arrays.copyOf(bytes, length))))
          .isInstanceOf(ArtifactRefusedException.class);
    }
  }

  @Test
  void read_mutatedBooster_isReadOrRefused() throws Exception {
    byte[] good = new byte[booster().remaining()];
    booster().get(good);
    long seed = Long.getLong("endolith.seed", 12);
    Random random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      byte[] bad = good.clone();
      for (int c = 0; c < 4; c++) {
        bad[random.nextInt(random.nextBoolean() ? bad.length : 600)] = (byte) random.nextInt();
      }
      assertThatCode(
              () -> {
                try {
                  BoosterBytes.read(ByteBuffer.wrap(bad));
                } catch (ArtifactRefusedException | NotCompiled e) {
                  // as it should be
                }
              })
          .as("seed %d, mutation %d", seed, i)
          .doesNotThrowAnyException();
    }
  }
}
