package dev.endolith.registry.sql;

import dev.endolith.WorkspaceProvider;
import dev.endolith.WorkspaceStorage;
import java.nio.file.Path;
import java.time.Clock;

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
  public WorkspaceStorage open(Path folder, Clock clock) {
    return SqliteStorage.open(folder, clock);
  }
}
