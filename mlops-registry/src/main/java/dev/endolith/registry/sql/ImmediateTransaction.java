package dev.endolith.registry.sql;

import java.sql.SQLException;
import org.jdbi.v3.core.Handle;

/*
 * A write transaction of SQLite, begun and ended by statements, with the connection in auto-commit
 * mode as the driver sees it: its own commit() begins the next transaction at once, and so would
 * take the lock again, wait for other processes, and report their delay as the failure of a commit
 * that succeeded.
 */
final class ImmediateTransaction {
  private ImmediateTransaction() {}

  /**
   * Does work in a transaction.
   *
   * @param ifBroken what to do when the transaction cannot be rolled back: SQLite has done it by
   *     itself, or the connection is broken
   */
  static <R> R run(Handle handle, SqlDatabase.Work<R> work, Runnable ifBroken) throws SQLException {
    execute(handle, "BEGIN IMMEDIATE");
    boolean committed = false;
    try {
      R result = work.apply(handle);
      commit(handle);
      committed = true;
      return result;
    } finally {
      if (!committed) {
        rollback(handle, ifBroken);
      }
    }
  }

  private static void commit(Handle handle) {
    try {
      execute(handle, "COMMIT");
    } catch (SQLException e) {
      throw SqlErrors.unknown(e);
    }
  }

  private static void rollback(Handle handle, Runnable ifBroken) {
    try {
      execute(handle, "ROLLBACK");
    } catch (SQLException e) {
      ifBroken.run();
    }
  }

  private static void execute(Handle handle, String sql) throws SQLException {
    try (Prepared prepared = Prepared.of(handle, sql)) {
      prepared.statement().execute();
    }
  }
}
