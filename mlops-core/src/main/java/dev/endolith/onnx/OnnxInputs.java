package dev.endolith.onnx;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import dev.endolith.error.PredictionException;
import dev.endolith.error.SchemaMismatchException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Fills a model's inputs from rows, as it was checked against the file's own signature. Immutable.
 *
 * @param <X> the row
 */
final class OnnxInputs<X> {
  private final Features<X> features;
  private final List<Filled> inputs;

  private OnnxInputs(Features<X> features, List<Filled> inputs) {
    this.features = features;
    this.inputs = List.copyOf(inputs);
  }

  /** One input: its declaration, and where its elements come from. */
  record Filled(OnnxValue value, List<Cell> cells) {
    /** The shape of a tensor of some rows. */
    long[] shape(int rows) {
      if (value.shape().size() == 1) {
        return new long[] {rows};
      }
      if (value.shape().size() <= 2) {
        return new long[] {rows, cells.size()};
      }
      long[] shape = value.shape().stream().mapToLong(Long::longValue).toArray();
      shape[0] = rows;
      return shape;
    }
  }

  /** One element: the column's position in the schema, and the numbers of categories. */
  record Cell(OnnxCell cell, int position, Map<String, Double> codes) {}

  static <X> OnnxInputs<X> of(OnnxBinding binding, OnnxSignature signature, Features<X> features) {
    Set<String> free =
        signature.inputs().stream()
            .map(OnnxValue::name)
            .collect(Collectors.toCollection(TreeSet::new));
    List<Filled> inputs = new ArrayList<>();
    for (OnnxInput input : binding.inputs()) {
      OnnxValue value =
          signature
              .input(input.name())
              .orElseThrow(
                  () ->
                      mismatch(
                          "input '" + input.name() + "'",
                          "the model has no input '"
                              + input.name()
                              + "'; it has "
                              + signature.inputs().stream().map(OnnxValue::name).toList()));
      if (!free.remove(input.name())) {
        throw mismatch("input '" + input.name() + "'", "input '" + input.name() + "' is twice");
      }
      inputs.add(filled(value, input.cells(), features.schema()));
    }
    if (!free.isEmpty()) {
      throw mismatch("inputs " + free, "the model's inputs " + free + " are not bound to columns");
    }
    return new OnnxInputs<>(features, inputs);
  }

  private static Filled filled(OnnxValue value, List<OnnxCell> cells, Schema schema) {
    String what = "input '" + value.name() + "'";
    if (value.kind() != OnnxValue.Kind.TENSOR || value.type() == OnnxType.OTHER) {
      throw mismatch(what, what + " is no tensor of numbers or texts");
    }
    long width = value.width();
    boolean fits = width < 0 ? value.shape().size() == 2 : width == cells.size();
    if (!fits && !value.shape().isEmpty()) {
      throw mismatch(
          what,
          what
              + " takes rows of shape "
              + value.shape()
              + " and is bound to "
              + cells.size()
              + " cells");
    }
    List<Cell> bound = new ArrayList<>();
    for (OnnxCell cell : cells) {
      Field field =
          schema.fields().stream()
              .filter(f -> f.name().equals(cell.column()))
              .findFirst()
              .orElseThrow(
                  () ->
                      mismatch(
                          "column '" + cell.column() + "'",
                          what
                              + " is bound to column '"
                              + cell.column()
                              + "', which the task does not have; it has "
                              + schema.fields().stream().map(Field::name).toList()));
      check(what, value.type(), cell, field);
      Map<String, Double> codes = new HashMap<>();
      for (int i = 0; i < cell.values().size(); i++) {
        boolean is = cell.encoding() == OnnxCell.Encoding.IS;
        codes.put(cell.values().get(i), is ? 1.0 : i);
      }
      bound.add(new Cell(cell, schema.position(cell.column()).orElseThrow(), codes));
    }
    return new Filled(value, List.copyOf(bound));
  }

  private static void check(String what, OnnxType type, OnnxCell cell, Field field) {
    boolean number = cell.encoding() == OnnxCell.Encoding.NUMBER;
    if (number != field.type().numeric()) {
      throw mismatch(
          "column '" + field.name() + "'",
          "column '" + field.name() + "' is " + field.type() + " and cannot be " + cell.encoding());
    }
    boolean text = cell.encoding() == OnnxCell.Encoding.TEXT;
    if (text != (type == OnnxType.STRING)) {
      throw mismatch(
          what,
          what + " takes " + type + ", column '" + field.name() + "' gives " + cell.encoding());
    }
    boolean whole = type != OnnxType.FLOAT && type != OnnxType.DOUBLE && !text;
    if (whole && field.nullable() && Double.isNaN(cell.missing())) {
      throw mismatch(
          what,
          what
              + " takes "
              + type
              + ", which cannot say that column '"
              + field.name()
              + "' is missing; bind the cell with missingAs(number)");
    }
  }

  List<Filled> inputs() {
    return inputs;
  }

  /** Whether several rows can be asked at once. */
  boolean takesMany() {
    return inputs.stream()
        .allMatch(in -> in.value().shape().isEmpty() || in.value().shape().get(0) < 0);
  }

  /** The texts of an input of text. */
  String[] texts(Filled input, List<? extends X> rows) {
    String[] texts = new String[rows.size() * input.cells().size()];
    int at = 0;
    for (X row : rows) {
      for (Cell cell : input.cells()) {
        String value = features.category(row, cell.position());
        texts[at++] = value == null ? "" : value;
      }
    }
    return texts;
  }

  /** The numbers of any other input. */
  double[] numbers(Filled input, List<? extends X> rows) {
    double[] numbers = new double[rows.size() * input.cells().size()];
    boolean whole =
        input.value().type() != OnnxType.FLOAT && input.value().type() != OnnxType.DOUBLE;
    int at = 0;
    for (X row : rows) {
      for (Cell cell : input.cells()) {
        double number;
        if (cell.cell().encoding() == OnnxCell.Encoding.NUMBER) {
          number = features.number(row, cell.position());
          number = Double.isNaN(number) ? cell.cell().missing() : number;
        } else {
          String value = features.category(row, cell.position());
          Double code = value == null ? null : cell.codes().get(value);
          number = code == null ? cell.cell().missing() : code;
        }
        if (whole && (Double.isNaN(number) || number != Math.rint(number))) {
          throw new PredictionException(
              "model",
              "input '"
                  + input.value().name()
                  + "' takes whole numbers, column '"
                  + cell.cell().column()
                  + "' has none");
        }
        numbers[at++] = number;
      }
    }
    return numbers;
  }

  static SchemaMismatchException mismatch(String difference, String message) {
    return new SchemaMismatchException("model", difference, message);
  }
}
