package dev.endolith.examples.store;

import dev.endolith.registry.CommitRules;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.tck.ModelRegistryContract;

/** All that an integrator writes to know that a store is done. */
class TreeRegistryTest extends ModelRegistryContract {
  @Override
  protected ModelRegistry fresh() {
    return new TreeRegistry(CommitRules.of(clock));
  }
}
