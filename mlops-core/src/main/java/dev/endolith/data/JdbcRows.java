package dev.endolith.data;

import dev.endolith.error.StorageException;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a result. A column is found by its label, in any case if only one fits: databases
 * change the case of names that are not quoted.
 */
final class JdbcRows implements Iterator<RawRow> {
  private final String source;
  private final ResultSet result;
  private final List<String> columns;
  private final Map<String, Integer> positions = new HashMap<>();
  private final Map<String, Integer> anyCase = new HashMap<>();
  private final boolean[] zoned;
  private long row;
  private boolean ahead;
  private boolean there;

  JdbcRows(String source, ResultSet result) throws SQLException {
    this.source = source;
    this.result = result;
    ResultSetMetaData about = result.getMetaData();
    String[] labels = new String[about.getColumnCount()];
    this.zoned = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = about.getColumnLabel(i + 1);
      positions.putIfAbsent(labels[i], i);
      anyCase.merge(labels[i].toLowerCase(Locale.ROOT), i, (a, b) -> -1);
      zoned[i] =
          about.getColumnType(i + 1) == Types.TIMESTAMP_WITH_TIMEZONE
              || "timestamptz".equals(about.getColumnTypeName(i + 1)); // PostgreSQL's driver
    }
    this.columns = List.of(labels);
  }

  static StorageException failed(SQLException e) {
    // its message may quote the query and values
    return new StorageException(
        "query", "the database refused or broke off the query, SQL state " + e.getSQLState(), e);
  }

  @Override
  public boolean hasNext() {
    if (!ahead) {
      try {
        there = result.next();
      } catch (SQLException e) {
        throw failed(e);
      }
      ahead = true;
    }
    return there;
  }

  @Override
  public RawRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ahead = false;
    row++;
    @Nullable String[] cells = new String[columns.size()];
    try {
      for (int i = 0; i < cells.length; i++) {
        cells[i] = text(i);
      }
    } catch (SQLException e) {
      throw failed(e);
    }
    return new Cells(row, cells);
  }

  private @Nullable String text(int column) throws SQLException {
    if (zoned[column]) {
      OffsetDateTime time = result.getObject(column + 1, OffsetDateTime.class);
      return time == null ? null : time.toInstant().toString();
    }
    Object value = result.getObject(column + 1);
    if (value == null) {
      return null;
    } else if (value instanceof BigDecimal number) {
      return number.toPlainString();
    } else if (value instanceof Date date) {
      return date.toLocalDate().toString();
    } else if (value instanceof Timestamp time) {
      return time.toLocalDateTime().toString();
    } else if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    return result.getString(column + 1);
  }

  private int position(RawRow from, String column) {
    Integer exact = positions.get(column);
    if (exact == null) {
      exact = anyCase.get(column.toLowerCase(Locale.ROOT));
    }
    if (exact == null || exact < 0) {
      throw RowReader.noColumn(from, column);
    }
    return exact;
  }

  private final class Cells implements RawRow {
    private final long number;
    private final @Nullable String[] cells;

    Cells(long number, @Nullable String[] cells) {
      this.number = number;
      this.cells = cells;
    }

    @Override
    public String source() {
      return source;
    }

    @Override
    public long line() {
      return number;
    }

    @Override
    public List<String> columns() {
      return columns;
    }

    @Override
    public @Nullable String text(String column) {
      String text = cells[position(this, column)];
      return text == null || text.isEmpty() ? null : text;
    }
  }
}
