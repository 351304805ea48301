package dev.endolith.data;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * Accessors of a record, bound once.
 *
 * A component's accessor becomes a MethodHandle of type (Object)double or (Object)String; nested
 * records are composed into one handle per leaf. Reading all numbers at once goes through a single
 * handle that is the sequence of all reads: a handle that is hot is compiled as a whole by the JIT
 * ("customised"), where an array of handles costs an indirect call per field. No class is defined at
 * run time.
 */
final class RecordFeatures<X> implements Features<X> {
  private static final MethodHandles.Lookup OWN = MethodHandles.lookup();
  private static final Map<Class<?>, FieldType> NUMERIC =
      Map.ofEntries(
          Map.entry(double.class, FieldType.NUMBER),
          Map.entry(float.class, FieldType.NUMBER),
          Map.entry(long.class, FieldType.NUMBER),
          Map.entry(int.class, FieldType.NUMBER),
          Map.entry(short.class, FieldType.NUMBER),
          Map.entry(byte.class, FieldType.NUMBER),
          Map.entry(boolean.class, FieldType.BOOLEAN),
          Map.entry(Double.class, FieldType.NUMBER),
          Map.entry(Float.class, FieldType.NUMBER),
          Map.entry(Long.class, FieldType.NUMBER),
          Map.entry(Integer.class, FieldType.NUMBER),
          Map.entry(Short.class, FieldType.NUMBER),
          Map.entry(Byte.class, FieldType.NUMBER),
          Map.entry(BigDecimal.class, FieldType.NUMBER),
          Map.entry(Boolean.class, FieldType.BOOLEAN),
          Map.entry(LocalDate.class, FieldType.DATE),
          Map.entry(Instant.class, FieldType.TIMESTAMP));

  private final Schema schema;
  private final @Nullable MethodHandle[] numbers;
  private final @Nullable MethodHandle[] categories;
  private final MethodHandle fill;
  private final double[] blank;
  private final Maker maker;
  private final RecordChanges changes;

  private RecordFeatures(Schema schema, List<Leaf> leaves, Maker maker, RecordChanges changes) {
    this.schema = schema;
    this.changes = changes;
    this.maker = maker;
    this.numbers = new MethodHandle[leaves.size()];
    this.categories = new MethodHandle[leaves.size()];
    this.blank = new double[leaves.size()];
    Arrays.fill(blank, Double.NaN);
    MethodHandle sequence =
        MethodHandles.empty(methodType(void.class, double[].class, Object.class));
    for (int i = leaves.size() - 1; i >= 0; i--) {
      Leaf leaf = leaves.get(i);
      if (leaf.field().type().numeric()) {
        numbers[i] = leaf.getter();
        MethodHandle store =
            MethodHandles.insertArguments(MethodHandles.arrayElementSetter(double[].class), 1, i);
        sequence =
            MethodHandles.foldArguments(
                sequence, MethodHandles.filterArguments(store, 1, leaf.getter()));
      } else {
        categories[i] = leaf.getter();
      }
    }
    this.fill = sequence;
  }

