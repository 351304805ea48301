package dev.endolith.registry.sql;

import dev.endolith.WorkspaceStorage;
import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.RunStore;
import dev.endolith.registry.StateStore;
import dev.endolith.registry.artifact.FileArtifacts;
import dev.endolith.serving.PredictionLog;
import java.nio.file.Path;
import java.time.Clock;

/** The stores of a workspace in a folder: one SQLite database, and blobs in files. Thread-safe. */
final class SqliteStorage implements WorkspaceStorage {
  private final SqliteDatabase database;
  private final ArtifactStore artifacts;
  private final SqlModelRegistry registry;
  private final SqlRunStore runs;
  private final SqlStateStore state;
  private final SqlPipelineJournal journal;
  private final SqlPredictionLog predictions;

  private SqliteStorage(SqliteDatabase database, ArtifactStore artifacts, Clock clock) {
    this.database = database;
    this.artifacts = artifacts;
    this.registry = new SqlModelRegistry(database, artifacts, clock);
    this.runs = new SqlRunStore(database);
    this.state = new SqlStateStore(database, registry);
    this.journal = new SqlPipelineJournal(database);
    this.predictions = new SqlPredictionLog(database);
  }

  static SqliteStorage open(Path folder, Clock clock) {
    SqliteDatabase database = SqliteDatabase.open(new WorkspaceFolder(folder));
    try {
      return new SqliteStorage(database, FileArtifacts.open(folder), clock);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  @Override
  public ModelRegistry registry() {
    return registry;
  }

  @Override
  public ArtifactStore artifacts() {
    return artifacts;
  }

  @Override
  public RunStore runs() {
    return runs;
  }

  @Override
  public StateStore state() {
    return state;
  }

  @Override
  public PipelineJournal journal() {
    return journal;
  }

  @Override
  public PredictionLog predictions() {
    return predictions;
  }

  @Override
  public void close() {
    artifacts.close();
    database.close();
  }
}
