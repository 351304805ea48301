package dev.endolith.registry.sql;

import dev.endolith.WorkspaceProvider;
import dev.endolith.WorkspaceSettings;
import dev.endolith.WorkspaceStorage;
import javax.sql.DataSource;

/**
 * Opens workspaces in a database of the host, SQLite or PostgreSQL, through the host's own
 * connections. Immutable.
 */
public final class DataSourceWorkspaceProvider implements WorkspaceProvider {
  /** Creates the provider; called by {@link java.util.ServiceLoader}. */
  public DataSourceWorkspaceProvider() {}

  @Override
  public String name() {
    return SQL;
  }

  @Override
  public WorkspaceStorage open(WorkspaceSettings settings) {
    DataSource connections = settings.dataSource();
    if (connections == null) {
      throw new IllegalArgumentException("give the connections with dataSource(...)");
    }
    return SqlStorage.open(connections, null, settings);
  }
}
