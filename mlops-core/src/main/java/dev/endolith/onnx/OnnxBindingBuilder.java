package dev.endolith.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds an {@link OnnxBinding}. Confined to one thread. */
public final class OnnxBindingBuilder {
  private final List<OnnxInput> inputs = new ArrayList<>();
  private final Map<String, String> labels = new LinkedHashMap<>();
  private @Nullable OnnxAnswer answer;
  private OnnxAnswer.Link link = OnnxAnswer.Link.NONE;

  OnnxBindingBuilder() {}

  /**
   * Binds an input to cells.
   *
   * @param name the input's name in the file
   * @param cells the elements of one row, in order
   * @return this
   * @throws IllegalArgumentException if the input is bound already, or there are no cells
   */
  public OnnxBindingBuilder input(String name, OnnxCell... cells) {
    if (inputs.stream().anyMatch(in -> in.name().equals(name))) {
      throw new IllegalArgumentException("input '" + name + "' is bound twice");
    }
    if (cells.length == 0) {
      throw new IllegalArgumentException("input '" + name + "' needs at least one cell");
    }
    inputs.add(new OnnxInput(name, Arrays.asList(cells)));
    return this;
  }

  /**
   * Binds an input to numeric columns.
   *
   * @param name the input's name in the file
   * @param columns the fields' names, in the order of the input's elements
   * @return this
   * @throws IllegalArgumentException if the input is bound already, or there are no columns
   */
  public OnnxBindingBuilder numbers(String name, String... columns) {
    return input(name, Arrays.stream(columns).map(OnnxCell::number).toArray(OnnxCell[]::new));
  }

  /**
   * The answer is a tensor with one score for each class.
   *
   * @param output the output's name in the file
   * @param classes the classes in the order of the scores
   * @return this
   */
  public OnnxBindingBuilder scores(String output, String... classes) {
    return answer(output, OnnxAnswer.Kind.SCORES, classes);
  }

  /**
   * The answer is one number a row: the score of the second of two classes.
   *
   * @param output the output's name in the file
   * @param negative the class that has one minus the score
   * @param positive the class that has the score
   * @return this
   */
  public OnnxBindingBuilder positive(String output, String negative, String positive) {
    return answer(output, OnnxAnswer.Kind.POSITIVE, negative, positive);
  }

  /**
   * The answer is a map from class to score for each row, as ZipMap makes it.
   *
   * @param output the output's name in the file
   * @param classes the keys of the maps
   * @return this
   */
  public OnnxBindingBuilder maps(String output, String... classes) {
    return answer(output, OnnxAnswer.Kind.MAPS, classes);
  }

  /**
   * The answer is the class itself, without scores.
   *
   * @param output the output's name in the file
   * @param classes the classes that it can be
   * @return this
   */
  public OnnxBindingBuilder label(String output, String... classes) {
    return answer(output, OnnxAnswer.Kind.LABEL, classes);
  }

  /**
   * The answer is the number of a regression.
   *
   * @param output the output's name in the file
   * @return this
   */
  public OnnxBindingBuilder number(String output) {
    return answer(output, OnnxAnswer.Kind.NUMBER);
  }

  /**
   * The answer has several components, each in an output of its own; by the same name unless it is
   * mapped.
   *
   * @param outputs the outputs' names in the file; {@link #map} says which component one is, where
   *     their names differ
   * @return this
   * @throws IllegalArgumentException if there are none
   */
  public OnnxBindingBuilder outputs(String... outputs) {
    if (outputs.length == 0) {
      throw new IllegalArgumentException("an answer of several outputs has at least one");
    }
    return answer(outputs[0], OnnxAnswer.Kind.OUTPUTS, outputs);
  }

  /**
   * Says which label of the task a class is; a class of which nothing is said is the label of the
   * same name.
   *
   * @param key the class as the file names it
   * @param label the label's name in the task
   * @return this
   */
  public OnnxBindingBuilder map(String key, String label) {
    labels.put(key, label);
    return this;
  }

  /**
   * Says what is done with the numbers of the output.
   *
   * @param how none by default
   * @return this
   */
  public OnnxBindingBuilder link(OnnxAnswer.Link how) {
    link = how;
    return this;
  }

  private OnnxBindingBuilder answer(String output, OnnxAnswer.Kind kind, String... classes) {
    answer = new OnnxAnswer(output, kind, List.of(classes), List.of(classes), OnnxAnswer.Link.NONE);
    return this;
  }

  /**
   * Builds the binding.
   *
   * @return the binding
   * @throws IllegalStateException if no input or no answer was given
   * @throws IllegalArgumentException if a class was mapped that is not among those of the answer
   */
  public OnnxBinding build() {
    if (answer == null || inputs.isEmpty()) {
      throw new IllegalStateException("a binding needs inputs and an answer; give both");
    }
    for (String key : labels.keySet()) {
      if (!answer.keys().contains(key)) {
        throw new IllegalArgumentException(
            "class '" + key + "' is mapped to a label and is not among " + answer.keys());
      }
    }
    return new OnnxBinding(
        inputs,
        new OnnxAnswer(
            answer.output(),
            answer.kind(),
            answer.keys(),
            answer.keys().stream().map(key -> labels.getOrDefault(key, key)).toList(),
            link));
  }
}
