package dev.endolith;

import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.InMemoryStores;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.RunStore;
import dev.endolith.registry.StateStore;
import dev.endolith.serving.PredictionLog;
import java.time.Clock;

/** Stores that are lost with the process. */
record InMemoryStorage(InMemoryStores stores, PipelineJournal journal, PredictionLog predictions)
    implements WorkspaceStorage {
  static InMemoryStorage create(Clock clock) {
    return new InMemoryStorage(
        InMemoryStores.create(clock), PipelineJournal.inMemory(), PredictionLog.inMemory());
  }

  @Override
  public ModelRegistry registry() {
    return stores.registry();
  }

  @Override
  public ArtifactStore artifacts() {
    return stores.artifacts();
  }

  @Override
  public RunStore runs() {
    return stores.runs();
  }

  @Override
  public StateStore state() {
    return stores.state();
  }

  @Override
  public void close() {}
}
