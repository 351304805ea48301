package dev.endolith.onnx;

import java.util.List;
import java.util.Optional;

/**
 * What a file says about itself. Immutable.
 *
 * @param inputs the inputs that have no value of their own, in the file's order
 * @param outputs the outputs, in the file's order
 * @param classes the labels that the file's classifiers name, in the order of scores; empty if it
 *     names none
 * @param producer the tool that wrote it, empty if it does not say
 */
public record OnnxSignature(
    List<OnnxValue> inputs, List<OnnxValue> outputs, List<String> classes, String producer) {
  /**
   * Copies the lists.
   *
   * @param inputs the inputs that have no value of their own, in the file's order
   * @param outputs the outputs, in the file's order
   * @param classes the labels that the file's classifiers name, in the order of scores
   * @param producer the tool that wrote it, empty if it does not say
   */
  public OnnxSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    classes = List.copyOf(classes);
  }

  Optional<OnnxValue> input(String name) {
    return inputs.stream().filter(v -> v.name().equals(name)).findFirst();
  }

  Optional<OnnxValue> output(String name) {
    return outputs.stream().filter(v -> v.name().equals(name)).findFirst();
  }
}
