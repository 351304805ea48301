package dev.endolith.registry;

import dev.endolith.tck.ArtifactStoreContract;
import java.time.Clock;

class InMemoryArtifactStoreTest extends ArtifactStoreContract {
  @Override
  protected ArtifactStore fresh() {
    return InMemoryStores.create(Clock.systemUTC()).artifacts();
  }
}
