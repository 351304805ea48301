package dev.endolith.registry.sql;

import dev.endolith.data.Digest;
import dev.endolith.error.StorageException;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.artifact.FileArtifacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jdbi.v3.core.Handle;

/*
 * First the rows, in one snapshot; then the blobs that those rows mention. A blob does not change,
 * and one that is mentioned is not collected, so the copy is whole although others go on writing.
 */
final class Backup {
  private final SqlDatabase database;
  private final ArtifactStore artifacts;

  Backup(SqlDatabase database, ArtifactStore artifacts) {
    this.database = database;
    this.artifacts = artifacts;
  }

  void to(WorkspaceFolder target, Path folder) {
    if (Files.exists(folder)) {
      throw new StorageException(
          "backup", "the folder of the backup exists already; give one that does not");
    }
    target.create();
    database.read("backup", handle -> snapshot(handle, target.database()));
    target.createDatabase(); // it is there: its entry is forced to the disk
    try (ArtifactStore copies = FileArtifacts.open(folder);
        SqlStorage copy = SqlStorage.open(folder, CommitRules.of(Clock.systemUTC()))) {
      for (Digest digest : copy.mentions()) {
        if (artifacts.size(digest).isPresent()) { // else it is a digest of something else
          copy(digest, copies);
        }
      }
    }
  }

  /** It only reads, but SQLite counts it as writing. */
  private static int snapshot(Handle handle, Path to) {
    int before = handle.createQuery("PRAGMA query_only").mapTo(Integer.class).one();
    handle.execute("PRAGMA query_only = OFF");
    try {
      return handle.execute("VACUUM INTO ?", to.toString());
    } finally {
      handle.execute("PRAGMA query_only = " + before);
    }
  }

  private void copy(Digest digest, ArtifactStore to) {
    try (InputStream content = artifacts.stream(digest)) {
      to.put(content);
    } catch (IOException e) {
      throw new StorageException("backup", "a blob could not be copied; try again", e);
    }
  }
}
