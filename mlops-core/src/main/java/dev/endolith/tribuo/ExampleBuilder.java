package dev.endolith.tribuo;

import dev.endolith.data.Features;
import dev.endolith.data.FieldType;
import dev.endolith.data.Schema;
import java.util.Arrays;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.impl.ArrayExample;

/**
 * Turns rows into Tribuo examples: the same code for training and serving. Thread-safe.
 *
 * @param <X> the row
 */
final class ExampleBuilder<X> {
  /** Separates a category's field from its value in a feature's name. */
  static final String IS = "=";

  private final Features<X> features;
  private final Schema schema;
  private final BinaryOperator<@Nullable String> categoryName;

  /**
   * Creates a builder.
   *
   * @param categoryName the feature's name of a field and a value, or null to leave it out
   */
  ExampleBuilder(Features<X> features, BinaryOperator<@Nullable String> categoryName) {
    this.features = features;
    this.schema = features.schema();
    this.categoryName = categoryName;
    for (int i = 0; i < schema.size(); i++) {
      if (schema.field(i).type() == FieldType.TEXT) {
        throw new IllegalArgumentException(
            "field '"
                + schema.field(i).name()
                + "' is free text, which needs features of its own; mark it @Ignore or make it a"
                + " category");
      }
    }
  }

  <T extends Output<T>> Example<T> example(X row, T output) {
    int size = schema.size();
    double[] values = new double[size];
    features.numbers(row, values);
    String[] names = new String[size];
    int n = 0;
    for (int i = 0; i < size; i++) {
      String name = schema.field(i).name();
      if (schema.field(i).type().numeric()) {
        if (Double.isFinite(values[i])) {
          names[n] = name;
          values[n++] = values[i];
        }
      } else {
        String category = features.category(row, i);
        String feature = category == null ? null : categoryName.apply(name, category);
        if (feature != null) {
          names[n] = feature;
          values[n++] = 1;
        }
      }
    }
    return n == size
        ? new ArrayExample<>(output, names, values)
        : new ArrayExample<>(output, Arrays.copyOf(names, n), Arrays.copyOf(values, n));
  }
}
