package dev.endolith.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.Workspace;
import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Classification;
import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Regression;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.PredictionException;
import dev.endolith.error.SchemaMismatchException;
import dev.endolith.model.Classified;
import dev.endolith.model.ModelFormats;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.TrainedModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Models trained by scikit-learn; {@code make_models.py} beside the files made them and the
 * probabilities that scikit-learn gives.
 */
class OnnxModelTest {
  record Flower(double sepalLength, double sepalWidth, double petalLength, double petalWidth) {}

  enum Iris {
    SETOSA,
    VERSICOLOR,
    VIRGINICA
  }

  record Patient(double age, double bmi, String sex) {}

  private record Expected(List<List<Object>> rows, List<Object> expected) {}

  private static final String[] COLUMNS = {
    "sepalLength", "sepalWidth", "petalLength", "petalWidth"
  };
  private static final Classification<Flower, Iris> TASK =
      Task.classify(Flower.class, Iris.class).build();
  private static final Regression<Patient> PATIENTS = Task.regress(Patient.class).build();

  /** The runtime computes in single precision; scikit-learn in double. */
  private static final double SINGLE = 2e-6;

  static byte[] resource(String name) {
    try (InputStream in = OnnxModelTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Expected expected(String name) {
    return CanonicalJson.read(new String(resource(name), StandardCharsets.UTF_8), Expected.class);
  }

  static OnnxBinding zipMap() {
    return OnnxBinding.builder()
        .numbers("X", COLUMNS)
        .maps("output_probability", "setosa", "versicolor", "virginica")
        .map("setosa", "SETOSA")
        .map("versicolor", "VERSICOLOR")
        .map("virginica", "VIRGINICA")
        .build();
  }

  private static List<Flower> flowers(Expected expected) {
    return expected.rows().stream()
        .map(
            r ->
                new Flower(
                    (double) r.get(0), (double) r.get(1), (double) r.get(2), (double) r.get(3)))
        .toList();
  }

  private static void assertAnswers(Predictor<Flower, Iris> model, Expected expected) {
    List<Flower> rows = flowers(expected);
    List<Prediction<Iris>> batch = model.predictAll(rows);
    for (int i = 0; i < rows.size(); i++) {
      List<?> scores = (List<?>) expected.expected().get(i);
      double[] one = ((Classified<Iris>) model.predict(rows.get(i))).scores();
      for (int k = 0; k < 3; k++) {
        assertThat(one[k]).isCloseTo((double) scores.get(k), within(SINGLE));
        assertThat(((Classified<Iris>) batch.get(i)).score(k)).isCloseTo(one[k], within(1e-6));
      }
    }
  }

  @Test
  void signature_scikitLearnModel_isRead() {
    OnnxSignature signature = OnnxModel.of(resource("iris-zipmap.onnx")).signature();
    assertThat(signature.inputs())
        .containsExactly(
            new OnnxValue("X", OnnxValue.Kind.TENSOR, OnnxType.FLOAT, List.of(-1L, 4L)));
    assertThat(signature.outputs())
        .extracting(OnnxValue::kind)
        .containsExactly(OnnxValue.Kind.TENSOR, OnnxValue.Kind.MAPS);
    assertThat(signature.classes()).containsExactly("setosa", "versicolor", "virginica");
    assertThat(signature.producer()).startsWith("scikit-learn");
  }

  @Test
  void predict_zipMap_answersAsScikitLearn() {
    try (var model = OnnxModel.of(resource("iris-zipmap.onnx")).model(TASK, zipMap()).predictor()) {
      assertAnswers(model, expected("iris-zipmap.json"));
      assertThat(model.execution().compiled()).isFalse();
    }
  }

  @Test
  void predict_forestOfNumberedClasses_answersAsScikitLearn() {
    OnnxBinding binding =
        OnnxBinding.builder()
            .numbers("X", COLUMNS)
            .scores("probabilities", "SETOSA", "VERSICOLOR", "VIRGINICA")
            .build();
    try (var model = OnnxModel.of(resource("iris-forest.onnx")).model(TASK, binding).predictor()) {
      assertAnswers(model, expected("iris-forest.json"));
    }
  }

  @Test
  void predict_labelOnly_hasTheLabelWithScoreOne() {
    OnnxBinding binding =
        OnnxBinding.builder()
            .numbers("X", COLUMNS)
            .label("label", "0", "1", "2")
            .map("0", "SETOSA")
            .map("1", "VERSICOLOR")
            .map("2", "VIRGINICA")
            .build();
    try (var model = OnnxModel.of(resource("iris-forest.onnx")).model(TASK, binding).predictor()) {
      Classified<Iris> answer = (Classified<Iris>) model.predict(new Flower(5, 3.4, 1.4, 0.2));
      assertThat(answer.value()).isEqualTo(Iris.SETOSA);
      assertThat(answer.scores()).containsExactly(1, 0, 0);
    }
  }

  @Test
  void predict_inputPerColumnBoundByName_answersAsScikitLearn() {
    Expected expected = expected("diabetes.json");
    try (var model = OnnxModel.of(resource("diabetes.onnx")).model(PATIENTS).predictor()) {
      for (int i = 0; i < expected.rows().size(); i++) {
        List<Object> r = expected.rows().get(i);
        assertThat(
                model
                    .predict(new Patient((double) r.get(0), (double) r.get(1), (String) r.get(2)))
                    .value())
            .isCloseTo((double) expected.expected().get(i), within(1e-3)); // of about 150
      }
    }
  }

  @Test
  void load_registeredInOneLine_answersWithTheBindingInside() {
    try (Workspace workspace = Workspace.builder().open()) {
      workspace
          .models()
          .register("iris", OnnxModel.of(resource("iris-zipmap.onnx")).candidate(TASK, zipMap()));
      try (Predictor<Flower, Iris> model =
          workspace.models().load(workspace.models().get("iris", 1), TASK)) {
        assertAnswers(model, expected("iris-zipmap.json"));
      }
    }
  }

  @Test
  void bound_twice_theLastBindingCountsAndTheFileStaysOnnx() {
    OnnxModel file = OnnxModel.of(resource("iris-zipmap.onnx"));
    OnnxBinding other = OnnxBinding.builder().numbers("a", "b").number("c").build();
    OnnxModel twice = file.bound(other).bound(zipMap());
    assertThat(twice.binding()).contains(zipMap());
    assertThat(twice.signature()).isEqualTo(file.signature());
    assertThat(OnnxBinding.fromJson(zipMap().toJson())).isEqualTo(zipMap());
  }

  @Test
  void model_unknownLabel_isRefused() {
    assertThatThrownBy(() -> OnnxModel.of(resource("iris-zipmap.onnx")).model(TASK))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("[setosa, versicolor, virginica]")
        .hasMessageContaining("map(class, label)");
  }

  @Test
  void model_classesInAnotherOrder_areRefused() {
    OnnxBinding binding =
        OnnxBinding.builder()
            .numbers("X", COLUMNS)
            .maps("output_probability", "setosa", "virginica")
            .map("setosa", "SETOSA")
            .map("virginica", "VIRGINICA")
            .build();
    assertThatThrownBy(() -> OnnxModel.of(resource("iris-zipmap.onnx")).candidate(TASK, binding))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("the file's classes are [setosa, versicolor, virginica]");
  }

  @Test
  void model_wrongColumnsInputsOutputs_areRefusedByName() {
    OnnxModel file = OnnxModel.of(resource("iris-zipmap.onnx"));
    OnnxBindingBuilder narrow = OnnxBinding.builder().numbers("X", "sepalLength");
    assertThatThrownBy(() -> file.candidate(TASK, narrow.maps("output_probability").build()))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("takes rows of shape [-1, 4] and is bound to 1 cells");
    assertThatThrownBy(
            () ->
                file.candidate(
                    TASK,
                    OnnxBinding.builder()
                        .numbers("X", "a", "b", "c", "d")
                        .maps("output_probability")
                        .build()))
        .hasMessageContaining("column 'a', which the task does not have");
    assertThatThrownBy(
            () ->
                file.candidate(TASK, OnnxBinding.builder().numbers("Z", COLUMNS).maps("p").build()))
        .hasMessageContaining("no input 'Z'; it has [X]");
    assertThatThrownBy(
            () ->
                file.candidate(TASK, OnnxBinding.builder().numbers("X", COLUMNS).maps("p").build()))
        .hasMessageContaining("no output 'p'");
    assertThatThrownBy(
            () ->
                file.candidate(
                    TASK,
                    OnnxBinding.builder()
                        .numbers("X", COLUMNS)
                        .scores("output_label", "SETOSA", "VERSICOLOR", "VIRGINICA")
                        .build()))
        .hasMessageContaining("which is no SCORES");
  }

  @Test
  void load_taskOfAnotherKind_isRefused() {
    Regression<Flower> regression = Task.regress(Flower.class).build();
    byte[] content = OnnxModel.of(resource("iris-zipmap.onnx")).bound(zipMap()).content();
    assertThatThrownBy(() -> new OnnxFormat().load(content, regression))
        .isInstanceOf(SchemaMismatchException.class);
  }

  @Test
  void load_graphThatTheRuntimeRefuses_isRefused() {
    byte[] content =
        OnnxFirewallTest.model(
                ai.onnx.proto.OnnxMl.GraphProto.newBuilder()
                    .addNode(OnnxFirewallTest.node("NoSuchOperator", "x", "y")))
            .build()
            .toByteArray();
    Task<Row, Double> task =
        Task.regress(Features.rows(Schema.of(Field.number("a"), Field.number("b")))).build();
    OnnxBinding binding = OnnxBinding.builder().numbers("x", "a", "b").number("y").build();
    assertThatThrownBy(() -> OnnxModel.of(content).candidate(task, binding))
        .isInstanceOf(SchemaMismatchException.class); // two numbers are no regression
    Classification<Row, String> classes =
        Task.classify(Features.rows(Schema.of(Field.number("a"), Field.number("b"))), String.class)
            .map("n", "n")
            .map("p", "p")
            .build();
    OnnxBinding scores = OnnxBinding.builder().numbers("x", "a", "b").scores("y", "n", "p").build();
    assertThatThrownBy(() -> OnnxModel.of(content).candidate(classes, scores))
        .isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining("ONNX Runtime does not take");
  }

  @Test
  void predict_notFiniteScores_isTyped() {
    Classification<Row, String> classes =
        Task.classify(Features.rows(Schema.of(Field.number("a"), Field.number("b"))), String.class)
            .map("n", "n")
            .map("p", "p")
            .build();
    byte[] content = OnnxFirewallTest.model(OnnxFirewallTest.identity()).build().toByteArray();
    OnnxBinding scores =
        OnnxBinding.builder()
            .input("x", OnnxCell.number("a"), OnnxCell.number("b").missingAs(-1))
            .scores("y", "n", "p")
            .build();
    Schema schema = classes.features().schema();
    try (var model = OnnxModel.of(content).model(classes, scores).predictor()) {
      assertThat(
              ((Classified<String>)
                      model.predict(Row.of(schema, new double[] {1.0, 2.0}, new String[2])))
                  .scores())
          .containsExactly(1, 2);
      assertThatThrownBy(
              () -> model.predict(Row.of(schema, new double[] {Double.NaN, 1.0}, new String[2])))
          .isInstanceOf(PredictionException.class)
          .hasMessageContaining("not finite");
      assertThat(
              ((Classified<String>)
                      model.predict(Row.of(schema, new double[] {1.0, Double.NaN}, new String[2])))
                  .scores())
          .containsExactly(1, -1);
    }
  }

  @Test
  void close_whileThreadsAsk_endsThemWithATypedError() throws Exception {
    TrainedModel<Flower, Iris> trained =
        OnnxModel.of(resource("iris-zipmap.onnx")).model(TASK, zipMap());
    Predictor<Flower, Iris> model =
        ModelFormats.discover(List.of()).get(OnnxFormat.NAME).load(trained.content(), TASK);
    trained.predictor().close();
    Prediction<Iris> expected = model.predict(new Flower(5, 3.4, 1.4, 0.2));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        answers.add(
            threads.submit(
                () -> {
                  int n = 0;
                  try {
                    while (true) {
                      assertThat(model.predict(new Flower(5, 3.4, 1.4, 0.2))).isEqualTo(expected);
                      n++;
                      if (n == 500) {
                        model.close();
                      }
                    }
                  } catch (IllegalStateException closed) {
                    return n;
                  }
                }));
      }
      int most = 0;
      for (Future<Integer> answer : answers) {
        most = Math.max(most, answer.get());
      }
      assertThat(most).isGreaterThanOrEqualTo(500);
    } finally {
      threads.shutdownNow();
    }
    model.close(); // a second time does nothing
  }
}
