package dev.endolith.registry.sql;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Opens connections to one database file, all with the settings that durability needs. */
final class SqliteConnections extends SQLiteDataSource {
  private static final int BUSY_TIMEOUT_MILLIS = 10_000;
  private static final int JOURNAL_SIZE_LIMIT_BYTES = 64 * 1024 * 1024;

  private final boolean readOnly;

  SqliteConnections(Path file, boolean readOnly) {
    super(config());
    this.readOnly = readOnly;
    setUrl("jdbc:sqlite:" + file);
  }

  private static SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enableFullSync(true); // on macOS an fsync alone leaves the data in the disk's own cache
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.setJournalSizeLimit(JOURNAL_SIZE_LIMIT_BYTES);
    config.enforceForeignKeys(true);
    config.enableLoadExtension(false);
    config.setGetGeneratedKeys(false); // the driver would query the row id after each insert
    return config;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = super.getConnection();
    try (Statement settings = connection.createStatement()) {
      settings.execute("PRAGMA trusted_schema = OFF");
      settings.execute("PRAGMA query_only = " + (readOnly ? "ON" : "OFF"));
      return StatementCache.over(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }
}
