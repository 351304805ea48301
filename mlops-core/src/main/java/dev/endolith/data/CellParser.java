package dev.endolith.data;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;

/** Turns the text of a cell into a value of a field's type, or says which rule it breaks. */
final class CellParser {
  private CellParser() {}

  /** Parses a numeric field of any type; the cell is not empty. */
  static double number(RawRow raw, String column, FieldType type) {
    return switch (type) {
      case NUMBER -> number(raw, column);
      case BOOLEAN -> bool(raw, column) ? 1 : 0;
      case DATE -> date(raw, column).toEpochDay();
      case TIMESTAMP -> instant(raw, column).getEpochSecond();
      case CATEGORY, TEXT -> throw new IllegalArgumentException(type + " is not numeric");
    };
  }

  static double number(RawRow raw, String column) {
    String text = raw.required(column).strip();
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw raw.bad(column, "the cell is not a number");
    }
    if (!Double.isFinite(value)) {
      throw raw.bad(
          column,
          "a number must be finite, was " + value + "; leave the cell empty if it is missing");
    }
    return value;
  }

  static long integer(RawRow raw, String column, long min, long max) {
    String text = raw.required(column).strip();
    long value;
    try {
      value = new BigDecimal(text).longValueExact();
    } catch (NumberFormatException | ArithmeticException e) {
      throw raw.bad(column, "the cell is not a whole number");
    }
    if (value < min || value > max) {
      throw raw.bad(column, "a value must be in [" + min + ", " + max + "]");
    }
    return value;
  }

  static BigDecimal decimal(RawRow raw, String column) {
    try {
      return new BigDecimal(raw.required(column).strip());
    } catch (NumberFormatException e) {
      throw raw.bad(column, "the cell is not a number");
    }
  }

  static boolean bool(RawRow raw, String column) {
    return switch (raw.required(column).strip().toLowerCase(java.util.Locale.ROOT)) {
      case "true", "yes", "1" -> true;
      case "false", "no", "0" -> false;
      default -> throw raw.bad(column, "a boolean is one of true, false, yes, no, 1, 0");
    };
  }

  static LocalDate date(RawRow raw, String column) {
    try {
      return LocalDate.parse(raw.required(column).strip());
    } catch (DateTimeParseException e) {
      throw raw.bad(column, "a date is written as 2008-05-31");
    }
  }

  static Instant instant(RawRow raw, String column) {
    String text = raw.required(column).strip();
    try {
      return text.endsWith("Z")
          ? Instant.parse(text)
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw raw.bad(column, "an instant is written as 2008-05-31T12:00:00Z");
    }
  }

  static String category(RawRow raw, Field field) {
    String text = raw.required(field.name());
    if (field.type() == FieldType.CATEGORY
        && !field.values().isEmpty()
        && !field.values().contains(text)) {
      throw unknownCategory(raw, field.name(), field.values().toArray());
    }
    return text;
  }

  static <E extends Enum<E>> E constant(RawRow raw, String column, Class<E> type) {
    String text = raw.required(column).strip();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text)) {
        return constant;
      }
    }
    throw unknownCategory(raw, column, (Object[]) type.getEnumConstants());
  }

  private static dev.endolith.error.DataException unknownCategory(
      RawRow raw, String column, Object[] known) {
    return raw.bad(
        column,
        "the cell holds an unknown category; known are "
            + Arrays.toString(known)
            + "; use a String component if the set is open");
  }
}
