package dev.endolith.registry.sql;

import dev.endolith.WorkspaceSettings;
import dev.endolith.WorkspaceStorage;
import dev.endolith.data.Digest;
import dev.endolith.error.StorageException;
import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.Outbox;
import dev.endolith.registry.RunStore;
import dev.endolith.registry.StateStore;
import dev.endolith.registry.artifact.FileArtifacts;
import dev.endolith.serving.PredictionLog;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The stores of a workspace: rows in one SQL database, and blobs in a store. Thread-safe. */
final class SqlStorage implements WorkspaceStorage {
  private final SqlDatabase database;
  private final ArtifactStore artifacts;
  private final CommitRules rules;
  private final SqlModelRegistry registry;
  private final SqlRunStore runs;
  private final SqlStateStore state;
  private final SqlPipelineJournal journal;
  private final SqlPredictionLog predictions;
  private final SqlOutbox outbox;

  private SqlStorage(SqlDatabase database, ArtifactStore artifacts, CommitRules rules) {
    this.database = database;
    this.artifacts = artifacts;
    this.rules = rules;
    this.registry = new SqlModelRegistry(database, artifacts, rules);
    this.runs = new SqlRunStore(database);
    this.state = new SqlStateStore(database, registry);
    this.journal = new SqlPipelineJournal(database);
    this.predictions = new SqlPredictionLog(database);
    this.outbox = new SqlOutbox(database);
  }

  /** A workspace in a folder. */
  static SqlStorage open(Path folder, CommitRules rules) {
    return open(SqliteDatabase.open(new WorkspaceFolder(folder)), folder, null, rules);
  }

  /** A workspace in a folder, with blobs elsewhere if the host says so. */
  static SqlStorage openFolder(WorkspaceSettings settings) {
    Path folder = settings.folder();
    if (folder == null) {
      throw new IllegalArgumentException("a workspace in SQLite needs a folder; give folder(...)");
    }
    return open(
        SqliteDatabase.open(new WorkspaceFolder(folder)),
        folder,
        settings.artifacts(),
        settings.rules());
  }

  /**
   * A workspace behind connections.
   *
   * @param pool what is closed with it, null if the connections are the host's
   */
  static SqlStorage open(
      DataSource connections, @Nullable AutoCloseable pool, WorkspaceSettings settings) {
    if (settings.folder() == null && settings.artifacts() == null) {
      throw new IllegalArgumentException(
          "a workspace in a database needs a place for its blobs; give folder(...) or"
              + " artifacts(...)");
    }
    Path blobs = settings.artifacts() == null ? settings.folder() : null;
    if (blobs != null) {
      new WorkspaceFolder(blobs).checkLasts();
    }
    Dialect dialect = dialect(connections);
    SqlSchema schema = new SqlSchema(connections, dialect);
    if (schema.use() == SqlSchema.Use.MIGRATE) {
      schema.migrate(true);
    }
    SqlDatabase database = new PooledDatabase(connections, dialect, pool);
    return open(
        schema.use() == SqlSchema.Use.READ ? new ReadOnlyDatabase(database) : database,
        settings.folder(),
        settings.artifacts(),
        settings.rules());
  }

  private static SqlStorage open(
      SqlDatabase database,
      @Nullable Path folder,
      @Nullable ArtifactStore artifacts,
      CommitRules rules) {
    try {
      ArtifactStore blobs = artifacts;
      if (blobs == null && folder != null) {
        blobs = FileArtifacts.open(folder);
      }
      if (blobs == null) {
        throw new IllegalArgumentException("a workspace needs a place for its blobs");
      }
      return new SqlStorage(database, blobs, rules);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static Dialect dialect(DataSource connections) {
    try (Connection connection = connections.getConnection()) {
      return Dialect.of(connection.getMetaData().getDatabaseProductName());
    } catch (SQLException e) {
      throw new StorageException(
          "open",
          "the workspace's database cannot be reached; see whether it runs, and whether address,"
              + " user and password are right",
          e);
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
  public Outbox outbox() {
    return outbox;
  }

  @Override
  public <R> R together(Function<WorkspaceStorage, R> work) {
    return database.write(
        "transaction", List.of(), handle -> work.apply(joined(handle.getConnection())));
  }

  @Override
  public WorkspaceStorage joined(Connection transaction) {
    return new SqlStorage(new BoundDatabase(transaction, database.dialect()), artifacts, rules);
  }

  @Override
  public Set<Digest> referenced(Set<Digest> candidates) {
    return new Mentions(database).among(candidates);
  }

  /** All digests that rows mention. */
  Set<Digest> mentions() {
    return new Mentions(database).all();
  }

  @Override
  public void backup(Path folder) {
    if (database.dialect() != Dialect.SQLITE) {
      WorkspaceStorage.super.backup(folder);
    }
    new Backup(database, artifacts).to(new WorkspaceFolder(folder), folder);
  }

  @Override
  public List<String> check() {
    return database.check();
  }

  @Override
  public void close() {
    if (!(database instanceof BoundDatabase)) {
      artifacts.close();
      database.close();
    }
  }
}
