package dev.endolith.registry.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * Statements without a wrapper, for look-ups and for what every commit does while it holds the
 * lock: there a wrapper costs more than the statement.
 */
final class PlainJdbc {
  private PlainJdbc() {}

  /** Changes rows. */
  static void update(Handle handle, String sql, @Nullable Object... values) {
    try (Prepared prepared = prepare(handle, sql, values)) {
      prepared.statement().executeUpdate();
    } catch (SQLException e) {
      throw new UnableToExecuteStatementException(e, null);
    }
  }

  /**
   * Changes rows with one statement and many values, in one message where the database can.
   *
   * @return how many rows were changed
   */
  static int updateAll(Handle handle, String sql, List<Object[]> rows) {
    try (Prepared prepared = Prepared.of(handle, sql)) {
      PreparedStatement statement = prepared.statement();
      try {
        for (Object[] row : rows) {
          bind(statement, row);
          statement.addBatch();
        }
        return Arrays.stream(statement.executeBatch()).sum();
      } finally {
        statement.clearBatch();
      }
    } catch (SQLException e) {
      throw new UnableToExecuteStatementException(e, null);
    }
  }

  /** Reads the first row, if there is one. */
  static <R> Optional<R> first(
      Handle handle, RowReader<R> reader, String sql, @Nullable Object... values) {
    try (Prepared prepared = prepare(handle, sql, values);
        ResultSet rows = prepared.statement().executeQuery()) {
      return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
    } catch (SQLException e) {
      throw new UnableToExecuteStatementException(e, null);
    }
  }

  /** Reads all rows. */
  static <R> List<R> list(
      Handle handle, RowReader<R> reader, String sql, @Nullable Object... values) {
    try (Prepared prepared = prepare(handle, sql, values);
        ResultSet rows = prepared.statement().executeQuery()) {
      List<R> all = new ArrayList<>();
      while (rows.next()) {
        all.add(reader.read(rows));
      }
      return all;
    } catch (SQLException e) {
      throw new UnableToExecuteStatementException(e, null);
    }
  }

  private static Prepared prepare(Handle handle, String sql, @Nullable Object... values)
      throws SQLException {
    Prepared prepared = Prepared.of(handle, sql);
    try {
      bind(prepared.statement(), values);
      return prepared;
    } catch (SQLException e) {
      prepared.close();
      throw e;
    }
  }

  private static void bind(PreparedStatement statement, @Nullable Object... values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }
}
