package dev.endolith.registry.artifact;

import dev.endolith.registry.ArtifactStore;
import java.nio.file.Path;
import java.time.Clock;

/** Artifact stores in a folder of files. */
public final class FileArtifacts {
  private FileArtifacts() {}

  /**
   * Opens the store in a folder, and creates it where there is none. Several processes may open one
   * folder. Directories and files are for their owner only where the file system knows owners.
   *
   * @param folder the folder, on a local disk
   * @return the store
   * @throws dev.endolith.error.StorageException if the folder cannot be used
   */
  public static ArtifactStore open(Path folder) {
    return FileArtifactStore.open(folder, Clock.systemUTC());
  }
}
