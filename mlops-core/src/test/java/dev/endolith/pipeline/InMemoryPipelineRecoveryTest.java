package dev.endolith.pipeline;

import dev.endolith.tck.PipelineRecoveryContract;

class InMemoryPipelineRecoveryTest extends PipelineRecoveryContract {
  @Override
  protected PipelineJournal fresh() {
    return PipelineJournal.inMemory();
  }

  @Override
  protected int randomPipelines() {
    return 50;
  }

  @Override
  protected int leastCombinations() {
    return 2_000;
  }
}
