package dev.endolith.data;

import java.util.HashSet;
import java.util.Set;

/**
 * How large a dataset is for a trainer. Immutable.
 *
 * @param rows the number of rows
 * @param values the number of cells with a value, over all rows: what a sparse form keeps
 * @param features the number of features when every value of a category is one: what a dense form
 *     keeps per row
 * @param labels the number of labels that occur; 1 for a regression
 */
public record DataShape(long rows, long values, long features, int labels) {
  /**
   * Measures a dataset. O(rows × fields).
   *
   * @param data the rows
   * @param <X> the row
   * @param <Y> the label
   * @return its shape
   */
  public static <X, Y> DataShape of(Dataset<X, Y> data) {
    Features<X> of = data.task().features();
    Schema schema = of.schema();
    double[] numbers = new double[schema.size()];
    Set<String> categories = new HashSet<>();
    Set<Object> labels = new HashSet<>();
    long values = 0;
    long numeric = schema.fields().stream().filter(f -> f.type().numeric()).count();
    for (Example<X, Y> row : data) {
      of.numbers(row.x(), numbers);
      for (int i = 0; i < numbers.length; i++) {
        if (schema.field(i).type().numeric()) {
          values += Double.isNaN(numbers[i]) ? 0 : 1;
        } else {
          String category = of.category(row.x(), i);
          if (category != null) {
            values++;
            categories.add(i + "=" + category);
          }
        }
      }
      if (!(data.task() instanceof Regression)) {
        labels.add(row.y());
      }
    }
    return new DataShape(
        data.size(), values, numeric + categories.size(), Math.max(1, labels.size()));
  }
}
