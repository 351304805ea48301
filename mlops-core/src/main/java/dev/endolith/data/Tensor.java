package dev.endolith.data;

import java.util.Arrays;
import java.util.Objects;

/**
 * An array of elements of one type in any number of dimensions, the last of which varies fastest.
 * Immutable: arrays are copied on their way in and out.
 */
public final class Tensor {
  /** The most dimensions. */
  public static final int MOST_DIMENSIONS = 16;

  private final TensorType type;
  private final long[] shape;
  private final int size;
  private final Object values;

  private Tensor(TensorType type, int size, Object values, long[] shape) {
    if (shape.length > MOST_DIMENSIONS) {
      throw new IllegalArgumentException(
          "a tensor has at most " + MOST_DIMENSIONS + " dimensions, was given " + shape.length);
    }
    long product = 1;
    for (long length : shape) {
      if (length < 0 || (length > 0 && product > Integer.MAX_VALUE / length)) {
        throw new IllegalArgumentException(
            "a tensor's lengths are 0 or more and multiply to less than 2^31, was "
                + Arrays.toString(shape));
      }
      product *= length;
    }
    if (product != size) {
      throw new IllegalArgumentException(
          "a tensor of shape "
              + Arrays.toString(shape)
              + " has "
              + product
              + " elements, was given "
              + size);
    }
    this.type = type;
    this.size = size;
    this.values = values;
    this.shape = shape.clone();
  }

  /**
   * A tensor of {@link TensorType#FLOAT}.
   *
   * @param values the elements; copied
   * @param shape the length of each dimension; none for a single element
   * @return the tensor
   * @throws IllegalArgumentException if the lengths do not multiply to the number of elements
   */
  public static Tensor of(float[] values, long... shape) {
    return new Tensor(TensorType.FLOAT, values.length, values.clone(), shape);
  }

  /**
   * A tensor of {@link TensorType#DOUBLE}.
   *
   * @param values the elements; copied
   * @param shape the length of each dimension; none for a single element
   * @return the tensor
   * @throws IllegalArgumentException if the lengths do not multiply to the number of elements
   */
  public static Tensor of(double[] values, long... shape) {
    return new Tensor(TensorType.DOUBLE, values.length, values.clone(), shape);
  }

  /**
   * A tensor of {@link TensorType#INT32}.
   *
   * @param values the elements; copied
   * @param shape the length of each dimension; none for a single element
   * @return the tensor
   * @throws IllegalArgumentException if the lengths do not multiply to the number of elements
   */
  public static Tensor of(int[] values, long... shape) {
    return new Tensor(TensorType.INT32, values.length, values.clone(), shape);
  }

  /**
   * A tensor of {@link TensorType#INT64}.
   *
   * @param values the elements; copied
   * @param shape the length of each dimension; none for a single element
   * @return the tensor
   * @throws IllegalArgumentException if the lengths do not multiply to the number of elements
   */
  public static Tensor of(long[] values, long... shape) {
    return new Tensor(TensorType.INT64, values.length, values.clone(), shape);
  }

  /**
   * A tensor of {@link TensorType#BOOL}.
   *
   * @param values the elements; copied
   * @param shape the length of each dimension; none for a single element
   * @return the tensor
   * @throws IllegalArgumentException if the lengths do not multiply to the number of elements
   */
  public static Tensor of(boolean[] values, long... shape) {
    return new Tensor(TensorType.BOOL, values.length, values.clone(), shape);
  }

  /**
   * A tensor of {@link TensorType#STRING}.
   *
   * @param values the elements, none null; copied
   * @param shape the length of each dimension; none for a single element
   * @return the tensor
   * @throws IllegalArgumentException if the lengths do not multiply to the number of elements
   */
  public static Tensor of(String[] values, long... shape) {
    String[] copy = values.clone();
    for (String value : copy) {
      Objects.requireNonNull(value, "an element of a tensor");
    }
    return new Tensor(TensorType.STRING, copy.length, copy, shape);
  }

  /**
   * What the elements are.
   *
   * @return the type
   */
  public TensorType type() {
    return type;
  }

  /**
   * The length of each dimension.
   *
   * @return a copy; empty for a single element
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * How many elements there are.
   *
   * @return the product of the lengths
   */
  public int size() {
    return size;
  }

  /**
   * The elements of a tensor of {@link TensorType#FLOAT}.
   *
   * @return a copy, the last dimension varying fastest
   * @throws IllegalStateException if it is of another type
   */
  public float[] floats() {
    return ((float[]) as(TensorType.FLOAT)).clone();
  }

  /**
   * The elements of a tensor of {@link TensorType#DOUBLE}.
   *
   * @return a copy, the last dimension varying fastest
   * @throws IllegalStateException if it is of another type
   */
  public double[] doubles() {
    return ((double[]) as(TensorType.DOUBLE)).clone();
  }

  /**
   * The elements of a tensor of {@link TensorType#INT32}.
   *
   * @return a copy, the last dimension varying fastest
   * @throws IllegalStateException if it is of another type
   */
  public int[] ints() {
    return ((int[]) as(TensorType.INT32)).clone();
  }

  /**
   * The elements of a tensor of {@link TensorType#INT64}.
   *
   * @return a copy, the last dimension varying fastest
   * @throws IllegalStateException if it is of another type
   */
  public long[] longs() {
    return ((long[]) as(TensorType.INT64)).clone();
  }

  /**
   * The elements of a tensor of {@link TensorType#BOOL}.
   *
   * @return a copy, the last dimension varying fastest
   * @throws IllegalStateException if it is of another type
   */
  public boolean[] booleans() {
    return ((boolean[]) as(TensorType.BOOL)).clone();
  }

  /**
   * The elements of a tensor of {@link TensorType#STRING}.
   *
   * @return a copy, the last dimension varying fastest
   * @throws IllegalStateException if it is of another type
   */
  public String[] texts() {
    return ((String[]) as(TensorType.STRING)).clone();
  }

  private Object as(TensorType wanted) {
    if (type != wanted) {
      throw new IllegalStateException("the tensor's elements are " + type + ", not " + wanted);
    }
    return values;
  }

  /**
   * One element's text: numbers as Java writes them.
   *
   * @param index its place from 0, the last dimension varying fastest
   * @return the text
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public String text(int index) {
    Objects.checkIndex(index, size);
    return switch (type) {
      case FLOAT -> Float.toString(((float[]) values)[index]);
      case DOUBLE -> Double.toString(((double[]) values)[index]);
      case INT32 -> Integer.toString(((int[]) values)[index]);
      case INT64 -> Long.toString(((long[]) values)[index]);
      case BOOL -> Boolean.toString(((boolean[]) values)[index]);
      case STRING -> ((String[]) values)[index];
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && Arrays.deepEquals(new Object[] {values}, new Object[] {that.values});
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.deepHashCode(new Object[] {values});
  }

  /** Type and shape; what is in it may be sensitive. */
  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
