package dev.endolith.registry.sql;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.error.DataException;
import dev.endolith.error.IntegrityException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/** How values stand in columns. */
final class Columns {
  private static final long MICROS = 1_000_000;

  private Columns() {}

  static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000);
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return instant(row.getLong(column));
  }

  static Digest digest(ResultSet row, String column) throws SQLException {
    return new Digest(row.getString(column));
  }

  static Map<String, String> texts(String json) {
    if (json.equals("{}")) {
      return Map.of(); // most have none
    }
    Map<String, String> texts = new HashMap<>();
    Map<?, ?> read = CanonicalJson.read(json, Map.class);
    read.forEach((name, text) -> texts.put(String.valueOf(name), String.valueOf(text)));
    return texts;
  }

  /** A row that breaks the rules of its type was not written by this library. */
  static <R> RowReader<R> checked(String what, RowReader<R> reader) {
    return row -> {
      try {
        return reader.read(row);
      } catch (IllegalArgumentException
          | DataException
          | NullPointerException
          | ArithmeticException
          | DateTimeException e) {
        throw new IntegrityException(
            what,
            "a stored " + what + " was changed behind the library's back: it has no valid form");
      }
    };
  }
}
