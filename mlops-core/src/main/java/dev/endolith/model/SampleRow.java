package dev.endolith.model;

import dev.endolith.data.Field;
import dev.endolith.data.RawRow;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.error.DataException;
import dev.endolith.privacy.PrivacyPolicy;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A recorded row as texts by field; what is missing has none. */
record SampleRow(Map<String, String> cells) implements RawRow {
  SampleRow {
    cells = Map.copyOf(cells);
  }

  static SampleRow of(Row row, PrivacyPolicy privacy) {
    Schema schema = row.schema();
    Map<String, String> cells = new TreeMap<>();
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      String text = privacy.keeps(schema, i) ? text(row, i, field) : null;
      if (text == null && !field.nullable()) {
        text = standIn(field);
      }
      if (text != null) {
        cells.put(field.name(), text);
      }
    }
    return new SampleRow(cells);
  }

  private static @Nullable String text(Row row, int i, Field field) {
    if (row.isMissing(i)) {
      return null;
    }
    return switch (field.type()) {
      case NUMBER -> Double.toString(row.number(i));
      case BOOLEAN -> Boolean.toString(row.number(i) != 0);
      case DATE -> LocalDate.ofEpochDay((long) row.number(i)).toString();
      case TIMESTAMP -> instant(row.number(i)).toString();
      case CATEGORY, TEXT -> row.category(i);
    };
  }

  private static Instant instant(double seconds) {
    double whole = Math.floor(seconds);
    return Instant.ofEpochSecond((long) whole, (long) ((seconds - whole) * 1e9));
  }

  /** The same in every row, so that it says nothing about any. */
  private static String standIn(Field field) {
    return switch (field.type()) {
      case NUMBER -> "0";
      case BOOLEAN -> "false";
      case DATE -> "1970-01-01";
      case TIMESTAMP -> "1970-01-01T00:00:00Z";
      case CATEGORY -> field.values().isEmpty() ? "-" : field.values().get(0);
      case TEXT -> "-";
    };
  }

  @Override
  public String source() {
    return "samples";
  }

  @Override
  public long line() {
    return 0;
  }

  @Override
  public List<String> columns() {
    return cells.keySet().stream().sorted().toList();
  }

  @Override
  public @Nullable String text(String column) {
    return cells.get(column);
  }

  @Override
  public DataException bad(String column, String rule) {
    return new DataException(
        "samples", 0, column, "a recorded sample does not fit the task: '" + column + "': " + rule);
  }
}
