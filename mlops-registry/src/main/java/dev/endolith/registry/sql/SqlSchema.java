package dev.endolith.registry.sql;

import dev.endolith.error.MissingDependencyException;
import dev.endolith.error.StorageException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/*
 * Brings a database to the schema of this program, or refuses it.
 *
 * A newer program may have changed the schema. It says in endolith_schema_compatibility what a
 * program must know to go on reading and writing it, so that a rolling deployment does not stop the
 * older processes: they go on, go on reading, or are refused.
 */
final class SqlSchema {
  /** The newest migration that this program knows; a test compares it with the files. */
  static final int VERSION = 3;

  static final String HISTORY = "endolith_schema_history";

  /** How often a migration is begun that others begin at the same moment. */
  private static final int ATTEMPTS = 3;

  /** Before it, what a program must know was said in a table without prefix, and was nothing. */
  private static final int FIRST_WITH_PREFIX = 2;

  /** Before it, a checkpoint at the wrong moment could lose a commit of another process. */
  private static final List<Integer> OLDEST_SQLITE = List.of(3, 51, 3);

  private final DataSource connections;
  private final Dialect dialect;

  SqlSchema(DataSource connections, Dialect dialect) {
    this.connections = connections;
    this.dialect = dialect;
  }

  /** What this program may do with a database. */
  enum Use {
    /** It is to be migrated first. */
    MIGRATE,
    /** A newer program changed it so that this one must not write it. */
    READ,
    /** Everything. */
    READ_AND_WRITE
  }

  /**
   * What this program may do with the database as it is.
   *
   * @throws StorageException if it can neither be read nor migrated
   */
  Use use() {
    try (Connection connection = connections.getConnection();
        Statement statement = connection.createStatement()) {
      if (dialect == Dialect.SQLITE) {
        requireSqlite(text(statement, "SELECT sqlite_version()"));
      }
      if (!exists(connection)) {
        return Use.MIGRATE;
      }
      long known =
          number(
              statement,
              "SELECT coalesce(max(CAST(version AS INTEGER)), 0) FROM "
                  + HISTORY
                  + " WHERE success = "
                  + (dialect == Dialect.SQLITE ? "1" : "TRUE"));
      if (known < FIRST_WITH_PREFIX) {
        return Use.MIGRATE;
      }
      long reader = number(statement, "SELECT min_reader FROM endolith_schema_compatibility");
      long writer = number(statement, "SELECT min_writer FROM endolith_schema_compatibility");
      if (reader > VERSION) {
        throw new StorageException(
            "open",
            "the workspace was written by a newer Endolith: it needs schema "
                + reader
                + ", this library knows "
                + VERSION
                + "; update the library");
      }
      if (writer > VERSION) {
        return Use.READ;
      }
      return known < VERSION ? Use.MIGRATE : Use.READ_AND_WRITE;
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  private static boolean exists(Connection connection) throws SQLException {
    try (ResultSet tables =
        connection
            .getMetaData()
            .getTables(connection.getCatalog(), connection.getSchema(), HISTORY, null)) {
      return tables.next();
    }
  }

  /**
   * Migrates. Tables of the host may be there; all of ours carry a prefix, and so does the history.
   *
   * @param shared whether the database may hold what is not ours
   */
  void migrate(boolean shared) {
    for (int attempt = 1; ; attempt++) {
      try {
        Flyway.configure(SqlSchema.class.getClassLoader())
            .dataSource(connections)
            .locations(dialect.migrations(shared))
            .table(HISTORY)
            .baselineOnMigrate(shared)
            .baselineVersion("0")
            .load()
            .migrate();
        return;
      } catch (FlywayException e) {
        // Flyway looks whether there is a history, and then takes its lock: a process that makes
        // one between the two is taken for somebody else's tables. A second look sees it.
        if (isLibraryMissing(e)) {
          throw new MissingDependencyException(
              "PostgreSQL",
              "org.flywaydb:flyway-database-postgresql",
              "a workspace in PostgreSQL needs org.flywaydb:flyway-database-postgresql on the class"
                  + " path; add it");
        }
        if (attempt == ATTEMPTS) {
          throw notMigrated(e);
        }
        if (use() != Use.MIGRATE) {
          return;
        }
      }
    }
  }

  private boolean isLibraryMissing(FlywayException e) {
    return SqlErrors.cause(e) == null
        && dialect == Dialect.POSTGRESQL
        && String.valueOf(e.getMessage()).contains("No database found");
  }

  private static StorageException notMigrated(FlywayException e) {
    return new StorageException(
        "open",
        "the workspace's database could not be brought to schema "
            + VERSION
            + "; if it is not a workspace's database, give another one",
        SqlErrors.cause(e));
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

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  static StorageException unreadable(SQLException cause) {
    return new StorageException(
        "open",
        "the workspace's database cannot be read; if it is damaged, restore it from a backup",
        cause);
  }
}
