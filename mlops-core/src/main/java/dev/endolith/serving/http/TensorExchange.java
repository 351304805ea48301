package dev.endolith.serving.http;

import dev.endolith.data.Tensor;
import dev.endolith.data.TensorSpec;
import dev.endolith.data.TensorTask;
import dev.endolith.data.TensorType;
import dev.endolith.data.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The protocol's tensors as those of a task, and back. */
final class TensorExchange {
  private TensorExchange() {}

  static Datatype datatype(TensorType type) {
    return switch (type) {
      case FLOAT -> Datatype.FP32;
      case DOUBLE -> Datatype.FP64;
      case INT32 -> Datatype.INT32;
      case INT64 -> Datatype.INT64;
      case BOOL -> Datatype.BOOL;
      case STRING -> Datatype.BYTES;
    };
  }

  /** What a request asks; refused unless it is just what the task says. */
  static Tensors asked(TensorTask task, List<WireTensor> inputs) {
    Map<String, Tensor> asked = new LinkedHashMap<>();
    for (WireTensor input : inputs) {
      TensorSpec spec =
          task.inputs().stream()
              .filter(s -> s.name().equals(input.name()))
              .findFirst()
              .orElseThrow(
                  () ->
                      Problem.bad(
                          "the model has no input "
                              + Problem.shown(input.name())
                              + "; inputs are "
                              + task.inputs().stream().map(TensorSpec::name).toList()));
      if (input.datatype() != datatype(spec.type())) {
        throw Problem.bad(
            "input '"
                + spec.name()
                + "' is "
                + datatype(spec.type())
                + " in this model, was "
                + input.datatype());
      }
      asked.put(spec.name(), tensor(spec.type(), input));
    }
    Tensors tensors = Tensors.of(asked);
    task.refuses(tensors)
        .ifPresent(
            why -> {
              throw Problem.bad(why);
            });
    return tensors;
  }

  private static Tensor tensor(TensorType type, WireTensor input) {
    int n = input.size();
    long[] shape = new long[input.rank()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = input.length(i);
    }
    for (int i = 0; i < n; i++) {
      boolean nan = type == TensorType.FLOAT || type == TensorType.DOUBLE;
      boolean given = nan && Double.isNaN(input.number(i));
      if (type != TensorType.STRING && input.isMissing(i) && !given) {
        throw Problem.bad("input '" + input.name() + "' has no value at element " + i);
      }
    }
    switch (type) {
      case FLOAT -> {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
          values[i] = (float) input.number(i);
        }
        return Tensor.of(values, shape);
      }
      case DOUBLE -> {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
          values[i] = input.number(i);
        }
        return Tensor.of(values, shape);
      }
      case INT32 -> {
        int[] values = new int[n];
        for (int i = 0; i < n; i++) {
          values[i] = (int) input.integer(i);
        }
        return Tensor.of(values, shape);
      }
      case INT64 -> {
        long[] values = new long[n];
        for (int i = 0; i < n; i++) {
          values[i] = input.integer(i);
        }
        return Tensor.of(values, shape);
      }
      case BOOL -> {
        boolean[] values = new boolean[n];
        for (int i = 0; i < n; i++) {
          values[i] = input.integer(i) != 0;
        }
        return Tensor.of(values, shape);
      }
      default -> {
        String[] values = new String[n];
        for (int i = 0; i < n; i++) {
          values[i] = input.text(i);
        }
        return Tensor.of(values, shape);
      }
    }
  }

  /** An answer's tensor; its elements may not be finite, which JSON cannot say. */
  static WireTensor answered(String name, Tensor given) {
    long[] lengths = given.shape();
    int[] shape = new int[lengths.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = (int) lengths[i];
    }
    WireTensor tensor = new WireTensor(name, datatype(given.type()), shape);
    switch (given.type()) {
      case FLOAT -> {
        float[] values = given.floats();
        for (int i = 0; i < values.length; i++) {
          tensor.set(i, (double) values[i]);
        }
      }
      case DOUBLE -> {
        double[] values = given.doubles();
        for (int i = 0; i < values.length; i++) {
          tensor.set(i, values[i]);
        }
      }
      case INT32 -> {
        int[] values = given.ints();
        for (int i = 0; i < values.length; i++) {
          tensor.set(i, (long) values[i]);
        }
      }
      case INT64 -> {
        long[] values = given.longs();
        for (int i = 0; i < values.length; i++) {
          tensor.set(i, values[i]);
        }
      }
      case BOOL -> {
        boolean[] values = given.booleans();
        for (int i = 0; i < values.length; i++) {
          tensor.set(i, values[i] ? 1L : 0L);
        }
      }
      default -> {
        String[] values = given.texts();
        for (int i = 0; i < values.length; i++) {
          tensor.set(i, values[i]);
        }
      }
    }
    return tensor;
  }
}
