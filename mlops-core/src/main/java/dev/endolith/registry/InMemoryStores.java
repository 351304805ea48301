package dev.endolith.registry;

import java.time.Clock;

/**
 * The stores of this package, in memory and lost with the process; for tests and for trying things
 * out. Thread-safe.
 *
 * @param registry versions, aliases and audit records
 * @param state documents, which commit together with the registry
 * @param artifacts blobs
 * @param runs runs
 */
public record InMemoryStores(
    ModelRegistry registry, StateStore state, ArtifactStore artifacts, RunStore runs) {
  /**
   * Fresh, empty stores.
   *
   * @param clock gives the times of commits
   * @return the stores
   */
  public static InMemoryStores create(Clock clock) {
    InMemoryModelRegistry registry = new InMemoryModelRegistry(clock);
    return new InMemoryStores(
        registry, registry, new InMemoryArtifactStore(clock), new InMemoryRunStore());
  }
}
