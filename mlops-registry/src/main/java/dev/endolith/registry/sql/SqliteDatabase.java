package dev.endolith.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
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
 */
final class SqliteDatabase implements SqlDatabase {
  private static final int READERS = 4;
  private static final Duration WAIT_FOR_CONNECTION = Duration.ofSeconds(10);

  private final HikariDataSource readerPool;
  private final Jdbi writer;
  private final Jdbi reader;
  private final ReentrantLock writing = new ReentrantLock(true);

  /** Shared by operations, exclusive for close, which so waits for those that go on. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  /** The one connection that writes, null after it broke; guarded by {@link #writing}. */
  private @Nullable Handle writerHandle;

  private boolean closed;

  private SqliteDatabase(SqliteConnections writers, HikariDataSource readerPool) {
    this.readerPool = readerPool;
    this.writer = Jdbi.create(writers);
    this.reader = Jdbi.create(readerPool);
  }

  static SqlDatabase open(WorkspaceFolder folder) {
    folder.check();
    SqlSchema.Use use = prepare(folder);
    HikariDataSource readerPool = null;
    try {
      readerPool = pool(new SqliteConnections(folder.database(), true));
      SqliteDatabase database =
          new SqliteDatabase(new SqliteConnections(folder.database(), false), readerPool);
      database.writer(); // what cannot be written is not opened
      return use == SqlSchema.Use.READ ? new ReadOnlyDatabase(database) : database;
    } catch (RuntimeException e) {
      if (readerPool != null) {
        readerPool.close();
      }
      throw SqlErrors.failed("open", e);
    }
  }

  private static SqlSchema.Use prepare(WorkspaceFolder folder) {
    SqliteConnections connections = new SqliteConnections(folder.database(), false);
    SqlSchema schema = new SqlSchema(connections, Dialect.SQLITE);
    if (folder.hasDatabase()) {
      SqlSchema.Use use = schema.use();
      if (use != SqlSchema.Use.MIGRATE) {
        return use;
      }
    }
    folder.create();
    folder.exclusively(
        () -> {
          if (!folder.hasDatabase() || schema.use() == SqlSchema.Use.MIGRATE) {
            folder.createDatabase();
            keepWriteAheadLog(connections);
            schema.migrate(false);
          }
        });
    return schema.use();
  }

  /** It stays with the file. */
  private static void keepWriteAheadLog(SqliteConnections connections) {
    try (Connection connection = connections.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
    } catch (SQLException e) {
      throw SqlSchema.unreadable(e);
    }
  }

  private static HikariDataSource pool(SqliteConnections connections) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("endolith-readers");
    config.setDataSource(connections);
    config.setMaximumPoolSize(READERS);
    config.setMinimumIdle(1);
    config.setMaxLifetime(0);
    config.setConnectionTimeout(WAIT_FOR_CONNECTION.toMillis());
    return new HikariDataSource(config);
  }

  @Override
  public Dialect dialect() {
    return Dialect.SQLITE;
  }

  @Override
  public <R> R read(String operation, Work<R> work) {
    use.readLock().lock();
    try {
      requireOpen();
      return reader.withHandle(work::apply);
    } catch (JdbiException | SQLException e) {
      throw SqlErrors.failed(operation, e);
    } finally {
      use.readLock().unlock();
    }
  }

  /** One writer at a time: the locks add nothing. */
  @Override
  public <R> R write(String operation, Collection<String> locks, Work<R> work) {
    use.readLock().lock();
    try {
      requireOpen();
      writing.lock();
      try {
        // closing a connection that cannot be rolled back serves whatever is wrong with it
        return ImmediateTransaction.run(writer(), work, this::discardWriter);
      } finally {
        writing.unlock();
      }
    } catch (JdbiException | SQLException e) {
      throw SqlErrors.failed(operation, e);
    } finally {
      use.readLock().unlock();
    }
  }

  /** The one writer's connection; only who holds the lock of writing asks for it. */
  private Handle writer() {
    Handle open = writerHandle;
    if (open == null) {
      open = writer.open();
      writerHandle = open;
    }
    return open;
  }

  private void discardWriter() {
    Handle open = writerHandle;
    writerHandle = null;
    if (open != null) {
      try {
        open.close();
      } catch (JdbiException e) {
        // it is given up; what was wrong with it is what its user is told
      }
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
        discardWriter(); // nobody writes any more
      }
    } finally {
      use.writeLock().unlock();
    }
  }

  @Override
  public List<String> check() {
    return integrity(this);
  }

  /** What SQLite itself finds wrong. */
  static List<String> integrity(SqlDatabase database) {
    return database.read(
        "check",
        handle ->
            handle
                .createQuery("PRAGMA integrity_check")
                .mapTo(String.class)
                .filter(line -> !line.equals("ok"))
                .map(line -> "the database is damaged: " + line)
                .list());
  }
}
