package dev.endolith;

/**
 * Opens workspaces of one kind. SPI: declared in {@code
 * META-INF/services/dev.endolith.WorkspaceProvider} and found by name.
 */
public interface WorkspaceProvider {
  /** The name of the provider for a folder alone. */
  String EMBEDDED = "sqlite";

  /** The name of the provider for a host's own {@link javax.sql.DataSource}. */
  String SQL = "sql";

  /**
   * The name by which it is found: that of the scheme of its URIs.
   *
   * @return the name
   */
  String name();

  /**
   * Opens a workspace, and creates it where there is none.
   *
   * @param settings where it is
   * @return the workspace's stores
   * @throws dev.endolith.error.StorageException if it cannot be used; the message says why
   * @throws IllegalArgumentException if the settings lack what this kind needs
   */
  WorkspaceStorage open(WorkspaceSettings settings);
}
