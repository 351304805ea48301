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
    List<List<Object>> columns = new ArrayList<>();
    for (String key : answer.keys()) {
      if (!(result.get(key).orElseThrow(() -> OnnxOutput.odd("nothing"))
          instanceof OnnxTensor tensor)) {
        throw OnnxOutput.odd("no tensor");
      }
      List<Object> values = new ArrayList<>(rows);
      flatten(tensor.getValue(), values);
      if (values.size() != rows) {
        throw OnnxOutput.odd(values.size() + " values of an output for " + rows + " rows");
      }
      columns.add(values);
    }
    List<Prediction<Y>> answers = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      Map<String, Object> components = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        components.put(answer.labels().get(i), columns.get(i).get(row));
      }
      answers.add(output.ofComponents(components));
    }
    return answers;
  }

  private static void flatten(Object value, List<Object> into) {
    if (value.getClass().isArray()) {
      int length = Array.getLength(value);
      for (int i = 0; i < length; i++) {
        flatten(Array.get(value, i), into);
      }
    } else {
      into.add(value);
    }
  }
}
