package dev.endolith.registry;

import dev.endolith.tck.ModelRegistryContract;

class InMemoryModelRegistryTest extends ModelRegistryContract {
  @Override
  protected ModelRegistry fresh() {
    return InMemoryStores.create(clock).registry();
  }
}
