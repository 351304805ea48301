package dev.endolith.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a tensor has to be. Immutable.
 *
 * @param name its name in the model
 * @param type what its elements are
 * @param shape the length of each dimension, {@value #ANY} where any will do
 */
public record TensorSpec(String name, TensorType type, List<Long> shape) {
  /** A length that is not fixed. */
  public static final long ANY = -1;

  /**
   * Checks and copies.
   *
   * @param name its name in the model
   * @param type what its elements are
   * @param shape the length of each dimension
   * @throws IllegalArgumentException if the name is empty, or a length is less than -1
   */
  public TensorSpec {
    shape = List.copyOf(shape);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a tensor's name is not empty");
    }
    if (shape.size() > Tensor.MOST_DIMENSIONS || shape.stream().anyMatch(n -> n < ANY)) {
      throw new IllegalArgumentException(
          "tensor '"
              + name
              + "' has at most "
              + Tensor.MOST_DIMENSIONS
              + " dimensions, each a length from 0 or "
              + ANY
              + " for any; was "
              + shape);
    }
  }

  /**
   * What a tensor has to be.
   *
   * @param name its name in the model
   * @param type what its elements are
   * @param shape the length of each dimension, {@value #ANY} where any will do
   * @return the specification
   * @throws IllegalArgumentException if the name is empty, or a length is less than -1
   */
  public static TensorSpec of(String name, TensorType type, long... shape) {
    List<Long> lengths = new ArrayList<>();
    for (long length : shape) {
      lengths.add(length);
    }
    return new TensorSpec(name, type, lengths);
  }

  /**
   * Why a tensor is not what this says.
   *
   * @param tensor the tensor
   * @return the difference, empty if there is none
   */
  public Optional<String> difference(Tensor tensor) {
    long[] lengths = tensor.shape();
    boolean same = tensor.type() == type && lengths.length == shape.size();
    for (int i = 0; same && i < lengths.length; i++) {
      same = shape.get(i) == ANY || shape.get(i) == lengths[i];
    }
    return same
        ? Optional.empty()
        : Optional.of("tensor '" + name + "' is " + tensor + ", has to be " + type + shape);
  }
}
