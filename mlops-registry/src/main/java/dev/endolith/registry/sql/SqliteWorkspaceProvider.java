package dev.endolith.registry.sql;

import dev.endolith.WorkspaceProvider;
import dev.endolith.WorkspaceSettings;
import dev.endolith.WorkspaceStorage;

/**
 * Opens workspaces that are kept in a folder, with SQLite and files. Several processes may open one
 * folder. Immutable.
 */
public final class SqliteWorkspaceProvider implements WorkspaceProvider {
  /** Creates the provider; called by {@link java.util.ServiceLoader}. */
  public SqliteWorkspaceProvider() {}

  @Override
  public String name() {
    return EMBEDDED;
  }

  @Override
  public WorkspaceStorage open(WorkspaceSettings settings) {
    return SqlStorage.openFolder(settings);
  }
}
