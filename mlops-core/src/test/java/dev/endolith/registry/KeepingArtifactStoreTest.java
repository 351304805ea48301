package dev.endolith.registry;

import dev.endolith.tck.ArtifactStoreContract;

/** A store that claims nothing passes the kit too. */
class KeepingArtifactStoreTest extends ArtifactStoreContract {
  @Override
  protected ArtifactStore fresh() {
    return new ArtifactCollectorTest.Keeper();
  }
}
