package dev.endolith.registry.sql;

import dev.endolith.error.StorageException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a caller is told when a database fails. */
final class SqlErrors {
  private SqlErrors() {}

  /** Keeps only the driver's own exception: those around it show SQL and values. */
  static StorageException failed(String operation, Exception e) {
    return new StorageException(
        operation,
        "the workspace's database could not carry out '"
            + operation
            + "'; nothing of it is visible. Try again; if it goes on, check the disk",
        cause(e));
  }

  /**
   * A commit whose outcome nobody knows: the server may have committed before the connection broke,
   * and what a disk refused to confirm may be there when the database is opened again.
   */
  static StorageException unknown(SQLException cause) {
    return new StorageException(
        "commit",
        "the workspace's database failed while it committed: it is not known whether it did. Try"
            + " again, a registration under the same idempotency key; else read first what is"
            + " there",
        cause);
  }

  static @Nullable SQLException cause(Throwable e) {
    SQLException cause = null;
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql) {
        cause = sql;
      }
    }
    return cause;
  }
}
