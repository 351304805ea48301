package dev.endolith.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Tensors by name: what a model without a record is asked, or answers. Immutable. */
public final class Tensors {
  private final Map<String, Tensor> tensors;

  private Tensors(Map<String, Tensor> tensors) {
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * One tensor.
   *
   * @param name its name
   * @param tensor the tensor
   * @return it, by its name
   */
  public static Tensors of(String name, Tensor tensor) {
    return of(Map.of(name, tensor));
  }

  /**
   * Some tensors.
   *
   * @param tensors the tensors by name, in the order in which they are to be listed
   * @return them
   */
  public static Tensors of(Map<String, Tensor> tensors) {
    Map<String, Tensor> copy = new LinkedHashMap<>(tensors);
    if (copy.containsKey(null) || copy.containsValue(null)) {
      throw new NullPointerException("neither a tensor nor its name is null");
    }
    return new Tensors(copy);
  }

  /**
   * These and another one.
   *
   * @param name its name; replaces the one of that name
   * @param tensor the tensor
   * @return all of them
   */
  public Tensors and(String name, Tensor tensor) {
    Map<String, Tensor> all = new LinkedHashMap<>(tensors);
    all.put(name, tensor);
    return of(all);
  }

  /**
   * Their names.
   *
   * @return the names, in order
   */
  public Set<String> names() {
    return tensors.keySet();
  }

  /**
   * One of them.
   *
   * @param name its name
   * @return the tensor
   * @throws IllegalArgumentException if there is none of that name
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "there is no tensor '" + name + "'; there are " + tensors.keySet());
    }
    return tensor;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensors that && tensors.equals(that.tensors);
  }

  @Override
  public int hashCode() {
    return tensors.hashCode();
  }

  /** Names, types and shapes; what is in them may be sensitive. */
  @Override
  public String toString() {
    return tensors.toString();
  }
}
