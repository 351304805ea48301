package dev.endolith.onnx;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Classification;
import dev.endolith.data.Field;
import dev.endolith.data.MultiOutput;
import dev.endolith.data.Task;
import dev.endolith.error.DataException;
import dev.endolith.error.SchemaMismatchException;
import java.util.ArrayList;
import java.util.List;

/**
 * How a file that was made elsewhere answers a task: which columns its inputs are made of, and
 * which of its outputs is the answer. Kept inside the file, as JSON in its metadata. Immutable.
 *
 * @param inputs one entry for each input of the file
 * @param answer where the answer stands
 */
public record OnnxBinding(List<OnnxInput> inputs, OnnxAnswer answer) {
  /**
   * Copies the inputs.
   *
   * @param inputs one entry for each input of the file
   * @param answer where the answer stands
   */
  public OnnxBinding {
    inputs = List.copyOf(inputs);
  }

  /**
   * Starts a binding.
   *
   * @return a builder
   */
  public static OnnxBindingBuilder builder() {
    return new OnnxBindingBuilder();
  }

  /**
   * Reads what {@link #toJson()} wrote.
   *
   * @param json the text
   * @return the binding
   * @throws DataException if the text is not a binding
   */
  public static OnnxBinding fromJson(String json) {
    OnnxBinding read = CanonicalJson.read(json, OnnxBinding.class);
    if (read.answer() == null) {
      throw new DataException("JSON", 0, "", "the text is not a binding: it has no answer");
    }
    return read;
  }

  /**
   * The binding as canonical JSON.
   *
   * @return the text
   */
  public String toJson() {
    return CanonicalJson.write(this);
  }

  /**
   * Binds by name, where there is only one way to: each input is a column of its own, or there is
   * one input, which takes all columns of the task in the order of its schema. Categories go to
   * inputs of text as they are. The answer is the only output that can be one; of a classifier's
   * label and scores, the scores.
   *
   * @param signature the file's signature
   * @param task the task
   * @return the binding
   * @throws SchemaMismatchException if that is not so; the message says what to bind by hand
   */
  public static OnnxBinding byName(OnnxSignature signature, Task<?, ?> task) {
    OnnxBindingBuilder builder = builder();
    List<Field> fields = task.features().schema().fields();
    boolean each =
        signature.inputs().stream()
            .allMatch(in -> task.features().schema().position(in.name()).isPresent());
    if (each) {
      signature.inputs().forEach(in -> builder.input(in.name(), cell(field(task, in.name()))));
    } else if (signature.inputs().size() == 1) {
      List<OnnxCell> cells = new ArrayList<>();
      fields.forEach(field -> cells.add(cell(field)));
      builder.input(signature.inputs().get(0).name(), cells.toArray(new OnnxCell[0]));
    } else {
      throw new SchemaMismatchException(
          "model",
          "inputs",
          "the inputs "
              + signature.inputs().stream().map(OnnxValue::name).toList()
              + " are not columns of the task, which has "
              + fields.stream().map(Field::name).toList()
              + "; bind them with OnnxBinding.builder()");
    }
    answer(builder, signature, task);
    return builder.build();
  }

  private static Field field(Task<?, ?> task, String name) {
    return task.features().schema().field(task.features().schema().position(name).orElseThrow());
  }

  private static OnnxCell cell(Field field) {
    return field.type().numeric() ? OnnxCell.number(field.name()) : OnnxCell.text(field.name());
  }

  private static void answer(OnnxBindingBuilder builder, OnnxSignature signature, Task<?, ?> task) {
    if (task instanceof MultiOutput<?, ?> several) {
      builder.outputs(
          several.outputs().schema().fields().stream().map(Field::name).toArray(String[]::new));
      return;
    }
    boolean classifies = task instanceof Classification<?, ?>;
    List<OnnxValue> numbers =
        signature.outputs().stream()
            .filter(out -> out.kind() == OnnxValue.Kind.TENSOR)
            .filter(out -> out.type() == OnnxType.FLOAT || out.type() == OnnxType.DOUBLE)
            .toList();
    List<OnnxValue> maps =
        signature.outputs().stream().filter(out -> out.kind() == OnnxValue.Kind.MAPS).toList();
    if (classifies && maps.size() == 1) {
      builder.maps(maps.get(0).name(), signature.classes().toArray(new String[0]));
    } else if (numbers.size() == 1 && classifies && signature.classes().size() >= 2) {
      builder.scores(numbers.get(0).name(), signature.classes().toArray(new String[0]));
    } else if (numbers.size() == 1 && !classifies) {
      builder.number(numbers.get(0).name());
    } else {
      throw new SchemaMismatchException(
          "model",
          "outputs",
          "which of the outputs "
              + signature.outputs().stream().map(OnnxValue::name).toList()
              + " answers the task, and in which order of labels, the file does not say; bind it"
              + " with OnnxBinding.builder()");
    }
  }
}
