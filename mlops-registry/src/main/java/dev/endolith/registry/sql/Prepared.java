package dev.endolith.registry.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement in use; its rows are closed before it is.
 *
 * @param statement the statement
 * @param from who lent it, null if it is closed for good
 */
record Prepared(String sql, PreparedStatement statement, @Nullable KeptStatements from)
    implements AutoCloseable {

  static Prepared of(Handle handle, String sql) throws SQLException {
    Connection connection = handle.getConnection();
    if (connection.isWrapperFor(KeptStatements.class)) {
      KeptStatements kept = connection.unwrap(KeptStatements.class);
      return new Prepared(sql, kept.take(sql), kept);
    }
    return new Prepared(sql, connection.prepareStatement(sql), null);
  }

  @Override
  public void close() throws SQLException {
    if (from == null) {
      statement.close();
    } else {
      from.giveBack(sql, statement);
    }
  }
}
