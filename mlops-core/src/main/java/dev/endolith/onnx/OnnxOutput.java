package dev.endolith.onnx;

import dev.endolith.data.Classification;
import dev.endolith.data.Field;
import dev.endolith.data.MultiOutput;
import dev.endolith.data.Regression;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.error.DataException;
import dev.endolith.error.PredictionException;
import dev.endolith.model.Classified;
import dev.endolith.model.Computed;
import dev.endolith.model.Prediction;
import dev.endolith.model.Regressed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes answers of a model's output, as it was checked against the file's own signature and the
 * task's labels. Immutable.
 *
 * @param <Y> the answer
 */
final class OnnxOutput<Y> {
  private final OnnxAnswer answer;
  private final @Nullable Classification<?, Y> classes;
  private final @Nullable MultiOutput<?, Y> outputs;

  /** Where each key stands among the task's labels. */
  private final int[] positions;

  private final Map<String, Integer> byKey = new HashMap<>();

  private OnnxOutput(
      OnnxAnswer answer,
      @Nullable Classification<?, Y> classes,
      @Nullable MultiOutput<?, Y> outputs,
      int[] positions) {
    this.answer = answer;
    this.classes = classes;
    this.outputs = outputs;
    this.positions = positions;
    for (int i = 0; i < positions.length; i++) {
      byKey.put(answer.keys().get(i), positions[i]);
    }
  }

  static <Y> OnnxOutput<Y> of(OnnxAnswer answer, OnnxSignature signature, Task<?, Y> task) {
    if (answer.kind() == OnnxAnswer.Kind.OUTPUTS || task instanceof MultiOutput<?, Y>) {
      return several(answer, signature, task);
    }
    String what = "output '" + answer.output() + "'";
    OnnxValue value =
        signature
            .output(answer.output())
            .orElseThrow(
                () ->
                    OnnxInputs.mismatch(
                        what,
                        "the model has no "
                            + what
                            + "; it has "
                            + signature.outputs().stream().map(OnnxValue::name).toList()));
    boolean number = answer.kind() == OnnxAnswer.Kind.NUMBER;
    if (number ? !(task instanceof Regression<?>) : !(task instanceof Classification<?, Y>)) {
      throw OnnxInputs.mismatch(
          what, what + " answers by " + answer.kind() + ", which the task does not ask for");
    }
    checkType(what, answer.kind(), value);
    if (number) {
      width(what, value, 1);
      return new OnnxOutput<>(answer, null, null, new int[0]);
    }
    Classification<?, Y> classes = (Classification<?, Y>) task;
    return new OnnxOutput<>(
        answer, classes, null, positions(what, answer, value, signature, classes));
  }

  private static <Y> OnnxOutput<Y> several(
      OnnxAnswer answer, OnnxSignature signature, Task<?, Y> task) {
    if (answer.kind() != OnnxAnswer.Kind.OUTPUTS || !(task instanceof MultiOutput<?, Y> outputs)) {
      throw OnnxInputs.mismatch(
          "outputs",
          "the binding answers by "
              + answer.kind()
              + "; a task of several outputs, and no other, is answered by "
              + OnnxAnswer.Kind.OUTPUTS);
    }
    Schema schema = outputs.outputs().schema();
    Set<String> components = new TreeSet<>();
    schema.fields().forEach(field -> components.add(field.name()));
    if (!components.equals(new TreeSet<>(answer.labels()))
        || components.size() != answer.labels().size()) {
      throw OnnxInputs.mismatch(
          "outputs",
          "the answer has the components " + components + ", bound are " + answer.labels());
    }
    for (int i = 0; i < answer.keys().size(); i++) {
      String what = "output '" + answer.keys().get(i) + "'";
      OnnxValue value =
          signature
              .output(answer.keys().get(i))
              .orElseThrow(
                  () ->
                      OnnxInputs.mismatch(
                          what,
                          "the model has no "
                              + what
                              + "; it has "
                              + signature.outputs().stream().map(OnnxValue::name).toList()));
      Field field = schema.field(schema.position(answer.labels().get(i)).orElseThrow());
      boolean text = value.type() == OnnxType.STRING;
      if (value.kind() != OnnxValue.Kind.TENSOR
          || value.type() == OnnxType.OTHER
          || text == field.type().numeric()) {
        throw OnnxInputs.mismatch(
            what,
            what
                + " is "
                + value.kind()
                + " of "
                + value.type()
                + ", which is no "
                + field.type()
                + " '"
                + field.name()
                + "'");
      }
      width(what, value, 1);
    }
    return new OnnxOutput<>(answer, null, outputs, new int[0]);
  }

