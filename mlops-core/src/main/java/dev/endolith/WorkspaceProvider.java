package dev.endolith;

import java.nio.file.Path;
import java.time.Clock;

/**
 * Opens workspaces of one kind. SPI: declared in {@code
 * META-INF/services/dev.endolith.WorkspaceProvider} and found by name.
 */
public interface WorkspaceProvider {
  /** The name of the provider that {@link Workspace#open(Path)} uses. */
  String EMBEDDED = "sqlite";

  /**
   * The name by which it is found.
   *
   * @return the name
   */
  String name();

  /**
   * Opens a workspace in a folder, and creates it where there is none.
   *
   * @param folder the folder
   * @param clock gives the times of commits
   * @return the workspace's stores
   * @throws dev.endolith.error.StorageException if the folder cannot be used; the message says why
   */
  WorkspaceStorage open(Path folder, Clock clock);
}
