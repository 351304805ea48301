package dev.endolith.explain;

/**
 * A predictor whose arithmetic is known. Thread-safe.
 *
 * @param <X> what it is asked
 */
public interface Structured<X> {
  /**
   * The model's arithmetic.
   *
   * @return the structure
   */
  ModelStructure structure();

  /**
   * A row as the structure takes it.
   *
   * @param row the row
   * @return its cells, one per field
   */
  double[] cells(X row);

  /**
   * The name of a field.
   *
   * @param position its position in the schema
   * @return its name
   */
  String fieldName(int position);
}
