package dev.endolith;

import dev.endolith.data.Digest;
import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.Outbox;
import dev.endolith.registry.RunStore;
import dev.endolith.registry.StateStore;
import dev.endolith.serving.PredictionLog;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The stores of a workspace, opened and closed as one. SPI. Thread-safe. */
public interface WorkspaceStorage extends AutoCloseable {
  /**
   * Versions, aliases and audit records.
   *
   * @return the registry
   */
  ModelRegistry registry();

  /**
   * Blobs.
   *
   * @return the artifact store
   */
  ArtifactStore artifacts();

  /**
   * Runs.
   *
   * @return the run store
   */
  RunStore runs();

  /**
   * Documents, which commit together with the registry.
   *
   * @return the state store
   */
  StateStore state();

  /**
   * Pipeline runs.
   *
   * @return the journal
   */
  PipelineJournal journal();

  /**
   * Predictions and labels.
   *
   * @return the prediction log
   */
  PredictionLog predictions();

  /**
   * Events that were committed, to be delivered.
   *
   * @return the outbox
   */
  Outbox outbox();

  /**
   * Does several things in one transaction: all of them or none. Blobs are not part of it: they are
   * stored before, and what nothing refers to is collected later.
   *
   * @param work what to do with stores that are bound to the transaction; it uses no others, and
   *     does not keep them
   * @param <R> what it answers
   * @return what the work answers, once it is durable
   */
  <R> R together(Function<WorkspaceStorage, R> work);

  /**
   * These stores within a transaction of the host: what is done through them becomes visible when
   * the host commits, and is gone if it rolls back.
   *
   * @param transaction the host's connection to the database of this workspace, with auto-commit
   *     off
   * @return stores that are used by the thread of the transaction, and need not be closed
   * @throws UnsupportedOperationException if these stores are not in a database
   */
  default WorkspaceStorage joined(Connection transaction) {
    throw new UnsupportedOperationException(
        "only a workspace in a database joins a JDBC transaction; open one with"
            + " Workspace.builder().dataSource(...)");
  }

  /**
   * Copies everything into a folder that can be opened as a workspace, while others read and write.
   * What is committed when the call begins is in the copy.
   *
   * @param folder the folder, which does not exist yet
   * @throws UnsupportedOperationException if these stores are backed up by other means
   * @throws dev.endolith.error.StorageException if it cannot be written; what is there is no backup
   */
  default void backup(Path folder) {
    throw new UnsupportedOperationException(
        "only a workspace in a folder backs itself up; back up a database server with its own means"
            + " first, and the blobs after it");
  }

  /**
   * Which of some blobs any row mentions: a version, a decision, a statement, a run, a journal, a
   * document. Goes through all of them.
   *
   * @param candidates the blobs asked for
   * @return those that are mentioned
   */
  Set<Digest> referenced(Set<Digest> candidates);

  /**
   * Looks for damage below the level of rows.
   *
   * @return what is wrong, one sentence each
   */
  default List<String> check() {
    return List.of();
  }

  /** Frees what the stores hold. */
  @Override
  void close();
}
