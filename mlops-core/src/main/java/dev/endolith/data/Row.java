package dev.endolith.data;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row in schema order, detached from its Java type. Immutable. It has no text form
 * on purpose: a row's values do not belong in logs and messages.
 */
public final class Row {
  private final Schema schema;
  private final double[] numbers;
  private final @Nullable String[] categories;

  private Row(Schema schema, double[] numbers, @Nullable String[] categories) {
    this.schema = schema;
    this.numbers = numbers;
    this.categories = categories;
  }

  /**
   * A row of given values.
   *
   * @param schema the schema
   * @param numbers one cell per field; what stands at a field that is not numeric is ignored
   * @param categories one cell per field; what stands at a numeric field is ignored
   * @return the row
   * @throws IllegalArgumentException if an array is not as long as the schema
   */
  public static Row of(Schema schema, double[] numbers, @Nullable String[] categories) {
    if (numbers.length != schema.size() || categories.length != schema.size()) {
      throw new IllegalArgumentException(
          "a row of "
              + schema.size()
              + " fields needs as many cells, was given "
              + numbers.length
              + " and "
              + categories.length);
    }
    return new Row(schema, numbers.clone(), categories.clone());
  }

  /**
   * Copies the values of a row.
   *
   * @param features the row's features
   * @param x the row
   * @param <X> the row's type
   * @return the values
   */
  public static <X> Row copyOf(Features<X> features, X x) {
    Schema schema = features.schema();
    double[] numbers = new double[schema.size()];
    features.numbers(x, numbers);
    @Nullable String[] categories = new String[schema.size()];
    for (int i = 0; i < categories.length; i++) {
      if (!schema.field(i).type().numeric()) {
        categories[i] = features.category(x, i);
      }
    }
    return new Row(schema, numbers, categories);
  }

  /**
   * The fields.
   *
   * @return the schema
   */
  public Schema schema() {
    return schema;
  }

  /**
   * The value of a numeric field.
   *
   * @param field the position from 0
   * @return the value, NaN where it is missing
   */
  public double number(int field) {
    return numbers[field];
  }

  /**
   * The value of a category or text field.
   *
   * @param field the position from 0
   * @return the value, or null where it is missing
   */
  public @Nullable String category(int field) {
    return categories[field];
  }

  /**
   * Whether a field has no value.
   *
   * @param field the position from 0
   * @return true if it is missing
   */
  public boolean isMissing(int field) {
    return schema.field(field).type().numeric()
        ? Double.isNaN(numbers[field])
        : categories[field] == null;
  }

  /**
   * The same row with some fields missing.
   *
   * @param kept one cell per field: whether it keeps its value
   * @return a row of the same schema
   */
  public Row keepOnly(boolean[] kept) {
    double[] n = numbers.clone();
    @Nullable String[] c = categories.clone();
    for (int i = 0; i < kept.length; i++) {
      if (!kept[i]) {
        n[i] = Double.NaN;
        c[i] = null;
      }
    }
    return new Row(schema, n, c);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Row that
        && schema.equals(that.schema)
        && Arrays.equals(numbers, that.numbers)
        && Arrays.equals(categories, that.categories);
  }

  @Override
  public int hashCode() {
    return Objects.hash(schema, Arrays.hashCode(numbers), Arrays.hashCode(categories));
  }

  @Override
  public String toString() {
    return "Row[" + schema.size() + " fields]";
  }
}
