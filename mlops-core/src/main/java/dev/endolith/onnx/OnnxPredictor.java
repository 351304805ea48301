package dev.endolith.onnx;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.endolith.model.Execution;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Asks ONNX Runtime with rows of a task. Thread-safe. */
final class OnnxPredictor<X, Y> implements Predictor<X, Y> {
  /** Rows asked at once, so that a long list needs no more memory than a short one. */
  private static final int MOST_ROWS = 1024;

  private final OnnxSession session;
  private final OnnxInputs<X> inputs;
  private final OnnxOutput<Y> output;
  private final Set<String> asked;
  private final int most;

  private OnnxPredictor(OnnxSession session, OnnxInputs<X> inputs, OnnxOutput<Y> output) {
    this.session = session;
    this.inputs = inputs;
    this.output = output;
    this.asked = output.asked();
    this.most = inputs.takesMany() ? MOST_ROWS : 1;
  }

  static <X, Y> OnnxPredictor<X, Y> open(
      byte[] content, OnnxInputs<X> inputs, OnnxOutput<Y> output) {
    return new OnnxPredictor<>(OnnxSession.open(content), inputs, output);
  }

  @Override
  public Prediction<Y> predict(X x) {
    return ask(List.of(x)).get(0);
  }

  @Override
  public List<Prediction<Y>> predictAll(List<? extends X> rows) {
    List<Prediction<Y>> answers = new ArrayList<>(rows.size());
    for (int from = 0; from < rows.size(); from += most) {
      answers.addAll(ask(rows.subList(from, Math.min(rows.size(), from + most))));
    }
    return answers;
  }

  private List<Prediction<Y>> ask(List<? extends X> rows) {
    return session.run(
        (environment, given) -> {
          for (OnnxInputs.Filled input : inputs.inputs()) {
            given.put(input.value().name(), tensor(environment, input, rows));
          }
        },
        asked,
        result ->
            output.answer().kind() == OnnxAnswer.Kind.OUTPUTS
                ? OnnxColumns.answers(output, result, rows.size())
                : answers(result.get(0), rows.size()));
  }

  private OnnxTensor tensor(
      OrtEnvironment environment, OnnxInputs.Filled input, List<? extends X> rows)
      throws OrtException {
    long[] shape = input.shape(rows.size());
    if (input.value().type() == OnnxType.STRING) {
      return OnnxTensor.createTensor(environment, inputs.texts(input, rows), shape);
    }
    double[] numbers = inputs.numbers(input, rows);
    int n = numbers.length;
    switch (input.value().type()) {
      case FLOAT -> {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
          values[i] = (float) numbers[i];
        }
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
      }
      case DOUBLE -> {
        return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(numbers), shape);
      }
      case INT64 -> {
        long[] values = new long[n];
        for (int i = 0; i < n; i++) {
          values[i] = (long) numbers[i];
        }
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
      }
      case INT32 -> {
        int[] values = new int[n];
        for (int i = 0; i < n; i++) {
          values[i] = (int) numbers[i];
        }
        return OnnxTensor.createTensor(environment, IntBuffer.wrap(values), shape);
      }
      default -> {
        byte[] values = new byte[n];
        for (int i = 0; i < n; i++) {
          values[i] = (byte) (numbers[i] == 0 ? 0 : 1);
        }
        return OnnxTensor.createTensor(
            environment, ByteBuffer.wrap(values), shape, ai.onnxruntime.OnnxJavaType.BOOL);
      }
    }
  }

  private List<Prediction<Y>> answers(OnnxValue value, int rows) throws OrtException {
    List<Prediction<Y>> answers = new ArrayList<>(rows);
    if (value instanceof OnnxSequence sequence) {
      for (OnnxValue item : sequence.getValue()) {
        try (item) {
          if (!(item instanceof OnnxMap map)) {
            throw OnnxOutput.odd("a sequence of other things than maps");
          }
          answers.add(output.ofMap(map.getValue()));
        }
      }
    } else if (value instanceof OnnxTensor tensor) {
      if (output.answer().kind() == OnnxAnswer.Kind.LABEL) {
        labels(tensor, answers);
      } else {
        numbers(tensor, rows, answers);
      }
    }
    if (answers.size() != rows) {
      throw OnnxOutput.odd(answers.size() + " rows for " + rows);
    }
    return answers;
  }

  private void labels(OnnxTensor tensor, List<Prediction<Y>> answers) throws OrtException {
    Object value = tensor.getValue();
    if (value instanceof String[] texts) {
      for (String text : texts) {
        answers.add(output.ofClass(text));
      }
    } else if (value instanceof long[] numbers) {
      for (long number : numbers) {
        answers.add(output.ofClass(Long.toString(number)));
      }
    } else if (value instanceof int[] numbers) {
      for (int number : numbers) {
        answers.add(output.ofClass(Integer.toString(number)));
      }
    } else {
      throw OnnxOutput.odd("labels of another shape than one a row");
    }
  }

  private void numbers(OnnxTensor tensor, int rows, List<Prediction<Y>> answers) {
    FloatBuffer floats = tensor.getFloatBuffer();
    double[] numbers;
    if (floats != null) {
      numbers = new double[floats.remaining()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = floats.get(i);
      }
    } else {
      DoubleBuffer doubles = tensor.getDoubleBuffer();
      if (doubles == null) {
        throw OnnxOutput.odd("neither floats nor doubles");
      }
      numbers = new double[doubles.remaining()];
      doubles.get(numbers);
    }
    int width =
        output.answer().kind() == OnnxAnswer.Kind.SCORES ? output.answer().keys().size() : 1;
    if (numbers.length != rows * width) {
      throw OnnxOutput.odd(numbers.length + " numbers for " + rows + " rows of " + width);
    }
    for (int i = 0; i < rows; i++) {
      answers.add(output.ofNumbers(numbers, i * width));
    }
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
