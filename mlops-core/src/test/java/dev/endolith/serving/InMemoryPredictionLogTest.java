package dev.endolith.serving;

import dev.endolith.tck.PredictionLogContract;

class InMemoryPredictionLogTest extends PredictionLogContract {
  @Override
  protected PredictionLog fresh() {
    return PredictionLog.inMemory();
  }
}
