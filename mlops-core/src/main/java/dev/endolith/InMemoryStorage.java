package dev.endolith;

import dev.endolith.data.Digest;
import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.InMemoryStores;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.Outbox;
import dev.endolith.registry.RunStore;
import dev.endolith.registry.StateStore;
import dev.endolith.serving.PredictionLog;
import java.util.Set;
import java.util.function.Function;

/** Stores that are lost with the process. */
record InMemoryStorage(
    InMemoryStores stores,
    ArtifactStore artifacts,
    PipelineJournal journal,
    PredictionLog predictions)
    implements WorkspaceStorage {
  static InMemoryStorage create(CommitRules rules, ArtifactStore artifacts) {
    InMemoryStores stores = InMemoryStores.create(rules);
    return create(stores, artifacts);
  }

  static InMemoryStorage create(CommitRules rules) {
    InMemoryStores stores = InMemoryStores.create(rules);
    return create(stores, stores.artifacts());
  }

  private static InMemoryStorage create(InMemoryStores stores, ArtifactStore artifacts) {
    return new InMemoryStorage(
        stores,
        artifacts,
        PipelineJournal.inMemory(stores.transactions()),
        PredictionLog.inMemory(stores.transactions()));
  }

  @Override
  public ModelRegistry registry() {
    return stores.registry();
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
  public Outbox outbox() {
    return stores.outbox();
  }

  @Override
  public <R> R together(Function<WorkspaceStorage, R> work) {
    return stores.transactions().run(() -> work.apply(this));
  }

  /** All of them: what is lost with the process needs no collecting. */
  @Override
  public Set<Digest> referenced(Set<Digest> candidates) {
    return Set.copyOf(candidates);
  }

  @Override
  public void close() {}
}
