package dev.endolith.data;

/**
 * A row and its true label.
 *
 * @param x the row
 * @param y the label
 * @param <X> the row
 * @param <Y> the label
 */
public record Example<X, Y>(X x, Y y) {
  @Override
  public String toString() {
    return "Example"; // a row's values do not belong in logs
  }
}
