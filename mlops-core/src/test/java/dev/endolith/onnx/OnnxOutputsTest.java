package dev.endolith.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import dev.endolith.Workspace;
import dev.endolith.data.MultiOutput;
import dev.endolith.data.Task;
import dev.endolith.data.Tensor;
import dev.endolith.data.TensorSpec;
import dev.endolith.data.TensorTask;
import dev.endolith.data.TensorType;
import dev.endolith.data.Tensors;
import dev.endolith.error.PredictionException;
import dev.endolith.error.SchemaMismatchException;
import dev.endolith.model.Prediction;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.VersionState;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.FeedbackResult;
import dev.endolith.serving.Served;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Models that answer several outputs, and models that are asked with tensors. */
class OnnxOutputsTest {
  record Point(double a, double b) {}

  record Sum(double total, int best, boolean any) {}

  private static final MultiOutput<Point, Sum> SUMS = Task.outputs(Point.class, Sum.class).build();

  private static final TensorTask FOREST =
      Task.tensors(
          List.of(TensorSpec.of("X", TensorType.FLOAT, TensorSpec.ANY, 4)),
          List.of(
              TensorSpec.of("probabilities", TensorType.FLOAT, TensorSpec.ANY, 3),
              TensorSpec.of("label", TensorType.INT64, TensorSpec.ANY)));

