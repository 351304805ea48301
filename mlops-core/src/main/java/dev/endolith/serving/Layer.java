package dev.endolith.serving;

import dev.endolith.registry.Names;

/**
 * A slice of all keys. Experiments in disjoint slices of one layer exclude each other; experiments
 * in different layers overlap independently. Immutable.
 *
 * @param name the layer's name
 * @param from the slice's first place, from 0
 * @param to the place after its last, at most {@value #PLACES}
 */
public record Layer(String name, int from, int to) {
  /** The places of a layer. */
  public static final int PLACES = 10_000;

  /**
   * Checks the values.
   *
   * @param name the layer's name
   * @param from the slice's first place, from 0
   * @param to the place after its last, at most {@value #PLACES}
   * @throws IllegalArgumentException if the name breaks the rule, or the slice is empty or out of
   *     range
   */
  public Layer {
    Names.check("layer", name);
    if (!(from >= 0 && from < to && to <= PLACES)) {
      throw new IllegalArgumentException(
          "a slice must be within [0, "
              + PLACES
              + ") and not empty, was ["
              + from
              + ", "
              + to
              + ")");
    }
  }

  /**
   * Whether a key falls into the slice.
   *
   * @param key the key
   * @return true if it does
   */
  public boolean contains(String key) {
    long place = (Bucket.place("layer:" + name + ":", key) * PLACES) >>> 32;
    return place >= from && place < to;
  }

  boolean overlaps(Layer other) {
    return name.equals(other.name) && from < other.to && other.from < to;
  }
}
