package dev.endolith.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.endolith.error.StorageException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/*
 * One connection writes, a few read. Threads of this process queue at a fair lock for the writer;
 * processes queue at SQLite's own lock, which BEGIN IMMEDIATE takes and waits for.
 *
 * Transactions are begun and ended by statements, with the connection in auto-commit mode as the
 * driver sees it: its own commit() begins the next transaction at once, and so would take the lock
 * again, wait for other processes, and report their delay as the failure of a commit that succeeded.
 */
final class SqliteDatabase implements AutoCloseable {
  private static final int READERS = 4;
  private static final Duration WAIT_FOR_CONNECTION = Duration.ofSeconds(10);

  private final HikariDataSource writerPool;
  private final HikariDataSource readerPool;
  private final Jdbi writer;
  private final Jdbi reader;
  private final ReentrantLock writing = new ReentrantLock(true);

  /** Shared by operations, exclusive for close, which so waits for those that go on. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private boolean closed;

  private SqliteDatabase(HikariDataSource writerPool, HikariDataSource readerPool) {
    this.writerPool = writerPool;
    this.readerPool = readerPool;
    this.writer = Jdbi.create(writerPool);
    this.reader = Jdbi.create(readerPool);
  }

  static SqliteDatabase open(WorkspaceFolder folder) {
    folder.check();
    new SqliteSchema(folder).prepare();
    HikariDataSource writerPool = null;
    try {
      writerPool = pool("endolith-writer", new SqliteConnections(folder.database(), false), 1);
      return new SqliteDatabase(
          writerPool,
          pool("endolith-readers", new SqliteConnections(folder.database(), true), READERS));
    } catch (RuntimeException e) {
      if (writerPool != null) {
        writerPool.close();
      }
      throw failed("open", e);
    }
  }

  private static HikariDataSource pool(String name, SqliteConnections connections, int size) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setDataSource(connections);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1);
    config.setMaxLifetime(0);
    config.setConnectionTimeout(WAIT_FOR_CONNECTION.toMillis());
    return new HikariDataSource(config);
  }

  /**
   * Reads; each statement sees one committed state.
   *
   * @throws StorageException if the database fails
   * @throws IllegalStateException if it is closed
   */
  <R> R read(String operation, Work<R> work) {
    use.readLock().lock();
    try {
      requireOpen();
      return reader.withHandle(work::apply);
    } catch (JdbiException | SQLException e) {
      throw failed(operation, e);
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * Reads and writes in one transaction while nobody else writes. What the work throws rolls it
   * back.
   *
   * @throws StorageException if the database fails; nothing is visible then
   * @throws IllegalStateException if it is closed
   */
  <R> R write(String operation, Work<R> work) {
    use.readLock().lock();
    try {
      requireOpen();
      writing.lock();
      try (Handle handle = writer.open()) {
        return transaction(handle, work);
      } finally {
        writing.unlock();
      }
    } catch (JdbiException | SQLException e) {
      throw failed(operation, e);
    } finally {
      use.readLock().unlock();
    }
  }

  private <R> R transaction(Handle handle, Work<R> work) throws SQLException {
    handle.execute("BEGIN IMMEDIATE");
    boolean committed = false;
    try {
      R result = work.apply(handle);
      handle.execute("COMMIT");
      committed = true;
      return result;
    } finally {
      if (!committed) {
        rollback(handle);
      }
    }
  }

  private void rollback(Handle handle) {
    try {
      handle.execute("ROLLBACK");
    } catch (JdbiException e) {
      // SQLite has rolled back by itself, or the connection is broken: closing it serves both
      writerPool.evictConnection(handle.getConnection());
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the workspace is closed");
    }
  }

  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        readerPool.close();
        writerPool.close();
      }
    } finally {
      use.writeLock().unlock();
    }
  }

  /** Keeps only the driver's own exception: those around it show SQL and values. */
  private static StorageException failed(String operation, Exception e) {
    return new StorageException(
        operation,
        "the workspace's database could not carry out '"
            + operation
            + "'; nothing of it is visible. Try again; if it goes on, check the disk",
        sqlCause(e));
  }

  static @Nullable SQLException sqlCause(Throwable e) {
    SQLException cause = null;
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql) {
        cause = sql;
      }
    }
    return cause;
  }

  /** What is done with a connection. */
  interface Work<R> {
    R apply(Handle handle) throws SQLException;
  }
}
