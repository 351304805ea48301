package dev.endolith.registry;

import dev.endolith.tck.StateStoreContract;
import java.time.Clock;

class InMemoryStateStoreTest extends StateStoreContract {
  @Override
  protected StateStore fresh() {
    return InMemoryStores.create(Clock.systemUTC()).state();
  }
}
