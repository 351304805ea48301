package dev.endolith.data;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Builds the features of any type, field by field. Confined to one thread.
 *
 * @param <X> the type
 */
public final class FeaturesBuilder<X> {
  private final Class<X> type;
  private final List<Field> fields = new ArrayList<>();
  private final List<@Nullable ToDoubleFunction<? super X>> numbers = new ArrayList<>();
  private final List<@Nullable Function<? super X, @Nullable String>> categories =
      new ArrayList<>();
  private Sensitivity next = Sensitivity.PUBLIC;
  private @Nullable Function<RawRow, X> reader;
  private @Nullable BiFunction<? super X, Row, ? extends X> changer;

  FeaturesBuilder(Class<X> type) {
    this.type = type;
  }

  /**
   * Adds a number.
   *
   * @param name the field's name
   * @param getter the value, NaN where it is missing
   * @return this
   */
  public FeaturesBuilder<X> number(String name, ToDoubleFunction<? super X> getter) {
    return add(name, FieldType.NUMBER, List.of(), getter, null);
  }

  /**
   * Adds a boolean.
   *
   * @param name the field's name
   * @param getter the value
   * @return this
   */
  public FeaturesBuilder<X> bool(String name, Predicate<? super X> getter) {
    return add(name, FieldType.BOOLEAN, List.of(), x -> getter.test(x) ? 1 : 0, null);
  }

  /**
   * Adds a category.
   *
   * @param name the field's name
   * @param getter the value, null where it is missing
   * @param values the categories, where known
   * @return this
   */
  public FeaturesBuilder<X> category(
      String name, Function<? super X, @Nullable String> getter, String... values) {
    return add(name, FieldType.CATEGORY, List.of(values), null, getter);
  }

  /**
   * Adds free text.
   *
   * @param name the field's name
   * @param getter the value, null where it is missing
   * @return this
   */
  public FeaturesBuilder<X> text(String name, Function<? super X, @Nullable String> getter) {
    return add(name, FieldType.TEXT, List.of(), null, getter);
  }

  /**
   * Adds a day.
   *
   * @param name the field's name
   * @param getter the value, null where it is missing
   * @return this
   */
  public FeaturesBuilder<X> date(String name, Function<? super X, @Nullable LocalDate> getter) {
    return add(name, FieldType.DATE, List.of(), x -> RecordFeatures.number(getter.apply(x)), null);
  }

  /**
   * Adds an instant.
   *
   * @param name the field's name
   * @param getter the value, null where it is missing
   * @return this
   */
  public FeaturesBuilder<X> timestamp(String name, Function<? super X, @Nullable Instant> getter) {
    return add(
        name, FieldType.TIMESTAMP, List.of(), x -> RecordFeatures.number(getter.apply(x)), null);
  }

  /**
   * Marks the field that is added next.
   *
   * @param sensitivity how much harm its value can do
   * @return this
   */
  public FeaturesBuilder<X> sensitive(Sensitivity sensitivity) {
    this.next = sensitivity;
    return this;
  }

  /**
   * Says how to make a row from a file's cells; needed only for reading files.
   *
   * @param reader makes a row
   * @return this
   */
  public FeaturesBuilder<X> reads(Function<RawRow, X> reader) {
    this.reader = reader;
    return this;
  }

  /**
   * Says how to make a row like another one with other values; needed only for contracts that clip
   * or impute.
   *
   * @param changer makes a row of a row, which it does not change, and the values of all fields
   * @return this
   */
  public FeaturesBuilder<X> changes(BiFunction<? super X, Row, ? extends X> changer) {
    this.changer = changer;
    return this;
  }

  /**
   * Builds the features.
   *
   * @return the features
   * @throws IllegalArgumentException if two fields share a name
   */
  public Features<X> build() {
    return new Built<>(
        type.getSimpleName(),
        Schema.of(fields),
        new ArrayList<>(numbers),
        new ArrayList<>(categories),
        reader,
        changer);
  }

  private FeaturesBuilder<X> add(
      String name,
      FieldType fieldType,
      List<String> values,
      @Nullable ToDoubleFunction<? super X> number,
      @Nullable Function<? super X, @Nullable String> category) {
    fields.add(new Field(name, fieldType, true, next, values));
    numbers.add(number);
    categories.add(category);
    next = Sensitivity.PUBLIC;
    return this;
  }

  private record Built<X>(
      String typeName,
      Schema schema,
      List<@Nullable ToDoubleFunction<? super X>> numbers,
      List<@Nullable Function<? super X, @Nullable String>> categories,
      @Nullable Function<RawRow, X> reader,
      @Nullable BiFunction<? super X, Row, ? extends X> changer)
      implements Features<X> {
    @Override
    public double number(X row, int field) {
      ToDoubleFunction<? super X> getter = numbers.get(field);
      if (getter == null) {
        throw new IllegalArgumentException(
            "field '" + schema.field(field).name() + "' is not numeric; read it with category()");
      }
      return getter.applyAsDouble(row);
    }

    @Override
    public @Nullable String category(X row, int field) {
      Function<? super X, @Nullable String> getter = categories.get(field);
      if (getter == null) {
        throw new IllegalArgumentException(
            "field '" + schema.field(field).name() + "' is numeric; read it with number()");
      }
      return getter.apply(row);
    }

    @Override
    public boolean changes() {
      return changer != null;
    }

    @Override
    public X with(X row, Row values) {
      return changer == null ? Features.super.with(row, values) : changer.apply(row, values);
    }

    @Override
    public X read(RawRow raw) {
      if (reader == null) {
        throw new IllegalStateException(
            "the features of "
                + typeName
                + " cannot make rows; give the builder a reader with reads(...)");
      }
      return reader.apply(raw);
    }
  }
}
