package dev.endolith.onnx;

import java.util.List;

/**
 * How one column of a task becomes one element of an input. Immutable.
 *
 * @param column the field's name
 * @param encoding how
 * @param values for {@link Encoding#INDEX} the categories in the order of their numbers from 0; for
 *     {@link Encoding#IS} the one category; else empty
 * @param missing the number that stands for a missing value, and of {@link Encoding#INDEX} for an
 *     unknown category too; NaN, which only floating-point inputs can take, is the default
 */
public record OnnxCell(String column, Encoding encoding, List<String> values, double missing) {
  /** How a value is written. */
  public enum Encoding {
    /** A number, boolean (1 or 0), date (days) or time (seconds) as it is. */
    NUMBER,
    /** A category or text as text; the empty text where it is missing. */
    TEXT,
    /** A category as its number in a list. */
    INDEX,
    /** 1 if the field has one category, else 0. */
    IS
  }

  /**
   * Copies the values.
   *
   * @param column the field's name
   * @param encoding how
   * @param values categories
   * @param missing the number that stands for a missing value
   * @throws IllegalArgumentException if the encoding needs values and has none, or the reverse
   */
  public OnnxCell {
    values = List.copyOf(values);
    boolean right =
        switch (encoding) {
          case NUMBER, TEXT -> values.isEmpty();
          case INDEX -> !values.isEmpty();
          case IS -> values.size() == 1;
        };
    if (!right) {
      throw new IllegalArgumentException(
          encoding + " of column '" + column + "' cannot have " + values.size() + " values");
    }
  }

  /**
   * A number as it is, NaN where it is missing.
   *
   * @param column the field's name
   * @return the cell
   */
  public static OnnxCell number(String column) {
    return new OnnxCell(column, Encoding.NUMBER, List.of(), Double.NaN);
  }

  /**
   * A category or text as text.
   *
   * @param column the field's name
   * @return the cell
   */
  public static OnnxCell text(String column) {
    return new OnnxCell(column, Encoding.TEXT, List.of(), Double.NaN);
  }

  /**
   * A category as its number; -1 for others and where it is missing.
   *
   * @param column the field's name
   * @param values the categories in the order of their numbers from 0
   * @return the cell
   */
  public static OnnxCell index(String column, List<String> values) {
    return new OnnxCell(column, Encoding.INDEX, values, -1);
  }

  /**
   * 1 if a field has a category, else 0; one such cell for each category is a one-hot encoding.
   *
   * @param column the field's name
   * @param value the category
   * @return the cell
   */
  public static OnnxCell is(String column, String value) {
    return new OnnxCell(column, Encoding.IS, List.of(value), 0);
  }

  /**
   * Says which number stands for a missing value.
   *
   * @param value the number
   * @return a new cell
   */
  public OnnxCell missingAs(double value) {
    return new OnnxCell(column, encoding, values, value);
  }
}
