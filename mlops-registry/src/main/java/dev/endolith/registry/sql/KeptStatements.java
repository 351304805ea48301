package dev.endolith.registry.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * A connection that lends its prepared statements: what is asked of them reaches the driver without
 * a wrapper between. Confined to the thread that has the connection.
 */
interface KeptStatements {
  /** The statement of this text, prepared; all its parameters have to be bound. */
  PreparedStatement take(String sql) throws SQLException;

  /** Brings a statement back that is not read any more and has no batch. */
  void giveBack(String sql, PreparedStatement statement) throws SQLException;
}
