package dev.endolith.explain;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.RawRow;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row some of whose fields are of one row, the others of another; as texts. */
@SuppressWarnings("ArrayRecordComponent") // never leaves this package
record MixedRow(List<Field> fields, @Nullable String[] texts) implements RawRow {
  static <X> @Nullable String[] texts(Features<X> features, X row) {
    @Nullable String[] texts = new @Nullable String[features.schema().size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = text(features, row, i);
    }
    return texts;
  }

  private static <X> @Nullable String text(Features<X> features, X row, int i) {
    Field field = features.schema().field(i);
    if (!field.type().numeric()) {
      return features.category(row, i);
    }
    double value = features.number(row, i);
    if (Double.isNaN(value)) {
      return null;
    }
    return switch (field.type()) {
      case DATE -> LocalDate.ofEpochDay((long) value).toString();
      case TIMESTAMP -> Instant.ofEpochSecond((long) value).toString();
      case BOOLEAN -> value == 0 ? "false" : "true";
      default -> Double.toString(value);
    };
  }

  @Override
  public String source() {
    return "a row to explain";
  }

  @Override
  public long line() {
    return 0;
  }

  @Override
  public List<String> columns() {
    return fields.stream().map(Field::name).toList();
  }

  @Override
  public @Nullable String text(String column) {
    for (int i = 0; i < texts.length; i++) {
      if (fields.get(i).name().equals(column)) {
        return texts[i];
      }
    }
    return null;
  }
}
