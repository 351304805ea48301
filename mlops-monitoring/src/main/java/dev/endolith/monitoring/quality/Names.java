package dev.endolith.monitoring.quality;

import java.util.List;

/** How checks name columns, numbers and values. */
final class Names {
  private static final int MOST_NAME = 200;
  private static final int FEW = 5;

  private Names() {}

  static void check(String name) {
    if (name.isBlank() || name.length() > MOST_NAME) {
      throw new IllegalArgumentException(
          "a column or set has a name of 1 to "
              + MOST_NAME
              + " characters, was one of "
              + name.length());
    }
  }

  static void range(String what, double min, double max) {
    if (!(min <= max)) {
      throw new IllegalArgumentException(
          "the range of " + what + " needs min <= max, was " + min + " and " + max);
    }
  }

  static String range(double min, double max) {
    if (max == Double.POSITIVE_INFINITY) {
      return min == Double.NEGATIVE_INFINITY ? "any" : "[" + number(min) + ", ∞)";
    }
    return (min == Double.NEGATIVE_INFINITY ? "(-∞" : "[" + number(min)) + ", " + number(max) + "]";
  }

  /** A number as people write it: {@code 3} and {@code 0.5}. */
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  static String few(List<String> values) {
    return values.size() <= FEW
        ? values.toString()
        : values.subList(0, FEW) + " and " + (values.size() - FEW) + " more";
  }
}
