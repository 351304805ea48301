package dev.endolith;

import dev.endolith.registry.CommitRules;
import dev.endolith.tck.WorkspaceStorageContract;

class InMemoryStorageTest extends WorkspaceStorageContract {
  @Override
  protected WorkspaceStorage fresh() {
    return InMemoryStorage.create(CommitRules.of(clock));
  }
}
