package dev.endolith.onnx;

import java.util.List;

/**
 * What an input is made of. Immutable.
 *
 * @param name the input's name in the file
 * @param cells the elements of one row, in order
 */
public record OnnxInput(String name, List<OnnxCell> cells) {
  /**
   * Copies the cells.
   *
   * @param name the input's name in the file
   * @param cells the elements of one row, in order
   */
  public OnnxInput {
    cells = List.copyOf(cells);
  }
}
