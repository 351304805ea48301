package dev.endolith;

import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.RunStore;
import dev.endolith.registry.StateStore;
import dev.endolith.serving.PredictionLog;

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

  /** Frees what the stores hold. */
  @Override
  void close();
}
