package dev.endolith.serving;

import dev.endolith.tck.PredictionLogContract;

/** A log with a listener keeps the rules of the log. */
class TeeLogTest extends PredictionLogContract {
  @Override
  protected PredictionLog fresh() {
    return PredictionLog.tee(PredictionLog.inMemory(), records -> {});
  }
}