  static <X> RecordFeatures<X> bind(Class<X> type, MethodHandles.Lookup lookup) {
    if (!type.isRecord()) {
      throw new IllegalArgumentException(
          type.getName()
              + " is not a record; use Features.builder("
              + type.getSimpleName()
              + ".class) for other types");
    }
    List<Leaf> leaves = new ArrayList<>();
    Maker maker = collect(type, "", null, lookup, leaves);
    if (leaves.isEmpty()) {
      throw new IllegalArgumentException("record " + type.getName() + " has no feature");
    }
    return new RecordFeatures<>(
        Schema.of(leaves.stream().map(Leaf::field).toList()),
        leaves,
        maker,
        RecordChanges.bind(type, lookup));
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public double number(X row, int field) {
    MethodHandle getter = numbers[field];
    if (getter == null) {
      throw new IllegalArgumentException(
          "field '" + schema.field(field).name() + "' is not numeric; read it with category()");
    }
    try {
      return (double) getter.invokeExact((Object) row);
    } catch (Throwable e) {
      throw failed(field, e);
    }
  }

  @Override
  public @Nullable String category(X row, int field) {
    MethodHandle getter = categories[field];
    if (getter == null) {
      throw new IllegalArgumentException(
          "field '" + schema.field(field).name() + "' is numeric; read it with number()");
    }
    try {
      return (String) getter.invokeExact((Object) row);
    } catch (Throwable e) {
      throw failed(field, e);
    }
  }

  @Override
  public void numbers(X row, double[] into) {
    if (into.length < blank.length) {
      throw new IllegalArgumentException(
          "into needs " + blank.length + " cells, has " + into.length);
    }
    System.arraycopy(blank, 0, into, 0, blank.length);
    try {
      fill.invokeExact(into, (Object) row);
    } catch (Throwable e) {
      throw failed(0, e);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // the maker calls X's canonical constructor
  public X read(RawRow raw) {
    return (X) Objects.requireNonNull(maker.make(raw));
  }

  @Override
  public boolean changes() {
    return true;
  }

  @Override
  @SuppressWarnings("unchecked") // the changes call X's canonical constructor
  public X with(X row, Row values) {
    return (X) changes.apply(row, values);
  }

  private IllegalStateException failed(int field, Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    // The cause's message may hold a value of the row, its class does not.
    return new IllegalStateException(
        "reading field '"
            + schema.field(field).name()
            + "' or one after it failed with "
            + e.getClass().getName());
  }

  private static Maker collect(
      Class<?> type,
      String prefix,
      @Nullable MethodHandle toOwner,
      MethodHandles.Lookup lookup,
      List<Leaf> leaves) {
    RecordComponent[] components = type.getRecordComponents();
    List<Maker> makers = new ArrayList<>();
    for (RecordComponent component : components) {
      Feature renamed = component.getAnnotation(Feature.class);
      String name = prefix + (renamed == null ? component.getName() : renamed.value());
      Class<?> raw = component.getType();
      MethodHandle getter = accessor(type, component, lookup);
      MethodHandle path =
          toOwner == null
              ? getter.asType(methodType(raw, Object.class))
              : nullSafe(toOwner, getter, raw);
      if (raw.isRecord()) {
        makers.add(
            collect(
                raw,
                name + ".",
                path.asType(methodType(Object.class, Object.class)),
                lookup,
                leaves));
        continue;
      }
      boolean nullable = isNullable(component.getAnnotatedType());
      if (!component.isAnnotationPresent(Ignore.class)) {
        leaves.add(new Leaf(field(name, component, raw, nullable), converted(path, raw)));
      }
      makers.add(reader(type, name, raw, nullable));
    }
    return canonical(type, components, makers, lookup);
  }

  private static Field field(
      String name, RecordComponent component, Class<?> raw, boolean nullable) {
    Sensitive sensitive = component.getAnnotation(Sensitive.class);
    Sensitivity sensitivity = sensitive == null ? Sensitivity.PUBLIC : sensitive.value();
    FieldType numeric = NUMERIC.get(raw);
    if (numeric != null) {
      return new Field(name, numeric, nullable, sensitivity, List.of());
    }
    if (raw.isEnum()) {
      List<String> values =
          Arrays.stream(raw.getEnumConstants()).map(c -> ((Enum<?>) c).name()).toList();
      return new Field(name, FieldType.CATEGORY, nullable, sensitivity, values);
    }
    if (raw == String.class) {
      FieldType type =
          component.isAnnotationPresent(Text.class) ? FieldType.TEXT : FieldType.CATEGORY;
      return new Field(name, type, nullable, sensitivity, List.of());
    }
    throw new IllegalArgumentException(
        "component '"
            + name
            + "' is a "
            + raw.getName()
            + "; a feature is a number, boolean, enum, String, BigDecimal, LocalDate, Instant or a"
            + " record of them; mark the component @Ignore if it is not a feature");
  }

  static MethodHandle accessor(
      Class<?> type, RecordComponent component, MethodHandles.Lookup lookup) {
    try {
      component.getAccessor().setAccessible(true);
      return lookup.unreflect(component.getAccessor());
    } catch (IllegalAccessException | RuntimeException e) {
      throw inaccessible(type, e);
    }
  }

  private static IllegalArgumentException inaccessible(Class<?> type, Exception e) {
    return new IllegalArgumentException(
        "record "
            + type.getName()
            + " cannot be accessed; open its package to dev.endolith.core or use Features.of(type,"
            + " MethodHandles.lookup())",
        e);
  }

  /** Composes (Object)owner and (owner)raw into (Object)box of raw, null where owner is null. */
  private static MethodHandle nullSafe(MethodHandle toOwner, MethodHandle getter, Class<?> raw) {
    MethodHandle onObject = getter.asType(methodType(raw, Object.class));
    Class<?> boxed = methodType(raw).wrap().returnType();
    MethodHandle guarded =
        MethodHandles.guardWithTest(
            handle("isNull", methodType(boolean.class, Object.class)),
            MethodHandles.dropArguments(MethodHandles.constant(boxed, null), 0, Object.class),
            onObject.asType(methodType(boxed, Object.class)));
    return MethodHandles.filterArguments(guarded, 0, toOwner);
  }

  /** Turns (Object)raw into (Object)double or (Object)String. */
  private static MethodHandle converted(MethodHandle path, Class<?> raw) {
    Class<?> actual = path.type().returnType();
    if (actual.isPrimitive() && actual != boolean.class) {
      return path.asType(methodType(double.class, Object.class));
    }
    MethodHandle convert;
    if (actual == boolean.class) {
      convert = handle("number", methodType(double.class, boolean.class));
    } else if (NUMERIC.containsKey(raw)) {
      Class<?> via = Number.class.isAssignableFrom(actual) ? Number.class : actual;
      convert = handle("number", methodType(double.class, via));
    } else {
      Class<?> via = raw.isEnum() ? Enum.class : String.class;
      convert = handle("word", methodType(String.class, via));
    }
    return MethodHandles.filterReturnValue(
            path.asType(methodType(convert.type().parameterType(0), Object.class)), convert)
        .asType(methodType(convert.type().returnType(), Object.class));
  }

  private static MethodHandle handle(String name, java.lang.invoke.MethodType type) {
    try {
      return OWN.findStatic(RecordFeatures.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  static boolean isNull(@Nullable Object owner) {
    return owner == null;
  }

  static double number(boolean value) {
    return value ? 1 : 0;
  }

  static double number(@Nullable Number value) {
    return value == null ? Double.NaN : value.doubleValue();
  }

  static double number(@Nullable Boolean value) {
    return value == null ? Double.NaN : value ? 1 : 0;
  }

  static double number(@Nullable LocalDate value) {
    return value == null ? Double.NaN : value.toEpochDay();
  }

  static double number(@Nullable Instant value) {
    return value == null ? Double.NaN : value.getEpochSecond() + value.getNano() * 1e-9;
  }

  static @Nullable String word(@Nullable Enum<?> value) {
    return value == null ? null : value.name();
  }

  static @Nullable String word(@Nullable String value) {
    return value;
  }

  /** Any annotation named Nullable counts, on the component or on its type. */
  private static boolean isNullable(AnnotatedType type) {
    return Arrays.stream(type.getAnnotations())
        .anyMatch(a -> a.annotationType().getSimpleName().equals("Nullable"));
  }

  private static Maker reader(Class<?> owner, String name, Class<?> raw, boolean nullable) {
    Maker parse = parser(owner, name, raw);
    return nullable ? row -> row.text(name) == null ? null : parse.make(row) : parse;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // raw is checked to be an enum
  private static Maker parser(Class<?> owner, String name, Class<?> raw) {
    Class<?> type = methodType(raw).wrap().returnType();
    if (type == Double.class) {
      return row -> CellParser.number(row, name);
    } else if (type == Float.class) {
      return row -> (float) CellParser.number(row, name);
    } else if (type == Long.class) {
      return row -> CellParser.integer(row, name, Long.MIN_VALUE, Long.MAX_VALUE);
    } else if (type == Integer.class) {
      return row -> (int) CellParser.integer(row, name, Integer.MIN_VALUE, Integer.MAX_VALUE);
    } else if (type == Short.class) {
      return row -> (short) CellParser.integer(row, name, Short.MIN_VALUE, Short.MAX_VALUE);
    } else if (type == Byte.class) {
      return row -> (byte) CellParser.integer(row, name, Byte.MIN_VALUE, Byte.MAX_VALUE);
    } else if (type == Boolean.class) {
      return row -> CellParser.bool(row, name);
    } else if (type == BigDecimal.class) {
      return row -> CellParser.decimal(row, name);
    } else if (type == LocalDate.class) {
      return row -> CellParser.date(row, name);
    } else if (type == Instant.class) {
      return row -> CellParser.instant(row, name);
    } else if (type == String.class) {
      return row -> row.required(name);
    } else if (type.isEnum()) {
      return row -> CellParser.constant(row, name, (Class) type);
    }
    return row -> {
      throw new IllegalStateException(
          "component '"
              + name
              + "' of "
              + owner.getName()
              + " is a "
              + raw.getName()
              + ", which cannot be read from text");
    };
  }

  private static Maker canonical(
      Class<?> type,
      RecordComponent[] components,
      List<Maker> makers,
      MethodHandles.Lookup lookup) {
    MethodHandle constructor = constructor(type, components, lookup);
    return row -> {
      @Nullable Object[] arguments = new Object[makers.size()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = makers.get(i).make(row);
      }
      try {
        return (Object) constructor.invokeExact(arguments);
      } catch (Throwable e) {
        if (e instanceof Error error) {
          throw error;
        }
        throw row.bad("", type.getSimpleName() + " refuses the row: " + e.getClass().getName());
      }
    };
  }

  /** The canonical constructor, of type (Object[])Object. */
  static MethodHandle constructor(
      Class<?> type, RecordComponent[] components, MethodHandles.Lookup lookup) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      var reflected = type.getDeclaredConstructor(types);
      reflected.setAccessible(true);
      return lookup
          .unreflectConstructor(reflected)
          .asType(methodType(Object.class, types))
          .asSpreader(Object[].class, types.length)
          .asType(methodType(Object.class, Object[].class));
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw inaccessible(type, e);
    }
  }

  /** One field and its accessor, of type (Object)double or (Object)String. */
  private record Leaf(Field field, MethodHandle getter) {}

  /** Makes a component's value, or a whole record, from a raw row. */
  @FunctionalInterface
  private interface Maker {
    @Nullable Object make(RawRow raw);
  }
}
