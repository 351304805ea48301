package dev.endolith.registry;

import dev.endolith.tck.RunStoreContract;
import java.time.Clock;

class InMemoryRunStoreTest extends RunStoreContract {
  @Override
  protected RunStore fresh() {
    return InMemoryStores.create(Clock.systemUTC()).runs();
  }
}
