package dev.endolith.data;

import dev.endolith.error.DataException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task that is answered with several values at once, as the components of a record: numbers,
 * booleans, enums and strings. Made with {@link Task#outputs}. Immutable.
 *
 * <p>In data files each component is a column of its own.
 *
 * @param <X> what a model is asked
 * @param <Y> a record with what it answers
 */
public final class MultiOutput<X, Y> implements Task<X, Y> {
  private final Features<X> features;
  private final Features<Y> outputs;
  private final @Nullable Function<? super X, String> key;
  private final @Nullable Function<? super X, Instant> time;

  MultiOutput(
      Features<X> features,
      Features<Y> outputs,
      @Nullable Function<? super X, String> key,
      @Nullable Function<? super X, Instant> time) {
    this.features = features;
    this.outputs = outputs;
    this.key = key;
    this.time = time;
  }

  @Override
  public Features<X> features() {
    return features;
  }

  /**
   * The answer's components.
   *
   * @return their schema and accessors
   */
  public Features<Y> outputs() {
    return outputs;
  }

  /**
   * An answer of its components.
   *
   * @param values a value for each component by name: a number, a boolean, or the text of one or of
   *     an enum constant
   * @return the answer
   * @throws dev.endolith.error.DataException if a component is missing or has no such value
   */
  public Y answer(Map<String, ?> values) {
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach((name, value) -> texts.put(name, text(value)));
    return outputs.read(new Told(texts));
  }

  /** A whole number is written as one, which booleans and people read, too. */
  private static String text(Object value) {
    if (!(value instanceof Double || value instanceof Float)) {
      return String.valueOf(value);
    }
    double number = ((Number) value).doubleValue();
    return number == Math.rint(number) && Math.abs(number) < 1L << 53
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  /** The name of the first component's column. */
  @Override
  public String labelColumn() {
    return outputs.schema().field(0).name();
  }

  @Override
  public Y readLabel(RawRow raw) {
    return outputs.read(raw);
  }

  /** The components' texts by name, as canonical JSON. */
  @Override
  public String labelName(Y label) {
    Map<String, String> texts = new LinkedHashMap<>();
    Schema schema = outputs.schema();
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      String text = text(label, i, field.type());
      if (text != null) {
        texts.put(field.name(), text);
      }
    }
    return CanonicalJson.write(texts);
  }

  private @Nullable String text(Y label, int field, FieldType type) {
    if (!type.numeric()) {
      return outputs.category(label, field);
    }
    double value = outputs.number(label, field);
    if (Double.isNaN(value)) {
      return null;
    }
    return type == FieldType.BOOLEAN ? Boolean.toString(value != 0) : text(value);
  }

  @Override
  public Y labelOf(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    try {
      Map<?, ?> told = CanonicalJson.read(name, Map.class);
      told.forEach((field, text) -> texts.put(String.valueOf(field), String.valueOf(text)));
      return answer(texts);
    } catch (DataException e) {
      throw new IllegalArgumentException(
          "an answer of several outputs is a JSON object of their texts, such as"
              + " {\"amount\":\"12.5\"}, with all of "
              + outputs.schema().fields().stream().map(Field::name).toList(),
          e);
    }
  }

  @Override
  public Optional<String> key(X row) {
    return key == null ? Optional.empty() : Optional.of(key.apply(row));
  }

  @Override
  public Optional<Instant> time(X row) {
    return time == null ? Optional.empty() : Optional.of(time.apply(row));
  }

  /** What a model or a caller says, in the shape of a row of a file. */
  private record Told(Map<String, String> texts) implements RawRow {
    @Override
    public String source() {
      return "answer";
    }

    @Override
    public long line() {
      return 1;
    }

    @Override
    public List<String> columns() {
      return List.copyOf(texts.keySet());
    }

    @Override
    public @Nullable String text(String column) {
      return texts.get(column);
    }
  }
}