  private static void checkType(String what, OnnxAnswer.Kind kind, OnnxValue value) {
    boolean real = value.type() == OnnxType.FLOAT || value.type() == OnnxType.DOUBLE;
    boolean named =
        value.type() == OnnxType.STRING
            || value.type() == OnnxType.INT64
            || value.type() == OnnxType.INT32;
    boolean fits =
        switch (kind) {
          case MAPS ->
              value.kind() == OnnxValue.Kind.MAPS
                  && (value.type() == OnnxType.STRING || value.type() == OnnxType.INT64);
          case LABEL -> value.kind() == OnnxValue.Kind.TENSOR && named;
          default -> value.kind() == OnnxValue.Kind.TENSOR && real;
        };
    if (!fits) {
      throw OnnxInputs.mismatch(
          what, what + " is " + value.kind() + " of " + value.type() + ", which is no " + kind);
    }
  }

  private static void width(String what, OnnxValue value, long expected) {
    long width = value.shape().size() < 2 ? (value.shape().isEmpty() ? -1 : 1) : value.width();
    if (width >= 0 && width != expected) {
      throw OnnxInputs.mismatch(
          what, what + " has " + width + " numbers a row, bound are " + expected);
    }
  }

  private static <Y> int[] positions(
      String what,
      OnnxAnswer answer,
      OnnxValue value,
      OnnxSignature signature,
      Classification<?, Y> classes) {
    if (answer.keys().isEmpty()) {
      throw OnnxInputs.mismatch(
          what, "the file does not name its classes; name them in the binding of " + what);
    }
    boolean ordered = answer.kind() == OnnxAnswer.Kind.SCORES;
    List<String> own = signature.classes();
    boolean same =
        ordered
            ? own.equals(answer.keys())
            : new TreeSet<>(own).equals(new TreeSet<>(answer.keys()));
    // a tensor of numbered classes may be given names; a named class keeps its place
    boolean named = own.stream().anyMatch(key -> !key.matches("-?\\d+"));
    boolean mustAgree = named || answer.kind() != OnnxAnswer.Kind.SCORES;
    if (!own.isEmpty() && answer.kind() != OnnxAnswer.Kind.POSITIVE && mustAgree && !same) {
      throw OnnxInputs.mismatch(
          "classes " + own,
          "the file's classes are " + own + ", bound are " + answer.keys() + "; order counts");
    }
    if (ordered) {
      width(what, value, answer.keys().size());
      if (!own.isEmpty() && own.size() != answer.keys().size()) {
        throw OnnxInputs.mismatch(
            "classes " + own,
            "the file has " + own.size() + " classes, bound are " + answer.keys());
      }
    } else if (answer.kind() == OnnxAnswer.Kind.POSITIVE) {
      width(what, value, 1);
    }
    List<String> names = classes.labels().stream().map(classes::labelName).toList();
    TreeSet<String> unknown = new TreeSet<>(answer.labels());
    names.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw OnnxInputs.mismatch(
          "labels " + unknown,
          "the model answers labels "
              + unknown
              + ", which the task does not have: it has "
              + names
              + "; say which label each class is with map(class, label)");
    }
    if (new TreeSet<>(answer.labels()).size() != answer.labels().size()) {
      throw OnnxInputs.mismatch(
          "labels " + answer.labels(), "two classes of the model are one label of the task");
    }
    return answer.labels().stream().mapToInt(names::indexOf).toArray();
  }

  OnnxAnswer answer() {
    return answer;
  }

  /** The outputs that have to be asked for. */
  Set<String> asked() {
    return answer.kind() == OnnxAnswer.Kind.OUTPUTS
        ? Set.copyOf(answer.keys())
        : Set.of(answer.output());
  }

  /** The answer of one row's components. */
  Prediction<Y> ofComponents(Map<String, ?> components) {
    if (outputs == null) {
      throw new IllegalStateException("only an answer of several outputs has components");
    }
    try {
      return new Computed<>(outputs.answer(components));
    } catch (DataException e) {
      throw odd("a value that component '" + e.column() + "' cannot have", e);
    }
  }

  /** The answer of one row's numbers; {@code from} is where they begin. */
  Prediction<Y> ofNumbers(double[] numbers, int from) {
    if (classes == null) {
      return regressed(numbers[from]);
    }
    double[] scores = new double[classes.labels().size()];
    if (answer.kind() == OnnxAnswer.Kind.POSITIVE) {
      double score = linked(numbers[from]);
      scores[positions[0]] = 1 - score;
      scores[positions[1]] = score;
      return classified(scores);
    }
    double[] given = new double[positions.length];
    for (int k = 0; k < given.length; k++) {
      given[k] = numbers[from + k];
    }
    return linked(given, scores);
  }

  /** The answer of one row's map. */
  Prediction<Y> ofMap(Map<?, ?> map) {
    double[] given = new double[positions.length];
    if (map.size() != given.length) {
      throw odd("a map of " + map.size() + " classes");
    }
    for (int k = 0; k < given.length; k++) {
      given[k] = Double.NaN;
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      int key = answer.keys().indexOf(String.valueOf(entry.getKey()));
      if (key < 0 || !(entry.getValue() instanceof Number score)) {
        throw odd("a class that it did not name before");
      }
      given[key] = score.doubleValue();
    }
    return linked(given, new double[size()]);
  }

  /** The answer of one row's class. */
  Prediction<Y> ofClass(String key) {
    Integer position = byKey.get(key);
    if (position == null) {
      throw odd("a class that it did not name before");
    }
    double[] scores = new double[size()];
    scores[position] = 1;
    return classified(scores);
  }

  private int size() {
    return classes == null ? 0 : classes.labels().size();
  }

  private double linked(double number) {
    return answer.link() == OnnxAnswer.Link.NONE ? number : 1 / (1 + Math.exp(-number));
  }

  private Prediction<Y> linked(double[] given, double[] scores) {
    if (answer.link() == OnnxAnswer.Link.SOFTMAX) {
      double most = Double.NEGATIVE_INFINITY;
      for (double value : given) {
        most = Math.max(most, value);
      }
      double sum = 0;
      for (int k = 0; k < given.length; k++) {
        given[k] = Math.exp(given[k] - most);
        sum += given[k];
      }
      for (int k = 0; k < given.length; k++) {
        given[k] /= sum;
      }
    }
    for (int k = 0; k < given.length; k++) {
      boolean sigmoid = answer.link() == OnnxAnswer.Link.SIGMOID;
      scores[positions[k]] = sigmoid ? linked(given[k]) : given[k];
    }
    return classified(scores);
  }

  private Prediction<Y> classified(double[] scores) {
    if (classes == null) {
      throw new IllegalStateException("a regression has no scores");
    }
    try {
      return Classified.of(classes, scores);
    } catch (IllegalArgumentException e) {
      throw odd("a score that is not finite", e);
    }
  }

  @SuppressWarnings("unchecked") // without classes the task is a regression: Y is Double
  private Prediction<Y> regressed(double number) {
    try {
      return (Prediction<Y>) new Regressed(number);
    } catch (IllegalArgumentException e) {
      throw odd("a number that is not finite", e);
    }
  }

  static PredictionException odd(String what) {
    return odd(what, null);
  }

  private static PredictionException odd(String what, @Nullable Throwable cause) {
    return new PredictionException("model", "the ONNX model answered " + what, cause);
  }
}