  private static AttributeProto.Builder number(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value);
  }

  /** The largest of two numbers, which of them it is, and both of them. */
  private static OnnxModel two() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addNode(OnnxFirewallTest.node("Identity", "x", "y"))
            .addNode(
                OnnxFirewallTest.node("ReduceMax", "x", "greatest")
                    .addAttribute(
                        AttributeProto.newBuilder()
                            .setName("axes")
                            .setType(AttributeProto.AttributeType.INTS)
                            .addInts(1)))
            .addNode(OnnxFirewallTest.node("ArgMax", "x", "best").addAttribute(number("axis", 1)))
            .addNode(
                OnnxFirewallTest.node("Cast", "greatest", "any").addAttribute(number("to", 9)));
    var model = OnnxFirewallTest.model(graph);
    model
        .getGraphBuilder()
        .addOutput(OnnxFirewallTest.value("greatest", 1))
        .addOutput(typed("best", 7))
        .addOutput(typed("any", 9));
    return OnnxModel.of(model.build().toByteArray());
  }

  private static ai.onnx.proto.OnnxMl.ValueInfoProto typed(String name, int type) {
    var value = OnnxFirewallTest.value(name, 1).toBuilder();
    value.getTypeBuilder().getTensorTypeBuilder().setElemType(type);
    return value.build();
  }

  private static OnnxBinding binding() {
    return OnnxBinding.builder()
        .numbers("x", "a", "b")
        .outputs("greatest", "best", "any")
        .map("greatest", "total")
        .build();
  }

  @Test
  void predict_severalOutputs_areComponentsOfTheAnswer() {
    try (var model = two().model(SUMS, binding()).predictor()) {
      assertThat(model.predict(new Point(1.5, 2.25)).value()).isEqualTo(new Sum(2.25, 1, true));
      List<Prediction<Sum>> batch =
          model.predictAll(List.of(new Point(3, -1), new Point(0, 0), new Point(-4, -3)));
      assertThat(batch)
          .extracting(Prediction::value)
          .containsExactly(new Sum(3, 0, true), new Sum(0, 0, false), new Sum(-3, 1, true));
      assertThatThrownBy(() -> model.predict(new Point(Double.NaN, Double.NaN)))
          .isInstanceOf(PredictionException.class)
          .hasMessageContaining("'total'");
    }
  }

  @Test
  void candidate_outputsThatDoNotFit_areRefused() {
    record Other(double total, String best) {}
    assertThatThrownBy(
            () -> two().candidate(Task.outputs(Point.class, Other.class).build(), binding()))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("the components [best, total], bound are [total, best, any]");
    assertThatThrownBy(
            () ->
                two()
                    .candidate(
                        Task.outputs(Point.class, Other.class).build(),
                        OnnxBinding.builder()
                            .numbers("x", "a", "b")
                            .outputs("greatest", "best")
                            .map("greatest", "total")
                            .build()))
        .hasMessageContaining("output 'best' is TENSOR of INT64, which is no CATEGORY 'best'");
    assertThatThrownBy(
            () ->
                two()
                    .candidate(
                        SUMS,
                        OnnxBinding.builder()
                            .numbers("x", "a", "b")
                            .outputs("y", "best", "any")
                            .map("y", "total")
                            .build()))
        .hasMessageContaining("2 numbers a row, bound are 1");
    assertThatThrownBy(() -> two().candidate(SUMS)).hasMessageContaining("the model has no");
    assertThatThrownBy(() -> two().candidate(Task.regress(Point.class).build(), binding()))
        .hasMessageContaining("a task of several outputs, and no other");
  }

  @Test
  void labels_ofSeveralOutputs_areReadAgain() {
    Sum sum = new Sum(2.5, 3, true);
    String name = SUMS.labelName(sum);
    assertThat(name).isEqualTo("{\"any\":\"true\",\"best\":\"3\",\"total\":\"2.5\"}");
    assertThat(SUMS.labelOf(name)).isEqualTo(sum);
    assertThatThrownBy(() -> SUMS.labelOf("{\"best\":\"3\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[total, best, any]");
    assertThatThrownBy(() -> SUMS.labelOf("3")).isInstanceOf(IllegalArgumentException.class);
    record Clash(double a) {}
    assertThatThrownBy(() -> Task.outputs(Point.class, Clash.class).build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void deployment_ofSeveralOutputs_takesFeedbackAsARecord() {
    try (Workspace workspace = Workspace.builder().format(new OnnxFormat()).open()) {
      live(workspace, two().candidate(SUMS, binding()));
      try (Deployment<Point, Sum> deployment =
          Deployment.of("m", SUMS, workspace.models()).log(workspace.predictions()).build()) {
        Served<Sum> served = deployment.predict(new Point(1, 7));
        assertThat(served.value()).isEqualTo(new Sum(7, 1, true));
        assertThat(deployment.feedback(served.id(), new Sum(8, 1, true), Instant.EPOCH))
            .isInstanceOf(FeedbackResult.Accepted.class);
      }
    }
  }

  private static void live(Workspace workspace, Candidate candidate) {
    long number = workspace.models().register("m", candidate).number();
    workspace.models().transition("m", number, VersionState.VALIDATED, "test");
    workspace.models().transition("m", number, VersionState.APPROVED, "test");
    workspace.models().move("m", Alias.CHAMPION, number, "test");
  }

  @Test
  void deployment_ofTensors_answersAsTheFileDoes() {
    OnnxModel forest = OnnxModel.of(OnnxModelTest.resource("iris-forest.onnx"));
    try (Workspace workspace = Workspace.builder().format(new OnnxFormat()).open()) {
      live(workspace, forest.candidate(FOREST));
      try (Deployment<Tensors, Tensors> deployment =
          Deployment.of("m", FOREST, workspace.models()).log(workspace.predictions()).build()) {
        float[] rows = {5.1f, 3.5f, 1.4f, 0.2f, 6.7f, 3.0f, 5.2f, 2.3f};

        Served<Tensors> served = deployment.predict(Tensors.of("X", Tensor.of(rows, 2, 4)));

        assertThat(served.value().get("label").longs()).containsExactly(0, 2);
        float[] scores = served.value().get("probabilities").floats();
        assertThat(scores).hasSize(6);
        assertThat(scores[0] + scores[1] + scores[2]).isCloseTo(1f, within(1e-6f));
        assertThat(served.value().get("probabilities").shape()).containsExactly(2, 3);
        assertThatThrownBy(() -> deployment.predict(Tensors.of("X", Tensor.of(new float[3], 1, 3))))
            .isInstanceOf(PredictionException.class)
            .hasRootCauseMessage("tensor 'X' is FLOAT[1, 3], has to be FLOAT[-1, 4]");
        assertThatThrownBy(() -> deployment.predict(Tensors.of("Y", Tensor.of(new float[4], 1, 4))))
            .hasRootCauseMessage("tensor 'X' is missing; given are [Y]");
        assertThatThrownBy(() -> deployment.feedback(served.id(), served.value(), Instant.EPOCH))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("no label of a task of tensors");
      }
    }
  }

  @Test
  void candidate_tensorsThatDoNotFit_areRefused() {
    OnnxModel forest = OnnxModel.of(OnnxModelTest.resource("iris-forest.onnx"));
    List<TensorSpec> in = FOREST.inputs();
    List<TensorSpec> out = FOREST.outputs();
    refused(
        forest,
        Task.tensors(List.of(TensorSpec.of("X", TensorType.DOUBLE, -1, 4)), out),
        "input 'X' is TENSOR of FLOAT, not of DOUBLE");
    refused(
        forest,
        Task.tensors(List.of(TensorSpec.of("X", TensorType.FLOAT, -1, 5)), out),
        "input 'X' has shape [-1, 4], the task says [-1, 5]");
    refused(
        forest,
        Task.tensors(List.of(TensorSpec.of("Z", TensorType.FLOAT, -1, 4)), out),
        "the model has no input 'Z'; it has [X]");
    refused(
        forest,
        Task.tensors(in, List.of(TensorSpec.of("scores", TensorType.FLOAT, -1, 3))),
        "no output 'scores'; it has [label, probabilities]");
    assertThatThrownBy(() -> Task.tensors(List.of(), out)).hasMessageContaining("at least one");
    assertThatThrownBy(() -> Task.tensors(List.of(in.get(0), in.get(0)), out))
        .hasMessageContaining("two inputs");
  }

  private static void refused(OnnxModel model, TensorTask task, String why) {
    assertThatThrownBy(() -> model.candidate(task))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining(why);
  }
}
