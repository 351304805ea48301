package dev.endolith.data;

import dev.endolith.error.StorageException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.function.Consumer;
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
    return within(database, connection -> query(connection, sql, parameters, this::read));
  }

  /**
   * Reads the rows of a query in one pass without holding them, however many there are: for what is
   * counted as it goes by. Runs in a connection and a transaction of its own, which is rolled back
   * and closed whatever happens, also where {@code each} throws. At most {@link #fetchSize} rows
   * are in memory with PostgreSQL, one with SQLite; only {@link #distinct()} needs memory per row.
   *
   * <pre>{@code
   * StreamedProfile<Loan> profile = StreamedProfile.of(task.features(), 42);
   * Jdbc.reader(task).forEach(database, example -> profile.add(example.x()), "SELECT * FROM loan");
   * }</pre>
   *
   * @param database gives the connection
   * @param each sees each good row, in the result's order; what it throws ends the reading and is
   *     thrown on
   * @param sql the query, with a question mark for each parameter
   * @param parameters one value per question mark; an {@link Instant} is bound with time zone UTC
   * @return what was read and what was set aside
   * @throws StorageException if the database fails, maybe half-way: rows before were seen; it names
   *     the SQL state, never the query or a value
   * @throws dev.endolith.error.DataException if there is no good row, or bad rows end the reading;
   *     rows before them were seen
   */
  public ReadReport forEach(
      DataSource database,
      Consumer<? super Example<X, Y>> each,
      String sql,
      @Nullable Object... parameters) {
    return within(
        database,
        connection -> query(connection, sql, parameters, (from, rows) -> pass(from, rows, each)));
  }

  /**
   * Reads the rows of a query in one pass without holding them, in a connection of the host, whose
   * transaction goes on.
   *
   * @param connection the connection, not in auto-commit mode, in which PostgreSQL would hand over
   *     the whole result at once; not closed, and not rolled back
   * @param each sees each good row, in the result's order; what it throws ends the reading and is
   *     thrown on. It may use the connection, but not end the transaction
   * @param sql the query, with a question mark for each parameter
   * @param parameters one value per question mark; an {@link Instant} is bound with time zone UTC
   * @return what was read and what was set aside
   * @throws IllegalStateException if the connection commits each statement by itself
   * @throws StorageException if the database fails, maybe half-way: rows before were seen; it names
   *     the SQL state, never the query or a value
   * @throws dev.endolith.error.DataException if there is no good row, or bad rows end the reading;
   *     rows before them were seen
   */
  public ReadReport forEach(
      Connection connection,
      Consumer<? super Example<X, Y>> each,
      String sql,
      @Nullable Object... parameters) {
    try {
      if (connection.getAutoCommit()) {
        throw new IllegalStateException(
            "the connection must not be in auto-commit mode, in which some databases hand over the"
                + " whole result at once; call setAutoCommit(false), or give the DataSource");
      }
      return query(connection, sql, parameters, (from, rows) -> pass(from, rows, each));
    } catch (SQLException e) {
      throw JdbcRows.failed(e);
    }
  }

  /** Does something in a connection and a transaction of its own, which is rolled back. */
  private static <A> A within(DataSource database, Work<A> work) {
    try (Connection connection = database.getConnection()) {
      boolean commits = connection.getAutoCommit();
      connection.setAutoCommit(false);
      A done;
      try {
        done = work.in(connection);
      } catch (SQLException | RuntimeException | Error e) {
        try {
          restore(connection, commits);
        } catch (SQLException again) { // as on a connection that is gone
          e.addSuppressed(again);
        }
        throw e;
      }
      restore(connection, commits);
      return done;
    } catch (SQLException e) {
      throw JdbcRows.failed(e);
    }
  }

  private static void restore(Connection connection, boolean commits) throws SQLException {
    connection.rollback();
    connection.setAutoCommit(commits);
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
      return query(connection, sql, parameters, this::read);
    } catch (SQLException e) {
      throw JdbcRows.failed(e);
    }
  }

  private <A> A query(
      Connection connection, String sql, @Nullable Object[] parameters, Reading<A> reading)
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
        return reading.of(from, new JdbcRows(from.name(), result));
      }
    }
  }

  /** What is done with a connection. */
  @FunctionalInterface
  private interface Work<A> {
    A in(Connection connection) throws SQLException;
  }

  /** What is made of the rows of a result. */
  @FunctionalInterface
  private interface Reading<A> {
    A of(DataOrigin from, Iterator<RawRow> rows);
  }
}
