package dev.endolith.registry.sql;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Makes a value of the row that a result set stands at. */
@FunctionalInterface
interface RowReader<R> {
  /** Reads the row; never null. */
  R read(ResultSet row) throws SQLException;
}
