package dev.endolith.data;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Makes a record like another one with other values in some fields. Every component whose value does
 * not differ is handed on as it is, those that are no features too. Fields are counted in the order
 * in which RecordFeatures finds them.
 */
final class RecordChanges {
  private final Part root;

  private RecordChanges(Part root) {
    this.root = root;
  }

  static RecordChanges bind(Class<?> type, MethodHandles.Lookup lookup) {
    return new RecordChanges(collect(type, lookup, new int[1]));
  }

  /**
   * @throws IllegalArgumentException if a value belongs into a nested record that is null, or the
   *     record refuses the values
   */
  Object apply(Object record, Row values) {
    Object changed = root.change(record, values);
    if (changed == null) {
      throw new IllegalArgumentException("a row is not null");
    }
    return changed;
  }

  /** A component: a leaf, an ignored one, or a record. */
  @FunctionalInterface
  private interface Part {
    @Nullable Object change(@Nullable Object value, Row values);
  }

  private static Part collect(Class<?> type, MethodHandles.Lookup lookup, int[] next) {
    RecordComponent[] components = type.getRecordComponents();
    List<MethodHandle> getters = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    int first = next[0];
    for (RecordComponent component : components) {
      Class<?> raw = component.getType();
      getters.add(
          RecordFeatures.accessor(type, component, lookup)
              .asType(methodType(Object.class, Object.class)));
      if (raw.isRecord()) {
        parts.add(collect(raw, lookup, next));
      } else if (component.isAnnotationPresent(Ignore.class)) {
        parts.add((value, values) -> value);
      } else {
        parts.add(leaf(next[0]++, methodType(raw).wrap().returnType()));
      }
    }
    int last = next[0];
    MethodHandle constructor = RecordFeatures.constructor(type, components, lookup);
    return (record, values) -> {
      if (record == null) {
        for (int i = first; i < last; i++) {
          if (!values.isMissing(i)) {
            throw new IllegalArgumentException(
                "field '"
                    + values.schema().field(i).name()
                    + "' belongs to a record that is missing, so it cannot be given a value");
          }
        }
        return null;
      }
      @Nullable Object[] arguments = new Object[parts.size()];
      boolean changed = false;
      try {
        for (int i = 0; i < arguments.length; i++) {
          Object before = (Object) getters.get(i).invokeExact(record);
          arguments[i] = parts.get(i).change(before, values);
          changed |= arguments[i] != before;
        }
        return changed ? (Object) constructor.invokeExact(arguments) : record;
      } catch (IllegalArgumentException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalArgumentException(
            type.getSimpleName() + " refuses the changed row: " + e.getClass().getName());
      }
    };
  }

  private static Part leaf(int field, Class<?> type) {
    if (type == String.class || type.isEnum()) {
      return (value, values) -> word(value, values.category(field), type);
    }
    return (value, values) -> number(value, values.number(field), type);
  }

  private static @Nullable Object word(
      @Nullable Object value, @Nullable String word, Class<?> type) {
    String before = value instanceof Enum<?> constant ? constant.name() : (String) value;
    if (java.util.Objects.equals(before, word)) {
      return value;
    }
    if (word == null || type == String.class) {
      return word;
    }
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> ((Enum<?>) constant).name().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    type.getSimpleName() + " has no constant of the given name"));
  }

  private static @Nullable Object number(@Nullable Object value, double number, Class<?> type) {
    double before =
        value instanceof LocalDate date
            ? RecordFeatures.number(date)
            : value instanceof Instant instant
                ? RecordFeatures.number(instant)
                : value instanceof Boolean bool
                    ? RecordFeatures.number(bool)
                    : RecordFeatures.number((Number) value);
    if (Double.compare(before, number) == 0) {
      return value;
    }
    if (Double.isNaN(number)) {
      return null;
    }
    if (type == Double.class) {
      return number;
    } else if (type == Float.class) {
      return (float) number;
    } else if (type == Boolean.class) {
      return number != 0;
    } else if (type == BigDecimal.class) {
      return BigDecimal.valueOf(number);
    } else if (type == LocalDate.class) {
      return LocalDate.ofEpochDay((long) number);
    } else if (type == Instant.class) {
      double floor = Math.floor(number);
      return Instant.ofEpochSecond((long) floor, (long) ((number - floor) * 1e9));
    }
    return whole(Math.rint(number), type);
  }

  private static Object whole(double number, Class<?> type) {
    if (type == Long.class) {
      return (long) number;
    }
    int value = (int) number;
    return type == Integer.class
        ? (Object) value
        : type == Short.class ? (Object) (short) value : (Object) (byte) value;
  }
}
