package dev.endolith.data;

import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads labelled rows from a database, one by one as the driver fetches them. Columns are found by
 * their label, so name them in the query as the task's fields are named ({@code "outer.inner"} for
 * a nested record).
 */
public final class Jdbc {
  private Jdbc() {}

  /**
   * Runs a query in a connection of its own.
   *
   * @param database gives the connection
   * @param task what is predicted
   * @param sql the query, with a question mark for each parameter
   * @param parameters one value per question mark
   * @param <X> the row
   * @param <Y> the label
   * @return the rows, in the result's order
   * @throws dev.endolith.error.StorageException if the database fails
   * @throws dev.endolith.error.DataException if a row breaks a rule of the task, or there is none
   */
  public static <X, Y> Dataset<X, Y> read(
      DataSource database, Task<X, Y> task, String sql, @Nullable Object... parameters) {
    return reader(task).read(database, sql, parameters);
  }

  /**
   * Starts a reader with options.
   *
   * @param task what is predicted
   * @param <X> the row
   * @param <Y> the label
   * @return a reader
   */
  public static <X, Y> JdbcReader<X, Y> reader(Task<X, Y> task) {
    return new JdbcReader<>(task);
  }
}
