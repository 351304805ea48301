package dev.endolith.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.provenance.primitives.EnumProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.SchemaMismatchException;
import dev.endolith.model.Classified;
import dev.endolith.model.Evaluator;
import dev.endolith.model.Metric;
import dev.endolith.model.ModelFormats;
import dev.endolith.model.Outcomes;
import dev.endolith.model.Predictor;
import dev.endolith.model.TrainedModel;
import dev.endolith.model.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.protos.core.ModelDataProto;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.regression.sgd.linear.LinearSGDTrainer;
import org.tribuo.regression.sgd.objectives.SquaredLoss;

class TribuoTest {
  record Point(double x, double large, String color, @Nullable Double maybe, int constant) {}

  enum Side {
    LEFT,
    RIGHT
  }

  private static final Classification<Point, Side> TASK =
      Task.classify(Point.class, Side.class).positive(Side.RIGHT).build();

  private static Dataset<Point, Side> points(int n, long seed) {
    Random random = new Random(seed);
    List<Example<Point, Side>> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double x = random.nextGaussian();
      String color = random.nextBoolean() ? "red" : "blue";
      Side side = x + (color.equals("red") ? 1 : -1) > 0 ? Side.RIGHT : Side.LEFT;
      Double maybe = random.nextBoolean() ? null : random.nextGaussian();
      rows.add(new Example<>(new Point(x, 1e6 * random.nextGaussian(), color, maybe, 7), side));
    }
    return Dataset.of(TASK, DataOrigin.named("points"), rows);
  }

  private static Trainer<Point, Side> trainer() {
    return Tribuo.classifier(new LogisticRegressionTrainer());
  }

  @Test
  void train_separablePoints_isLearned() {
    TrainedModel<Point, Side> model = trainer().train(points(2_000, 1), 1);
    Outcomes outcomes = Outcomes.of(model.predictor(), points(1_000, 2));
    assertThat(Metric.AUC.compute(outcomes)).isGreaterThan(0.98);
    assertThat(Metric.ACCURACY.compute(outcomes)).isGreaterThan(0.93);
  }

  @Test
  void load_storedModel_answersToTheBit() {
    TrainedModel<Point, Side> model = trainer().train(points(500, 1), 1);
    Predictor<Point, Side> loaded =
        ModelFormats.discover(List.of()).get(TribuoFormat.NAME).load(model.content(), TASK);
    assertThat(Outcomes.of(loaded, points(300, 3)).answersDigest())
        .isEqualTo(Outcomes.of(model.predictor(), points(300, 3)).answersDigest());
  }

  @Test
  void train_sameSeedTwice_sameAnswers_otherSeed_otherAnswers() {
    Trainer<Point, Side> trainer = trainer();
    var first = Outcomes.of(trainer.train(points(500, 1), 5).predictor(), points(300, 3));
    var other = Outcomes.of(trainer.train(points(500, 1), 6).predictor(), points(300, 3));
    var again = Outcomes.of(trainer.train(points(500, 1), 5).predictor(), points(300, 3));
    assertThat(again.answersDigest()).isEqualTo(first.answersDigest());
    assertThat(other.answersDigest()).isNotEqualTo(first.answersDigest());
  }

  @Test
  void predict_unknownCategory_isAnsweredFromTheOtherFeatures() {
    Predictor<Point, Side> model = trainer().train(points(500, 1), 1).predictor();
    Classified<Side> answer = (Classified<Side>) model.predict(new Point(3, 0, "green", null, 7));
    assertThat(answer.score(Side.RIGHT)).isBetween(0.5, 1.0);
  }

  @Test
  void train_oneLabelOnly_isRefused() {
    var rows = points(100, 1).examples().stream().filter(e -> e.y() == Side.LEFT).toList();
    var data = Dataset.of(TASK, DataOrigin.named("one"), rows);
    assertThatThrownBy(() -> trainer().train(data, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least two labels");
  }

  @Test
  void regressor_line_isLearned() {
    record Value(double a) {}
    Regression<Value> task = Task.regress(Value.class).build();
    Random random = new Random(1);
    List<Example<Value, Double>> rows = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      double a = random.nextDouble();
      rows.add(new Example<>(new Value(a), 3 * a + 1));
    }
    var data = Dataset.of(task, DataOrigin.named("line"), rows);
    TrainedModel<Value, Double> model =
        Tribuo.<Value>regressor(new LinearSGDTrainer(new SquaredLoss(), new AdaGrad(0.5), 20, 1))
            .train(data, 1);
    var loaded = new TribuoFormat().load(model.content(), task);
    var evaluation = Evaluator.evaluate(loaded, data, List.of(Metric.RMSE, Metric.AUC));
    assertThat(evaluation.metrics().get("rmse")).isLessThan(0.1);
    assertThat(evaluation.get(Metric.AUC)).isEmpty();
  }

  @Test
  void load_classOutsideTheAllowList_isRefusedBeforeItIsLoaded() throws Exception {
    ModelProto good = ModelProto.parseFrom(trainer().train(points(200, 1), 1).content());
    ModelProto evil = good.toBuilder().setClassName(Planted.class.getName()).build();
    refused(evil.toByteArray(), "names a class outside");

    // and the same deep inside: in the payload's feature domain
    ModelDataProto inner = ModelDataProto.newBuilder().build();
    Any payload = good.getSerializedData();
    assertThat(payload.getTypeUrl()).contains("tribuo");
    inner =
        inner.toBuilder()
            .setOutputDomain(
                org.tribuo.protos.core.OutputDomainProto.newBuilder()
                    .setClassName(Planted.class.getName()))
            .build();
    ModelProto nested = good.toBuilder().setSerializedData(Any.pack(inner)).build();
    refused(nested.toByteArray(), "names a class outside");
    assertThat(Trap.sprung).isFalse();
  }

  /** A value of an enumeration names its class beside the value, not in a field for classes. */
  @Test
  void load_enumerationOutsideTheAllowList_isRefusedBeforeItIsLoaded() throws Exception {
    ModelProto good = ModelProto.parseFrom(trainer().train(points(200, 1), 1).content());
    byte[] evil = withEnumeration(good, PlantedEnum.class.getName(), "A");

    refused(evil, "names a class outside");
    refused(withEnumeration(good, "Planted", "A"), "names a class outside");
    assertThat(EnumTrap.sprung).isFalse();
    // as its loader would have done, were it let through
    assertThat(
            TribuoFormat.allowing(TribuoTest.class.getPackageName())
                .load(evil, TASK)
                .predict(new Point(3, 0, "green", null, 7)))
        .isNotNull();
    assertThat(EnumTrap.sprung).isTrue();
    assertThatThrownBy(() -> TribuoFormat.allowing("com.example.*"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("packages must be names");
  }

  /** The model with one setting of its trainer made a value of an enumeration. */
  private static byte[] withEnumeration(ModelProto good, String type, String value)
      throws Exception {
    return withSetting(good, EnumProvenance.class, type, value);
  }

  /** Every hash that a provenance can have stands where the class of an enumeration would. */
  @ParameterizedTest
  @EnumSource(ProvenanceUtil.HashType.class)
  void load_hashInTheProvenance_isNoClass(ProvenanceUtil.HashType type) throws Exception {
    ModelProto good = ModelProto.parseFrom(trainer().train(points(200, 1), 1).content());
    byte[] hashed = withSetting(good, HashProvenance.class, type.name(), "00ff");

    assertThat(new TribuoFormat().load(hashed, TASK).execution().compiled()).isTrue();
  }

  private static byte[] withSetting(ModelProto good, Class<?> kind, String type, String value)
      throws Exception {
    var transformed =
        good
            .getSerializedData()
            .unpack(org.tribuo.protos.core.TransformedModelProto.class)
            .toBuilder();
    var provenance = transformed.getMetadataBuilder().getProvenanceBuilder();
    for (var entry : provenance.getSmpBuilderList()) {
      if (entry.getKey().equals("epochs")) {
        entry.setProvenanceClassName(kind.getName()).setValue(value).setAdditional(type);
        return good.toBuilder()
            .setSerializedData(Any.pack(transformed.build()))
            .build()
            .toByteArray();
      }
    }
    throw new AssertionError("no setting of that name in " + provenance.getSmpList());
  }

  @Test
  void load_unknownPayload_isRefused() throws Exception {
    ModelProto good = ModelProto.parseFrom(trainer().train(points(200, 1), 1).content());
    ModelProto odd =
        good.toBuilder()
            .setSerializedData(
                Any.newBuilder()
                    .setTypeUrl("type.googleapis.com/evil.Payload")
                    .setValue(ByteString.copyFromUtf8("x")))
            .build();
    refused(odd.toByteArray(), "payload");
  }

  @Test
  void load_noise_isRefused() {
    Random random = new Random(4);
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      assertThatThrownBy(() -> new TribuoFormat().load(noise, TASK))
          .isInstanceOf(ArtifactRefusedException.class);
    }
  }

  @Test
  void load_modelOfOtherLabels_isRefused() {
    var words =
        Task.classify(Point.class, String.class).map("up", "up").map("down", "down").build();
    byte[] content = trainer().train(points(200, 1), 1).content();
    assertThatThrownBy(() -> new TribuoFormat().load(content, words))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("LEFT")
        .hasMessageContaining("up");
  }

  private static void refused(byte[] content, String rule) {
    assertThatThrownBy(() -> new TribuoFormat().load(content, TASK))
        .isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining(rule);
  }

  /** Is set by loading {@link Planted}, which nothing else does. */
  static final class Trap {
    static volatile boolean sprung;

    private Trap() {}
  }

  /** The same for {@link PlantedEnum}. */
  static final class EnumTrap {
    static volatile boolean sprung;

    private EnumTrap() {}
  }

  enum PlantedEnum {
    A;

    static {
      EnumTrap.sprung = true;
    }
  }

  static final class Planted {
    static {
      Trap.sprung = true;
    }

    private Planted() {}
  }
}
