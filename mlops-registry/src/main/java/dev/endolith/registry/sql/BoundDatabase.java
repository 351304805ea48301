package dev.endolith.registry.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/*
 * A transaction that is already under way, of a unit of work or of the host. What fails in it is
 * taken back to a savepoint, so that whoever catches the failure can go on and commit the rest.
 */
final class BoundDatabase implements SqlDatabase {
  private final Connection connection;
  private final Dialect dialect;

  BoundDatabase(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  @Override
  public Dialect dialect() {
    return dialect;
  }

  /** Not closed: the connection is not ours. */
  private Handle handle() {
    return Jdbi.open(connection);
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker")
  public <R> R read(String operation, Work<R> work) {
    try {
      return work.apply(handle());
    } catch (JdbiException | SQLException e) {
      throw SqlErrors.failed(operation, e);
    }
  }

  /** As far as the transaction that goes on is one. */
  @Override
  public <R> R snapshot(String operation, Work<R> work) {
    return read(operation, work);
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker")
  public <R> R write(String operation, Collection<String> locks, Work<R> work) {
    try {
      Handle handle = handle();
      if (dialect == Dialect.SQLITE) {
        return withSqliteSavepoint(handle, work);
      }
      dialect.lock(handle, locks);
      Savepoint before = connection.setSavepoint();
      boolean done = false;
      try {
        R result = work.apply(handle);
        done = true;
        return result;
      } finally {
        if (done) {
          connection.releaseSavepoint(before);
        } else {
          connection.rollback(before);
        }
      }
    } catch (JdbiException | SQLException e) {
      throw SqlErrors.failed(operation, e);
    }
  }

  /** By statements: the driver allows savepoints only in transactions that it began itself. */
  private static <R> R withSqliteSavepoint(Handle handle, Work<R> work) throws SQLException {
    handle.execute("SAVEPOINT endolith");
    boolean done = false;
    try {
      R result = work.apply(handle);
      done = true;
      return result;
    } finally {
      if (!done) {
        handle.execute("ROLLBACK TO endolith");
      }
      handle.execute("RELEASE endolith");
    }
  }

  @Override
  public List<String> check() {
    return List.of();
  }

  /** The transaction is ended by whoever began it. */
  @Override
  public void close() {}
}
