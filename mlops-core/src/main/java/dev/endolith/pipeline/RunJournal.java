package dev.endolith.pipeline;

import dev.endolith.error.ConflictException;
import dev.endolith.pipeline.StepRecord.Outcome;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/*
 * The journal of one run as its runner writes it. What is to be recorded gathers until it is
 * committed: the outcome of a step and the intent of the next are one commit.
 *
 * Others may add answers, or ask the run to end, at any time. The runner learns of it when its own
 * commit finds more lines than it knew, takes them in, and commits again. Lines of any other kind are
 * those of a second runner, and this one ends.
 *
 * Confined to the runner's thread.
 */
final class RunJournal {
  private final PipelineJournal journal;
  private final String run;
  private final Clock clock;
  private final Consumer<StepRecord> fromOutside;
  private final List<StepRecord> pending = new ArrayList<>();
  private long lines;

  RunJournal(PipelineJournal journal, String run, Clock clock, Consumer<StepRecord> fromOutside) {
    this.journal = journal;
    this.run = run;
    this.clock = clock;
    this.fromOutside = fromOutside;
  }

  List<StepRecord> read() {
    List<StepRecord> records = journal.records(run);
    lines = records.size();
    return records;
  }

  void add(String step, Outcome outcome, String value) {
    pending.add(new StepRecord(step, outcome, value, clock.instant()));
  }

  /** Makes what gathered durable. */
  void commit() {
    while (!pending.isEmpty()) {
      try {
        journal.append(run, lines, pending);
        lines += pending.size();
        pending.clear();
      } catch (ConflictException e) {
        takeIn(e);
      }
    }
  }

  private void takeIn(ConflictException conflict) {
    List<StepRecord> records = journal.records(run);
    List<StepRecord> added =
        records.size() > lines ? records.subList((int) lines, records.size()) : List.of();
    if (added.isEmpty() || !added.stream().allMatch(r -> r.outcome().isFromOutside())) {
      throw conflict;
    }
    lines = records.size();
    added.forEach(fromOutside);
  }
}
