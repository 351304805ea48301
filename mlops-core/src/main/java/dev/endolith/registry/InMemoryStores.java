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
 * @param outbox events that were committed
 * @param transactions what makes changes of several of them one
 */
public record InMemoryStores(
    ModelRegistry registry,
    StateStore state,
    ArtifactStore artifacts,
    RunStore runs,
    Outbox outbox,
    InMemoryTransactions transactions) {
  /**
   * Fresh, empty stores.
   *
   * @param clock gives the times of commits
   * @return the stores
   */
  public static InMemoryStores create(Clock clock) {
    return create(CommitRules.of(clock));
  }

  /**
   * Fresh, empty stores.
   *
   * @param rules the rules of commits
   * @return the stores
   */
  public static InMemoryStores create(CommitRules rules) {
    InMemoryTransactions transactions = new InMemoryTransactions();
    InMemoryModelRegistry registry = new InMemoryModelRegistry(rules, transactions);
    return new InMemoryStores(
        registry,
        registry,
        new InMemoryArtifactStore(rules.clock()),
        new InMemoryRunStore(transactions),
        registry,
        transactions);
  }
}
