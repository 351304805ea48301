package dev.endolith.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.endolith.error.ArtifactRefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were made to harm. */
class OnnxFirewallTest {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  static ValueInfoProto value(String name, long width) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(FLOAT)
                        .setShape(
                            TensorShapeProto.newBuilder()
                                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("n"))
                                .addDim(
                                    TensorShapeProto.Dimension.newBuilder().setDimValue(width)))))
        .build();
  }

  static ModelProto.Builder model(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(15))
        .setGraph(graph.setName("g").addInput(value("x", 2)).addOutput(value("y", 2)));
  }

  static GraphProto.Builder identity() {
    return GraphProto.newBuilder().addNode(node("Identity", "x", "y"));
  }

  static NodeProto.Builder node(String operator, String in, String out) {
    return NodeProto.newBuilder().setOpType(operator).addInput(in).addOutput(out);
  }

  private static TensorProto external() {
    return TensorProto.newBuilder()
        .setName("w")
        .setDataType(FLOAT)
        .addDims(2)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(
            StringStringEntryProto.newBuilder().setKey("location").setValue("../../etc/passwd"))
        .build();
  }

  private static NodeProto.Builder with(AttributeProto.Builder attribute) {
    return node("Constant", "x", "c").clearInput().addAttribute(attribute);
  }

  private static TensorProto ints(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(INT64).addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return tensor.build();
  }

  private static GraphProto.Builder nested(int depth) {
    if (depth == 0) {
      return identity();
    }
    return GraphProto.newBuilder()
        .setName("g")
        .addNode(
            node("If", "c", "y")
                .addAttribute(
                    AttributeProto.newBuilder().setName("then_branch").setG(nested(depth - 1))));
  }

  @SuppressWarnings("ArrayRecordComponent") // never leaves this class
  private record Hostile(String name, String rule, byte[] content) {
    Hostile(String name, String rule, GraphProto.Builder graph) {
      this(name, rule, model(graph).build().toByteArray());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Hostile> hostile() {
    GraphProto.Builder inSubgraph =
        GraphProto.newBuilder().setName("inner").addInitializer(external());
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName("a");
    SparseTensorProto sparse = SparseTensorProto.newBuilder().setValues(external()).build();
    String inside = "data inside the file";
    String size = "as much data as declared";
    List<Hostile> all = new ArrayList<>();
    all.add(new Hostile("external initializer", inside, identity().addInitializer(external())));
    all.add(
        new Hostile(
            "external attribute", inside, identity().addNode(with(attribute.setT(external())))));
    all.add(
        new Hostile(
            "external in a list",
            inside,
            identity().addNode(with(AttributeProto.newBuilder().addTensors(external())))));
    all.add(
        new Hostile(
            "external in a subgraph",
            inside,
            identity().addNode(with(AttributeProto.newBuilder().setG(inSubgraph)))));
    all.add(
        new Hostile(
            "external in a list of subgraphs",
            inside,
            identity().addNode(with(AttributeProto.newBuilder().addGraphs(inSubgraph)))));
    all.add(new Hostile("external sparse", inside, identity().addSparseInitializer(sparse)));
    all.add(
        new Hostile(
            "external sparse attribute",
            inside,
            identity().addNode(with(AttributeProto.newBuilder().setSparseTensor(sparse)))));
    all.add(
        new Hostile(
            "location without an entry",
            inside,
            identity().addInitializer(external().toBuilder().clearExternalData())));
    all.add(
        new Hostile(
            "declares more than it holds",
            size,
            identity()
                .addInitializer(
                    TensorProto.newBuilder().setDataType(FLOAT).addDims(1000).addFloatData(1))));
    all.add(
        new Hostile(
            "raw data too short",
            size,
            identity()
                .addInitializer(
                    TensorProto.newBuilder()
                        .setDataType(FLOAT)
                        .addDims(2)
                        .setRawData(ByteString.copyFrom(new byte[7])))));
    all.add(
        new Hostile(
            "no data",
            size,
            identity().addInitializer(TensorProto.newBuilder().setDataType(FLOAT).addDims(4))));
    all.add(
        new Hostile(
            "dimensions that overflow",
            "at most 536870912 bytes a tensor",
            identity()
                .addInitializer(
                    TensorProto.newBuilder()
                        .setDataType(FLOAT)
                        .addDims(1L << 40)
                        .addDims(1L << 40)
                        .addFloatData(1))));
    all.add(
        new Hostile(
            "negative dimension",
            "sizes from 0",
            identity()
                .addInitializer(
                    TensorProto.newBuilder().setDataType(FLOAT).addDims(-1).addFloatData(1))));
    all.add(
        new Hostile(
            "a large tensor of a small shape",
            "at most 134217728 elements made",
            identity()
                .addInitializer(ints("shape", 1 << 20, 1 << 20))
                .addNode(node("ConstantOfShape", "shape", "c"))));
    all.add(
        new Hostile(
            "a large tensor of a constant shape",
            "at most 134217728 elements made",
            identity()
                .addNode(node("Expand", "x", "c").addInput("shape"))
                .addNode(
                    node("Constant", "x", "shape")
                        .clearInput()
                        .addAttribute(
                            AttributeProto.newBuilder()
                                .setName("value")
                                .setT(ints("", 1L << 40))))));
    all.add(
        new Hostile(
            "random numbers of a large shape",
            "at most 134217728 elements made",
            identity()
                .addNode(
                    with(AttributeProto.newBuilder().setName("shape").addInts(1L << 40))
                        .setOpType("RandomNormal"))));
    all.add(
        new Hostile(
            "custom operator",
            "operators of ONNX only",
            identity().addNode(node("Run", "x", "z").setDomain("com.example"))));
    all.add(
        new Hostile(
            "custom operator set",
            "operators of ONNX only",
            model(identity())
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.example"))
                .build()
                .toByteArray()));
    all.add(new Hostile("loop", "no loops", identity().addNode(node("Loop", "x", "z"))));
    all.add(new Hostile("nested graphs", "at most 6 graphs deep", nested(6)));
    all.add(new Hostile("very nested graphs", "at most 6 graphs deep", nested(45)));
    all.add(
        new Hostile(
            "unknown field",
            "known fields only",
            model(identity())
                .setUnknownFields(
                    UnknownFieldSet.newBuilder()
                        .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build()
                .toByteArray()));
    byte[] one = model(identity()).build().toByteArray();
    byte[] twice = Arrays.copyOf(one, 2 * one.length);
    System.arraycopy(one, 0, twice, one.length, one.length);
    all.add(new Hostile("graph given twice", "one graph", twice));
    GraphProto.Builder many = identity();
    for (int i = 0; i < 100_001; i++) {
      many.addNode(node("Identity", "x", "z"));
    }
    all.add(new Hostile("many nodes", "at most 100000 nodes", many));
    all.add(new Hostile("nothing", "well-formed", new byte[0]));
    all.add(
        new Hostile("text", "known fields only", "hello world".getBytes(StandardCharsets.UTF_8)));
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void of_hostileFile_isRefusedByTheRule(Hostile hostile) {
    assertThatThrownBy(() -> OnnxModel.of(hostile.content()))
        .isInstanceOfSatisfying(
            ArtifactRefusedException.class,
            refused -> {
              assertThat(refused.rule()).isEqualTo(hostile.rule());
              assertThat(refused.format()).isEqualTo(OnnxFormat.NAME);
            });
  }

  @Test
  void of_harmlessFiles_arePassed() {
    GraphProto.Builder graph =
        identity()
            .addInitializer(
                TensorProto.newBuilder()
                    .setName("w")
                    .setDataType(FLOAT)
                    .addDims(2)
                    .setRawData(ByteString.copyFrom(new byte[8])))
            .addInitializer(ints("shape", 3, 4))
            .addInitializer(TensorProto.newBuilder().setDataType(FLOAT).addDims(0))
            .addNode(node("ConstantOfShape", "shape", "c"));
    assertThatCode(() -> OnnxModel.of(model(graph).build().toByteArray()))
        .doesNotThrowAnyException();
    assertThatCode(() -> OnnxModel.of(model(nested(5)).build().toByteArray()))
        .doesNotThrowAnyException();
  }

  @Test
  void of_javaSerialization_isRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(List.of("x"));
    }
    assertThatThrownBy(() -> OnnxModel.of(bytes.toByteArray()))
        .isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining("a serialized Java object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080\u0004\u0095\n.",
        "\u0080\u0002}.",
        "cos\nsystem\n(S'x'\ntR.",
        "(lp0\n.",
        "(dp0\n.",
        "]q\u0000."
      })
  void of_pickle_isRefused(String pickle) {
    assertThatThrownBy(() -> OnnxModel.of(pickle.getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining("pickle");
  }

  @Test
  void of_mutatedFile_isReadOrRefused() {
    long seed = Long.getLong("endolith.seed", 11);
    Random random = new Random(seed);
    byte[] good = OnnxModelTest.resource("iris-forest.onnx");
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      int changes = 1 + random.nextInt(4);
      for (int c = 0; c < changes; c++) {
        bad[random.nextInt(random.nextBoolean() ? bad.length : 200)] = (byte) random.nextInt();
      }
      byte[] cut = random.nextInt(4) == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad;
      assertThatCode(
              () -> {
                try {
                  OnnxModel.of(cut);
                } catch (ArtifactRefusedException e) {
                  // as it should be
                }
              })
          .as("seed %d, mutation %d", seed, i)
          .doesNotThrowAnyException();
    }
  }
}
