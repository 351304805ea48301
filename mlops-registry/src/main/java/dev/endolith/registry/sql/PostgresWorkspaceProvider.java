package dev.endolith.registry.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.endolith.WorkspaceProvider;
import dev.endolith.WorkspaceSettings;
import dev.endolith.WorkspaceStorage;
import dev.endolith.error.MissingDependencyException;
import dev.endolith.error.StorageException;
import java.net.URI;
import java.time.Duration;

/**
 * Opens workspaces at {@code postgresql://user:password@host:port/database}, for many machines.
 * Immutable.
 */
public final class PostgresWorkspaceProvider implements WorkspaceProvider {
  private static final int CONNECTIONS = 10;
  private static final Duration WAIT = Duration.ofSeconds(10);

  /** Creates the provider; called by {@link java.util.ServiceLoader}. */
  public PostgresWorkspaceProvider() {}

  @Override
  public String name() {
    return "postgresql";
  }

  @Override
  public WorkspaceStorage open(WorkspaceSettings settings) {
    URI uri = settings.uri();
    if (uri == null || uri.getHost() == null || uri.getPath() == null) {
      throw new IllegalArgumentException(
          "a workspace in PostgreSQL is at postgresql://user:password@host:port/database");
    }
    try {
      Class.forName("org.postgresql.Driver");
    } catch (ClassNotFoundException e) {
      throw new MissingDependencyException(
          "PostgreSQL",
          "org.postgresql:postgresql",
          "a workspace in PostgreSQL needs org.postgresql:postgresql on the class path; add it",
          e);
    }
    HikariDataSource pool = pool(uri);
    try {
      return SqlStorage.open(pool, pool, settings);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  /** User and password are taken out of the address, which a driver puts into its messages. */
  private static HikariDataSource pool(URI uri) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("endolith");
    config.setMaximumPoolSize(CONNECTIONS);
    config.setConnectionTimeout(WAIT.toMillis());
    config.setInitializationFailTimeout(WAIT.toMillis());
    config.setJdbcUrl(
        "jdbc:postgresql://"
            + uri.getHost()
            + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
            + uri.getRawPath()
            + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
    String user = uri.getUserInfo();
    if (user != null) {
      int colon = user.indexOf(':');
      config.setUsername(colon < 0 ? user : user.substring(0, colon));
      if (colon >= 0) {
        config.setPassword(user.substring(colon + 1));
      }
    }
    try {
      return new HikariDataSource(config);
    } catch (RuntimeException e) {
      throw new StorageException(
          "open",
          "the workspace's database cannot be reached; see whether it runs, and whether address,"
              + " user and password are right",
          SqlErrors.cause(e));
    }
  }
}
