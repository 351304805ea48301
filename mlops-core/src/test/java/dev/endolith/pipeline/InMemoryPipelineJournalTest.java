package dev.endolith.pipeline;

import dev.endolith.tck.PipelineJournalContract;

class InMemoryPipelineJournalTest extends PipelineJournalContract {
  @Override
  protected PipelineJournal fresh() {
    return PipelineJournal.inMemory();
  }
}
