package dev.endolith.examples.store;

import dev.endolith.registry.CommitRules;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.tck.AuditLogContract;

/** The audit records of the same store. */
class TreeRegistryAuditTest extends AuditLogContract {
  @Override
  protected ModelRegistry fresh() {
    return new TreeRegistry(CommitRules.of(clock));
  }
}
