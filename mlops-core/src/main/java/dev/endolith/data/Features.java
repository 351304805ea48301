package dev.endolith.data;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a Java type becomes features: a schema, and accessors that allocate nothing. Training,
 * serving and monitoring read rows through the same instance, so that they cannot disagree.
 *
 * <p>A record is the shortest way ({@link #of(Class)}); beans and entities use {@link
 * #builder(Class)}; rows that are known only at run time use {@link #rows(Schema)}. Implementations
 * are immutable and thread-safe.
 *
 * @param <X> the type that a model is asked with
 */
public interface Features<X> {
  /**
   * The fields, in order.
   *
   * @return the schema
   */
  Schema schema();

  /**
   * The value of a numeric field.
   *
   * @param row the row
   * @param field the field's position from 0; {@link FieldType#numeric()} holds for it
   * @return the value, NaN where it is missing
   */
  double number(X row, int field);

  /**
   * The value of a category or text field.
   *
   * @param row the row
   * @param field the field's position from 0; {@link FieldType#numeric()} does not hold for it
   * @return the value, or null where it is missing
   */
  @Nullable String category(X row, int field);

  /**
   * Reads all numeric fields at once; cheaper than one by one.
   *
   * @param row the row
   * @param into one cell per field of the schema, in order; receives NaN for fields that are not
   *     numeric
   * @throws IllegalArgumentException if {@code into} is shorter than the schema
   */
  default void numbers(X row, double[] into) {
    Schema schema = schema();
    if (into.length < schema.size()) {
      throw new IllegalArgumentException(
          "into needs " + schema.size() + " cells, has " + into.length);
    }
    Arrays.fill(into, 0, schema.size(), Double.NaN);
    for (int i = 0; i < schema.size(); i++) {
      if (schema.field(i).type().numeric()) {
        into[i] = number(row, i);
      }
    }
  }

  /**
   * Makes a row from texts by field name.
   *
   * @param raw the texts
   * @return the row
   * @throws dev.endolith.error.DataException if a column is missing, empty where a value is needed,
   *     or not of the field's type
   * @throws IllegalStateException if these features cannot make rows
   */
  X read(RawRow raw);

  /**
   * Whether {@link #with} can make changed rows.
   *
   * @return true for records, {@link #rows(Schema)}, and what a builder was told to change
   */
  default boolean changes() {
    return false;
  }

  /**
   * A row like another one with other values in its fields; whatever is no feature stays.
   *
   * @param row the row, not changed
   * @param values a value for every field of the schema; those that are the row's own may stay as
   *     the row has them
   * @return the changed row
   * @throws IllegalArgumentException if the row's type cannot hold a value
   * @throws IllegalStateException if {@link #changes()} is false
   */
  default X with(X row, Row values) {
    throw new IllegalStateException(
        "these features cannot change rows; give their builder changes(...)");
  }

  /**
   * The features of a record: numbers, booleans, enums, strings, {@code BigDecimal}, {@code
   * LocalDate}, {@code Instant}, {@code Nullable} boxes of them, and nested records, whose fields
   * are named {@code outer.inner}. {@link Feature}, {@link Sensitive}, {@link Text} and {@link
   * Ignore} on components adjust them.
   *
   * @param type a record
   * @param <X> the record
   * @return its features
   * @throws IllegalArgumentException if {@code type} is not a record, cannot be accessed, or has a
   *     component of another type; the message says which
   */
  static <X> Features<X> of(Class<X> type) {
    return of(type, MethodHandles.lookup());
  }

  /**
   * The features of a record in a package that is not open to this library.
   *
   * @param type a record
   * @param lookup a lookup that can access it
   * @param <X> the record
   * @return its features
   * @throws IllegalArgumentException as {@link #of(Class)}
   */
  static <X> Features<X> of(Class<X> type, MethodHandles.Lookup lookup) {
    return RecordFeatures.bind(type, lookup);
  }

  /**
   * Starts the features of a bean, an entity or any other type.
   *
   * @param type the type
   * @param <X> the type
   * @return a builder
   */
  static <X> FeaturesBuilder<X> builder(Class<X> type) {
    return new FeaturesBuilder<>(type);
  }

  /**
   * The features of rows that are known only at run time.
   *
   * @param schema their schema
   * @return features of {@link Row}s with that schema
   */
  static Features<Row> rows(Schema schema) {
    return new RowFeatures(schema);
  }
}
