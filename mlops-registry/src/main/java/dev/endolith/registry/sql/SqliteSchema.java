package dev.endolith.registry.sql;

import dev.endolith.error.StorageException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/*
 * Brings the database of a folder to the schema of this program, or refuses it.
 *
 * A newer program may have changed the schema. It says in schema_compatibility what a program must
 * know to go on using it, so that a rolling deployment does not stop the older processes.
 */
final class SqliteSchema {
  /** The newest migration that this program knows; a test compares it with the files. */
  static final int VERSION = 1;

  static final String HISTORY = "endolith_schema_history";
  static final String MIGRATIONS = "classpath:db/endolith/sqlite";

  /** Before it, a checkpoint at the wrong moment could lose a commit of another process. */
  private static final List<Integer> OLDEST_SQLITE = List.of(3, 51, 3);

  private final WorkspaceFolder folder;

  SqliteSchema(WorkspaceFolder folder) {
    this.folder = folder;
  }

  void prepare() {
    if (folder.hasDatabase() && isCurrent()) {
      return;
    }
    folder.create();
    folder.exclusively(
        () -> {
          if (!folder.hasDatabase() || !isCurrent()) {
            folder.createDatabase();
            migrate();
          }
        });
  }

  /** Whether nothing is to be done. */
  private boolean isCurrent() {
    try (Connection connection = new SqliteConnections(folder.database(), false).getConnection();
        Statement statement = connection.createStatement()) {
      requireSqlite(statement);
      if (number(statement, "SELECT count(*) FROM sqlite_schema WHERE name = '" + HISTORY + "'")
          == 0) {
        return false;
      }
      long known =
          number(
              statement,
              "SELECT coalesce(max(CAST(version AS INTEGER)), 0) FROM "
                  + HISTORY
                  + " WHERE success = 1");
      if (known > 0) {
        requireCompatible(statement);
      }
      return known >= VERSION;
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  private void migrate() {
    try {
      SqliteConnections connections = new SqliteConnections(folder.database(), false);
      try (Connection connection = connections.getConnection();
          Statement statement = connection.createStatement()) {
        requireSqlite(statement);
        statement.execute("PRAGMA journal_mode = WAL"); // stays with the file
      }
      Flyway.configure(SqliteSchema.class.getClassLoader())
          .dataSource(connections)
          .locations(MIGRATIONS)
          .table(HISTORY)
          .load()
          .migrate();
    } catch (SQLException e) {
      throw unreadable(e);
    } catch (FlywayException e) {
      throw new StorageException(
          "open",
          "the workspace's database could not be brought to schema "
              + VERSION
              + "; if it is not a workspace's database, give another folder",
          SqliteDatabase.sqlCause(e));
    }
  }

  private static void requireCompatible(Statement statement) throws SQLException {
    long reader = number(statement, "SELECT min_reader FROM schema_compatibility");
    long writer = number(statement, "SELECT min_writer FROM schema_compatibility");
    if (Math.max(reader, writer) > VERSION) {
      throw new StorageException(
          "open",
          "the workspace was written by a newer Endolith: it needs schema "
              + Math.max(reader, writer)
              + ", this library knows "
              + VERSION
              + "; update the library");
    }
  }

  private static void requireSqlite(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SELECT sqlite_version()")) {
      rows.next();
      requireSqlite(rows.getString(1));
    }
  }

  static void requireSqlite(String version) {
    int[] parts = Arrays.stream(version.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
    int[] oldest = OLDEST_SQLITE.stream().mapToInt(Integer::intValue).toArray();
    if (Arrays.compare(parts, oldest) < 0) {
      throw new StorageException(
          "open",
          "the SQLite on the class path is "
              + version
              + ", a workspace needs 3.51.3 or newer; update org.xerial:sqlite-jdbc");
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  private static StorageException unreadable(SQLException cause) {
    return new StorageException(
        "open",
        "the workspace's database cannot be read; if it is damaged, restore it from a backup",
        cause);
  }
}
