package dev.endolith.serving.http;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A named array in row-major order. One of the three arrays holds the elements, by the datatype's
 * kind. Confined to one request.
 */
final class WireTensor {
  private final String name;
  private final Datatype datatype;
  private final int[] shape;
  private final int size;
  private final long[] integers;
  private final double[] floats;
  private final @Nullable String[] texts;

  /** JSON's null, an extension of ours: a missing value. */
  private final BitSet missing = new BitSet();

  private static final long[] NO_INTEGERS = {};
  private static final double[] NO_FLOATS = {};
  private static final @Nullable String[] NO_TEXTS = {};

  WireTensor(String name, Datatype datatype, int... shape) {
    this.name = name;
    this.datatype = datatype;
    this.shape = shape;
    int product = 1;
    for (int length : shape) {
      product = Math.multiplyExact(product, length);
    }
    this.size = product;
    Datatype.Kind kind = datatype.kind();
    boolean whole = kind == Datatype.Kind.BOOL || kind == Datatype.Kind.INTEGER;
    this.integers = whole ? new long[size] : NO_INTEGERS;
    this.floats = kind == Datatype.Kind.FLOAT ? new double[size] : NO_FLOATS;
    this.texts = kind == Datatype.Kind.TEXT ? new String[size] : NO_TEXTS;
  }

  String name() {
    return name;
  }

  Datatype datatype() {
    return datatype;
  }

  int rank() {
    return shape.length;
  }

  int length(int dimension) {
    return shape[dimension];
  }

  int size() {
    return size;
  }

  void set(int i, long value) {
    integers[i] = value;
  }

  void set(int i, double value) {
    floats[i] = value;
  }

  void set(int i, String value) {
    texts[i] = value;
  }

  void setMissing(int i) {
    missing.set(i);
  }

  boolean isMissing(int i) {
    return switch (datatype.kind()) {
      case FLOAT -> missing.get(i) || Double.isNaN(floats[i]);
      case TEXT -> texts[i] == null || texts[i].isEmpty();
      case BOOL, INTEGER -> missing.get(i);
    };
  }

  long integer(int i) {
    return integers[i];
  }

  double number(int i) {
    return floats[i];
  }

  String text(int i) {
    String text = texts[i];
    return text == null ? "" : text;
  }
}
