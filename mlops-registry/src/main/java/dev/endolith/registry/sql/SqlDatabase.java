package dev.endolith.registry.sql;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Where statements are run, and what makes several of them one. */
interface SqlDatabase extends AutoCloseable {
  /** How this database says what is not said alike everywhere. */
  Dialect dialect();

  /**
   * Reads; each statement sees one committed state.
   *
   * @throws dev.endolith.error.StorageException if the database fails
   * @throws IllegalStateException if it is closed
   */
  <R> R read(String operation, Work<R> work);

  /**
   * Reads; all statements see one committed state.
   *
   * @throws dev.endolith.error.StorageException if the database fails
   * @throws IllegalStateException if it is closed
   */
  default <R> R snapshot(String operation, Work<R> work) {
    return read(operation, handle -> dialect().snapshot(handle, work));
  }

  /**
   * Reads and writes in one transaction, while nobody else writes what the locks stand for. What
   * the work throws rolls it back.
   *
   * @throws dev.endolith.error.StorageException if the database fails; nothing is visible then
   * @throws IllegalStateException if it is closed
   */
  <R> R write(String operation, Collection<String> locks, Work<R> work);

  /** What is damaged, one sentence each. */
  List<String> check();

  @Override
  void close();

  /** What is done with a connection. */
  interface Work<R> {
    R apply(Handle handle) throws SQLException;
  }
}
