package dev.endolith.registry;

import dev.endolith.tck.RunTrackerContract;
import java.time.Clock;

class InMemoryRunStoreTest extends RunTrackerContract {
  @Override
  protected RunStore fresh() {
    return InMemoryStores.create(Clock.systemUTC()).runs();
  }
}
