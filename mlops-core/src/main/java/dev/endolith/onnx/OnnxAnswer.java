package dev.endolith.onnx;

import java.util.List;

/**
 * Where the answer stands among the outputs. Immutable.
 *
 * @param output the output's name in the file
 * @param kind how it answers
 * @param keys the classes as the file names them: in the order of a tensor's scores, as keys of
 *     maps, or as labels; of several outputs their names
 * @param labels the task's label of each key, by {@link dev.endolith.data.Task#labelName name}; of
 *     several outputs the component of the answer
 * @param link what is done with the numbers
 */
public record OnnxAnswer(
    String output, Kind kind, List<String> keys, List<String> labels, Link link) {
  /** How an output answers. */
  public enum Kind {
    /** A tensor with one score for each class. */
    SCORES,
    /** A tensor with one number a row: the score of the last of two classes. */
    POSITIVE,
    /** A map from class to score for each row (ZipMap). */
    MAPS,
    /** The class itself: it has score 1. */
    LABEL,
    /** The number that a regression answers. */
    NUMBER,
    /** Several outputs of the file, named by the keys, each a component of the answer. */
    OUTPUTS
  }

  /** What is done with the numbers of an output to make scores. */
  public enum Link {
    /** They are scores. */
    NONE,
    /** Exponentials, divided by their sum. */
    SOFTMAX,
    /** The logistic function of each. */
    SIGMOID
  }

  /**
   * Copies the lists.
   *
   * @param output the output's name in the file
   * @param kind how it answers
   * @param keys the classes as the file names them
   * @param labels the task's label of each key
   * @param link what is done with the numbers
   * @throws IllegalArgumentException if there is not one label for each key
   */
  public OnnxAnswer {
    keys = List.copyOf(keys);
    labels = List.copyOf(labels);
    if (keys.size() != labels.size()) {
      throw new IllegalArgumentException(
          "each key has one label, there are " + keys.size() + " keys and " + labels.size());
    }
  }
}
