package dev.endolith.serving;

import dev.endolith.Workspace;
import dev.endolith.tck.PredictionLogContract;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** A log that keeps early labels keeps the promises of the log below it. */
class AwaitingLogContractTest extends PredictionLogContract {
  private final Workspace workspace = Workspace.inMemory();

  @Override
  protected boolean keepsEarlyLabels() {
    return true;
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  @Override
  protected PredictionLog fresh() {
    return PredictionLog.awaiting(
        PredictionLog.inMemory(), workspace.state(), Duration.ofHours(1), Clock.systemUTC());
  }
}
