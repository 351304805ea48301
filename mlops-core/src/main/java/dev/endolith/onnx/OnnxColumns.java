package dev.endolith.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.endolith.model.Prediction;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads several outputs, one element of each a row, as components of one answer. */
final class OnnxColumns {
  private OnnxColumns() {}

  static <Y> List<Prediction<Y>> answers(OnnxOutput<Y> output, OrtSession.Result result, int rows)
      throws OrtException {
    OnnxAnswer answer = output.answer();
    List<List<String>> columns = new ArrayList<>();
    for (String key : answer.keys()) {
      if (!(result.get(key).orElseThrow(() -> OnnxOutput.odd("nothing"))
          instanceof OnnxTensor tensor)) {
        throw OnnxOutput.odd("no tensor");
      }
      List<String> texts = new ArrayList<>(rows);
      flatten(tensor.getValue(), texts);
      if (texts.size() != rows) {
        throw OnnxOutput.odd(texts.size() + " values of an output for " + rows + " rows");
      }
      columns.add(texts);
    }
    List<Prediction<Y>> answers = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      Map<String, String> texts = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        texts.put(answer.labels().get(i), columns.get(i).get(row));
      }
      answers.add(output.ofTexts(texts));
    }
    return answers;
  }

  private static void flatten(Object value, List<String> into) {
    if (value.getClass().isArray()) {
      int length = Array.getLength(value);
      for (int i = 0; i < length; i++) {
        flatten(Array.get(value, i), into);
      }
    } else if (value instanceof Float number) {
      into.add(text(number.doubleValue()));
    } else if (value instanceof Double number) {
      into.add(text(number));
    } else {
      into.add(String.valueOf(value));
    }
  }

  /** A whole number is written as one: the component may be an integer. */
  private static String text(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1L << 53
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
