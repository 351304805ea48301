package dev.endolith.onnx;

import java.util.List;

/**
 * An input or an output, as the file declares it. Immutable.
 *
 * @param name its name
 * @param kind what it is made of
 * @param type the type of a tensor's elements; of maps the type of their keys
 * @param shape the lengths of a tensor's dimensions, -1 where they are not fixed; empty for maps
 *     and for tensors without a declared shape
 */
public record OnnxValue(String name, Kind kind, OnnxType type, List<Long> shape) {
  /** What a value is made of. */
  public enum Kind {
    /** A tensor. */
    TENSOR,
    /** A map from label to score for each row, as scikit-learn's converter writes them. */
    MAPS,
    /** Anything else; it cannot be bound. */
    OTHER
  }

  /**
   * Copies the shape.
   *
   * @param name its name
   * @param kind what it is made of
   * @param type the type of a tensor's elements; of maps the type of their keys
   * @param shape the lengths of a tensor's dimensions, -1 where they are not fixed
   */
  public OnnxValue {
    shape = List.copyOf(shape);
  }

  /** Elements of one row, -1 if that is not fixed; the first dimension counts the rows. */
  long width() {
    long width = 1;
    for (int i = 1; i < shape.size(); i++) {
      if (shape.get(i) < 0) {
        return -1;
      }
      width *= shape.get(i);
    }
    return width;
  }

  /** Whether it takes one row only. */
  boolean singleRow() {
    return shape.isEmpty() || shape.get(0) == 1;
  }
}
