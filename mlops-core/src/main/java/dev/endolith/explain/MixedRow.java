package dev.endolith.explain;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.RawRow;
import dev.endolith.data.Row;
import dev.endolith.error.DataException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A row's values as texts, for features that make rows of texts only. */
record MixedRow(Row values) implements RawRow {
  /**
   * A row like another one with other values.
   *
   * @throws IllegalStateException if the features can neither change a row nor make one of its
   *     fields alone
   */
  static <X> X of(Features<X> features, X row, Row values) {
    if (features.changes()) {
      return features.with(row, values); // keeps what is no field, such as a key
    }
    try {
      return features.read(new MixedRow(values));
    } catch (DataException e) {
      throw new IllegalStateException(
          "these features cannot make a row of their fields alone; give their builder changes(...)",
          e);
    }
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
    return values.schema().fields().stream().map(Field::name).toList();
  }

  @Override
  public @Nullable String text(String column) {
    OptionalInt position = values.schema().position(column);
    return position.isEmpty() ? null : text(position.getAsInt());
  }

  private @Nullable String text(int i) {
    Field field = values.schema().field(i);
    if (!field.type().numeric()) {
      return values.category(i);
    }
    double value = values.number(i);
    if (Double.isNaN(value)) {
      return null;
    }
    return switch (field.type()) {
      case DATE -> LocalDate.ofEpochDay((long) value).toString();
      case TIMESTAMP -> {
        long seconds = (long) Math.floor(value);
        long micros = Math.round((value - seconds) * 1e6); // a double holds no more of a time
        yield Instant.ofEpochSecond(seconds).plus(micros, ChronoUnit.MICROS).toString();
      }
      case BOOLEAN -> value == 0 ? "false" : "true";
      default -> Double.toString(value);
    };
  }
}
