package dev.endolith.tribuo;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Names of features for categories, each made once: a name for every cell would be most of what a
 * training allocates. Thread-safe.
 */
final class CategoryNames implements BinaryOperator<@Nullable String> {
  /** Beyond so many values of a field names are made anew, so that memory is bounded. */
  private static final int MOST_VALUES = 10_000;

  private final Map<String, Map<String, String>> names = new HashMap<>();

  private CategoryNames(Features<?> features) {
    for (Field field : features.schema().fields()) {
      if (!field.type().numeric()) {
        names.put(field.name(), new ConcurrentHashMap<>());
      }
    }
  }

  static CategoryNames of(Features<?> features) {
    return new CategoryNames(features);
  }

  @Override
  public @Nullable String apply(@Nullable String field, @Nullable String value) {
    Map<String, String> known = names.get(field);
    if (known == null || value == null) {
      return null;
    }
    String name = known.get(value);
    if (name == null) {
      name = field + ExampleBuilder.IS + value;
      if (known.size() < MOST_VALUES) {
        known.put(value, name);
      }
    }
    return name;
  }
}
