package dev.endolith.serving.http;

import dev.endolith.data.Field;
import dev.endolith.data.FieldType;
import dev.endolith.data.RawRow;
import dev.endolith.error.DataException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One row of a request's tensors, as texts by column, for the task's features to read. Texts are
 * how every type of field can be read, also those that a double does not hold. Confined to one
 * thread.
 */
final class InputRow implements RawRow {
  private final Map<String, Column> columns;
  private final int row;
  private final Set<String> asked;

  /**
   * Creates a row.
   *
   * @param row the row, from 0
   * @param asked receives the names of the columns that are asked for
   */
  InputRow(Map<String, Column> columns, int row, Set<String> asked) {
    this.columns = columns;
    this.row = row;
    this.asked = asked;
  }

  @Override
  public String source() {
    return "request";
  }

  @Override
  public long line() {
    return row;
  }

  @Override
  public List<String> columns() {
    return List.copyOf(columns.keySet());
  }

  /** A column that was not sent is a missing value: a field that needs one says so. */
  @Override
  public @Nullable String text(String name) {
    asked.add(name);
    Column column = columns.get(name);
    return column == null ? null : column.text(this, name);
  }

  @Override
  public String required(String name) {
    String text = text(name);
    if (text == null) {
      throw bad(
          name,
          columns.containsKey(name)
              ? "the value is missing and the field is not nullable"
              : "the input is missing and the field is not nullable");
    }
    return text;
  }

  @Override
  public DataException bad(String column, String rule) {
    return new DataException(
        source(), row, column, "row " + row + ", column '" + column + "': " + rule);
  }

  /**
   * A column of a tensor: element {@code row * stride + offset} is a row's.
   *
   * @param field the schema's field, null for a column that is no feature
   */
  record Column(WireTensor tensor, int stride, int offset, @Nullable Field field) {
    @Nullable String text(InputRow row, String name) {
      int i = row.row * stride + offset;
      if (tensor.isMissing(i)) {
        return null;
      }
      return switch (tensor.datatype().kind()) {
        case TEXT -> tensor.text(i);
        case BOOL -> Long.toString(tensor.integer(i));
        case INTEGER -> whole(row, name, tensor.integer(i));
        case FLOAT -> real(row, name, tensor.number(i));
      };
    }

    private String whole(InputRow row, String name, long value) {
      if (tensor.datatype() == Datatype.UINT64) {
        return Long.toUnsignedString(value);
      }
      return field == null ? Long.toString(value) : time(row, name, field.type(), value, 0);
    }

    private String real(InputRow row, String name, double value) {
      if (Double.isInfinite(value)) {
        throw row.bad(name, "a number must be finite");
      }
      double floor = Math.floor(value);
      FieldType type = field == null ? FieldType.NUMBER : field.type();
      if (type == FieldType.TIMESTAMP && Math.abs(value) < Long.MAX_VALUE) {
        return time(row, name, type, (long) floor, (long) ((value - floor) * 1e9));
      }
      boolean isLong = value == floor && Math.abs(value) < Long.MAX_VALUE;
      if (type == FieldType.DATE) {
        if (!isLong) {
          throw row.bad(name, "a date is a whole number of days since 1970-01-01");
        }
        return time(row, name, type, (long) value, 0);
      }
      return isLong && (type == FieldType.BOOLEAN || value != 0)
          ? Long.toString((long) value)
          : Double.toString(value); // -0.0 stays what it is
    }

    private static String time(InputRow row, String name, FieldType type, long value, long nanos) {
      try {
        return switch (type) {
          case DATE -> LocalDate.ofEpochDay(value).toString();
          case TIMESTAMP -> Instant.ofEpochSecond(value, nanos).toString();
          case NUMBER, BOOLEAN, CATEGORY, TEXT -> Long.toString(value);
        };
      } catch (DateTimeException e) {
        throw row.bad(name, "the number is beyond the times that there are");
      }
    }
  }
}
