package dev.endolith.registry.sql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;

/** A real PostgreSQL, one for all tests of the process. A workspace gets a schema of its own. */
final class PostgresServer implements BeforeAllCallback {
  private @Nullable EmbeddedPostgres server;

  @Override
  public void beforeAll(ExtensionContext context) {
    server =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(PostgresServer.class))
            .getOrComputeIfAbsent("server", key -> new Running(start()), Running.class)
            .postgres;
  }

  private static EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.builder()
          .setServerConfig("max_connections", "200")
          .setServerConfig("fsync", "off") // what is tested here is not the disk
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void createSchema(String name) {
    try (Connection connection = connections("public").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  DataSource connections(String schema) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"localhost"});
    source.setPortNumbers(new int[] {port()});
    source.setUser("postgres");
    source.setDatabaseName("postgres");
    source.setCurrentSchema(schema);
    return source;
  }

  /** Where a workspace in a schema is. */
  String address(String schema) {
    return "postgresql://postgres@localhost:" + port() + "/postgres?currentSchema=" + schema;
  }

  int port() {
    EmbeddedPostgres running = server;
    if (running == null) {
      throw new IllegalStateException("the server is not running");
    }
    return running.getPort();
  }

  /** Stopped by JUnit when all tests are done. */
  private record Running(EmbeddedPostgres postgres) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      postgres.close();
    }
  }
}
