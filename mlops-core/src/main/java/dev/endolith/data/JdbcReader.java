package dev.endolith.data;

import dev.endolith.error.StorageException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads labelled rows from a database; made by {@link Jdbc#reader}. Confined to one thread.
 *
 * @param <X> the row
 * @param <Y> the label
 */
public final class JdbcReader<X, Y> extends RowReader<X, Y, JdbcReader<X, Y>> {
  private int fetchSize = 1_000;

  JdbcReader(Task<X, Y> task) {
    super(task);
  }

  @Override
  JdbcReader<X, Y> self() {
    return this;
  }

  /**
   * Says how many rows the driver fetches at once.
   *
   * @param rows 1 or more; 1 000 by default, so that a driver which honours it never holds the
   *     whole result
   * @return this
   * @throws IllegalArgumentException if {@code rows} is less than 1
   */
  public JdbcReader<X, Y> fetchSize(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("fetchSize must be at least 1, was " + rows);
    }
    this.fetchSize = rows;
    return this;
  }

  /**
   * Runs a query in a connection and a transaction of its own, which is rolled back: PostgreSQL
   * streams within a transaction only.
   *
   * @param database gives the connection
   * @param sql the query, with a question mark for each parameter; give it an {@code ORDER BY}, or
   *     the fingerprint may differ from one reading to the next
   * @param parameters one value per question mark; an {@link Instant} is bound with time zone UTC
   * @return the rows, in the result's order; by default their origin is {@code query}
   * @throws StorageException if the database fails; it names the SQL state, never the query or a
   *     value
   * @throws dev.endolith.error.DataException if there is no good row, or bad rows end the reading
   */
  public Dataset<X, Y> read(DataSource database, String sql, @Nullable Object... parameters) {
    try (Connection connection = database.getConnection()) {
      boolean commits = connection.getAutoCommit();
      connection.setAutoCommit(false);
      try {
        return query(connection, sql, parameters);
      } finally {
        connection.rollback();
        connection.setAutoCommit(commits);
      }
    } catch (SQLException e) {
      throw JdbcRows.failed(e);
    }
  }

  /**
   * Runs a query in a connection of the host, whose transaction goes on.
   *
   * @param connection the connection; not closed
   * @param sql the query, with a question mark for each parameter
   * @param parameters one value per question mark; an {@link Instant} is bound with time zone UTC
   * @return the rows, in the result's order; by default their origin is {@code query}
   * @throws StorageException if the database fails; it names the SQL state, never the query or a
   *     value
   * @throws dev.endolith.error.DataException if there is no good row, or bad rows end the reading
   */
  public Dataset<X, Y> read(Connection connection, String sql, @Nullable Object... parameters) {
    try {
      return query(connection, sql, parameters);
    } catch (SQLException e) {
      throw JdbcRows.failed(e);
    }
  }

  private Dataset<X, Y> query(Connection connection, String sql, @Nullable Object[] parameters)
      throws SQLException {
    DataOrigin from = origin == null ? DataOrigin.named("query") : origin;
    try (PreparedStatement statement =
        connection.prepareStatement(sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
      statement.setFetchSize(fetchSize);
      for (int i = 0; i < parameters.length; i++) {
        Object value = parameters[i];
        statement.setObject(
            i + 1,
            value instanceof Instant instant
                ? OffsetDateTime.ofInstant(instant, ZoneOffset.UTC)
                : value);
      }
      try (ResultSet result = statement.executeQuery()) {
        return read(from, new JdbcRows(from.name(), result));
      }
    }
  }
}
