package dev.endolith.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtUtil;
import ai.onnxruntime.TensorInfo;
import dev.endolith.data.Tensor;
import dev.endolith.data.TensorSpec;
import dev.endolith.data.TensorTask;
import dev.endolith.data.Tensors;
import dev.endolith.error.PredictionException;
import dev.endolith.model.Computed;
import dev.endolith.model.Execution;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks ONNX Runtime with tensors as they are. Thread-safe. */
final class OnnxTensorPredictor implements Predictor<Tensors, Tensors> {
  private final OnnxSession session;
  private final TensorTask task;
  private final Set<String> asked;

  private OnnxTensorPredictor(OnnxSession session, TensorTask task) {
    this.session = session;
    this.task = task;
    this.asked = task.outputs().stream().map(TensorSpec::name).collect(Collectors.toSet());
  }

  static OnnxTensorPredictor open(byte[] content, TensorTask task) {
    return new OnnxTensorPredictor(OnnxSession.open(content), task);
  }

  @Override
  public Prediction<Tensors> predict(Tensors x) {
    task.refuses(x)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
    Tensors answer =
        session.run((environment, given) -> fill(environment, given, x), asked, this::read);
    task.disowns(answer)
        .ifPresent(
            why -> {
              throw OnnxOutput.odd("what the task does not allow: " + why);
            });
    return new Computed<>(answer);
  }

  @Override
  public List<Prediction<Tensors>> predictAll(List<? extends Tensors> rows) {
    List<Prediction<Tensors>> answers = new ArrayList<>(rows.size());
    rows.forEach(row -> answers.add(predict(row)));
    return answers;
  }

  private void fill(OrtEnvironment environment, Map<String, OnnxTensorLike> given, Tensors x)
      throws OrtException {
    for (TensorSpec spec : task.inputs()) {
      given.put(spec.name(), tensor(environment, x.get(spec.name())));
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, Tensor tensor) throws OrtException {
    long[] shape = tensor.shape();
    return switch (tensor.type()) {
      case FLOAT -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(tensor.floats()), shape);
      case DOUBLE ->
          OnnxTensor.createTensor(environment, DoubleBuffer.wrap(tensor.doubles()), shape);
      case INT32 -> OnnxTensor.createTensor(environment, IntBuffer.wrap(tensor.ints()), shape);
      case INT64 -> OnnxTensor.createTensor(environment, LongBuffer.wrap(tensor.longs()), shape);
      case BOOL -> {
        boolean[] values = tensor.booleans();
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        yield OnnxTensor.createTensor(
            environment, ByteBuffer.wrap(bytes), shape, OnnxJavaType.BOOL);
      }
      case STRING -> OnnxTensor.createTensor(environment, tensor.texts(), shape);
    };
  }

  private Tensors read(OrtSession.Result result) throws OrtException {
    Map<String, Tensor> read = new LinkedHashMap<>();
    for (TensorSpec spec : task.outputs()) {
      OnnxValue value = result.get(spec.name()).orElseThrow(() -> OnnxOutput.odd("nothing"));
      if (!(value instanceof OnnxTensor tensor)) {
        throw OnnxOutput.odd("no tensor");
      }
      read.put(spec.name(), tensor(tensor));
    }
    return Tensors.of(read);
  }

  private static Tensor tensor(OnnxTensor tensor) throws OrtException {
    TensorInfo info = tensor.getInfo();
    long[] shape = info.getShape();
    return switch (info.type) {
      case FLOAT -> {
        FloatBuffer buffer = tensor.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        yield Tensor.of(values, shape);
      }
      case DOUBLE -> {
        DoubleBuffer buffer = tensor.getDoubleBuffer();
        double[] values = new double[buffer.remaining()];
        buffer.get(values);
        yield Tensor.of(values, shape);
      }
      case INT32 -> {
        IntBuffer buffer = tensor.getIntBuffer();
        int[] values = new int[buffer.remaining()];
        buffer.get(values);
        yield Tensor.of(values, shape);
      }
      case INT64 -> {
        LongBuffer buffer = tensor.getLongBuffer();
        long[] values = new long[buffer.remaining()];
        buffer.get(values);
        yield Tensor.of(values, shape);
      }
      case BOOL -> {
        ByteBuffer buffer = tensor.getByteBuffer();
        boolean[] values = new boolean[buffer.remaining()];
        for (int i = 0; i < values.length; i++) {
          values[i] = buffer.get(i) != 0;
        }
        yield Tensor.of(values, shape);
      }
      case STRING -> Tensor.of(texts(tensor.getValue()), shape);
      default -> throw new PredictionException("model", "the ONNX model answered " + info.type);
    };
  }

  private static String[] texts(Object value) {
    Object[] flat =
        value instanceof String text
            ? new String[] {text}
            : OrtUtil.flattenString((Object[]) value);
    String[] texts = new String[flat.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = String.valueOf(flat[i]);
    }
    return texts;
  }

  @Override
  public Execution execution() {
    return Execution.original("ONNX Runtime computes");
  }

  @Override
  public void close() {
    session.close();
  }
}
