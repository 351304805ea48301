package dev.endolith.onnx;

import dev.endolith.data.TensorSpec;
import dev.endolith.data.TensorTask;
import dev.endolith.data.TensorType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a file takes and answers the tensors of a task. */
final class OnnxTensors {
  private OnnxTensors() {}

  /**
   * @throws dev.endolith.error.SchemaMismatchException if it does not; the message spells out why
   */
  static void check(OnnxSignature signature, TensorTask task) {
    for (TensorSpec spec : task.inputs()) {
      check("input", spec, signature.input(spec.name()), signature.inputs());
    }
    for (OnnxValue input : signature.inputs()) {
      if (task.inputs().stream().noneMatch(spec -> spec.name().equals(input.name()))) {
        throw OnnxInputs.mismatch(
            "input '" + input.name() + "'",
            "the model needs input '" + input.name() + "', which the task does not give");
      }
    }
    for (TensorSpec spec : task.outputs()) {
      check("output", spec, signature.output(spec.name()), signature.outputs());
    }
  }

  private static void check(
      String what, TensorSpec spec, Optional<OnnxValue> found, List<OnnxValue> all) {
    String name = what + " '" + spec.name() + "'";
    OnnxValue value =
        found.orElseThrow(
            () ->
                OnnxInputs.mismatch(
                    name,
                    "the model has no "
                        + name
                        + "; it has "
                        + all.stream().map(OnnxValue::name).toList()));
    if (value.kind() != OnnxValue.Kind.TENSOR || type(value.type()) != spec.type()) {
      throw OnnxInputs.mismatch(
          name, name + " is " + value.kind() + " of " + value.type() + ", not of " + spec.type());
    }
    // a tensor without a declared shape says nothing that could differ
    boolean fits = value.shape().isEmpty() || value.shape().size() == spec.shape().size();
    for (int i = 0; fits && i < value.shape().size(); i++) {
      long own = value.shape().get(i);
      long wanted = spec.shape().get(i);
      fits = own < 0 || wanted == TensorSpec.ANY || own == wanted;
    }
    if (!fits) {
      throw OnnxInputs.mismatch(
          name, name + " has shape " + value.shape() + ", the task says " + spec.shape());
    }
  }

  private static @Nullable TensorType type(OnnxType type) {
    return switch (type) {
      case FLOAT -> TensorType.FLOAT;
      case DOUBLE -> TensorType.DOUBLE;
      case INT32 -> TensorType.INT32;
      case INT64 -> TensorType.INT64;
      case BOOL -> TensorType.BOOL;
      case STRING -> TensorType.STRING;
      case OTHER -> null;
    };
  }
}
