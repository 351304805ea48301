package dev.endolith.registry.sql;

import dev.endolith.error.StorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/*
 * A database behind connections that are the host's, or a pool's. Transactions of PostgreSQL read
 * what was committed and lock by name what they change; one that the server ends because of another
 * is begun again. SQLite has one writer at a time.
 */
final class PooledDatabase implements SqlDatabase {
  /** The class of the SQL states of a broken connection. */
  private static final String CONNECTION_LOST = "08";

  private static final int ATTEMPTS = 8;
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

  private final DataSource connections;
  private final Dialect dialect;
  private final Jdbi jdbi;
  private final @Nullable AutoCloseable pool;
  private volatile boolean closed;

  /**
   * @param pool what is closed with the database, null if the connections are the host's
   */
  PooledDatabase(DataSource connections, Dialect dialect, @Nullable AutoCloseable pool) {
    this.connections = connections;
    this.dialect = dialect;
    this.jdbi = Jdbi.create(connections);
    this.pool = pool;
  }

  @Override
  public Dialect dialect() {
    return dialect;
  }

  @Override
  public <R> R read(String operation, Work<R> work) {
    requireOpen();
    try {
      return jdbi.withHandle(work::apply);
    } catch (JdbiException | SQLException e) {
      throw SqlErrors.failed(operation, e);
    }
  }

  @Override
  public <R> R write(String operation, Collection<String> locks, Work<R> work) {
    requireOpen();
    for (int attempt = 1; ; attempt++) {
      try {
        return transaction(locks, work);
      } catch (JdbiException | SQLException e) {
        if (attempt >= ATTEMPTS || !isEndedByAnother(e)) {
          throw SqlErrors.failed(operation, e);
        }
        long nanos = Math.min(LONGEST_PAUSE.toNanos(), 1_000_000L << attempt);
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(nanos));
      }
    }
  }

  private <R> R transaction(Collection<String> locks, Work<R> work) throws SQLException {
    try (Connection connection = connections.getConnection()) {
      boolean auto = connection.getAutoCommit();
      if (dialect == Dialect.SQLITE) {
        return sqliteTransaction(connection, work);
      }
      connection.setAutoCommit(false);
      boolean committed = false;
      try (Handle handle = Jdbi.open(connection)) {
        dialect.requireDurableCommit(handle);
        dialect.lock(handle, locks);
        R result = work.apply(handle);
        commit(connection);
        committed = true;
        return result;
      } finally {
        if (!committed) {
          rollback(connection);
        }
        restore(connection, auto);
      }
    }
  }

  /** The server may have committed before the connection broke: nothing else may be promised. */
  private static void commit(Connection connection) throws SQLException {
    try {
      connection.commit();
    } catch (SQLException e) {
      String state = e.getSQLState();
      if (state != null && state.startsWith(CONNECTION_LOST)) {
        throw SqlErrors.unknown(e);
      }
      throw e;
    }
  }

  private static <R> R sqliteTransaction(Connection connection, Work<R> work) throws SQLException {
    if (!connection.getAutoCommit()) {
      connection.setAutoCommit(true);
    }
    try (Handle handle = Jdbi.open(connection)) {
      return ImmediateTransaction.run(handle, work, () -> {});
    }
  }

  private static void rollback(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // the connection is broken, and with it the transaction is gone
    }
  }

  private static void restore(Connection connection, boolean auto) {
    try {
      connection.setAutoCommit(auto);
    } catch (SQLException e) {
      // the connection is broken; its pool finds out when it is given back
    }
  }

  /** Serialization failure, deadlock, or SQLite's busy: nothing was done, and it may be again. */
  private static boolean isEndedByAnother(Exception e) {
    SQLException cause = SqlErrors.cause(e);
    if (cause == null) {
      return false;
    }
    String state = cause.getSQLState();
    return "40001".equals(state)
        || "40P01".equals(state)
        || (cause.getErrorCode() == 5 && cause.getClass().getName().startsWith("org.sqlite."));
  }

  @Override
  public List<String> check() {
    return dialect == Dialect.SQLITE ? SqliteDatabase.integrity(this) : List.of();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the workspace is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    if (pool != null) {
      try {
        pool.close();
      } catch (Exception e) {
        throw new StorageException("close", "the connections could not be closed", e);
      }
    }
  }
}
