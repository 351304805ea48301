package dev.endolith.registry;

import dev.endolith.tck.AuditLogContract;

class InMemoryAuditLogTest extends AuditLogContract {
  @Override
  protected ModelRegistry fresh() {
    return InMemoryStores.create(clock).registry();
  }
}
