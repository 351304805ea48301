package dev.endolith.monitoring.profile;

import java.util.Arrays;

/** Ascending values, each with how many it counts for; at least 1 each. */
final class WeightedValues {
  private final double[] values;
  private final long[] upTo; // how many there are up to each value, itself included

  WeightedValues(double[] values, long[] weights) {
    this.values = values;
    this.upTo = weights.clone();
    for (int i = 1; i < upTo.length; i++) {
      upTo[i] += upTo[i - 1];
    }
  }

  long count() {
    return upTo.length == 0 ? 0 : upTo[upTo.length - 1];
  }

  /** The value at a position from 0 of all that are counted for. */
  double at(long position) {
    int found = Arrays.binarySearch(upTo, position + 1);
    return values[found >= 0 ? found : -found - 1];
  }

  int size() {
    return values.length;
  }

  double value(int i) {
    return values[i];
  }

  long weight(int i) {
    return i == 0 ? upTo[0] : upTo[i] - upTo[i - 1];
  }
}
