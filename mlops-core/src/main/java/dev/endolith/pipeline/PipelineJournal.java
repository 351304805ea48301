package dev.endolith.pipeline;

import dev.endolith.registry.InMemoryTransactions;
import java.util.List;

/** Where runs are recorded, so that they can be resumed. SPI. Thread-safe. */
public interface PipelineJournal {
  /**
   * Adds lines to a run's journal, all or none. When it returns they are durable if the journal is.
   *
   * @param run the run's id
   * @param expected how many lines the caller knows; fences out a second runner of the same run
   * @param records the lines, in order
   * @throws dev.endolith.error.ConflictException if the journal holds another number of lines
   */
  void append(String run, long expected, List<StepRecord> records);

  /**
   * A run's lines.
   *
   * @param run the run's id
   * @return all lines in order, empty for an unknown run
   */
  List<StepRecord> records(String run);

  /**
   * The runs that have not ended: whose last line for the run itself is not an end, that is none of
   * {@code RUN_FAILED}, {@code RUN_REFUSED}, {@code RUN_CANCELLED}, {@code RUN_FINISHED}.
   *
   * @return their ids in alphabetical order
   */
  List<String> unfinished();

  /**
   * A journal that is lost with the process.
   *
   * @return an empty journal
   */
  static PipelineJournal inMemory() {
    return inMemory(new InMemoryTransactions());
  }

  /**
   * A journal that is lost with the process and changes together with other stores.
   *
   * @param transactions what the stores share
   * @return an empty journal
   */
  static PipelineJournal inMemory(InMemoryTransactions transactions) {
    return new InMemoryPipelineJournal(transactions);
  }
}
