package dev.endolith.pipeline;

import dev.endolith.error.ConflictException;
import dev.endolith.registry.InMemoryTransactions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A journal that is lost with the process. */
final class InMemoryPipelineJournal implements PipelineJournal {
  private final InMemoryTransactions transactions;
  private final Map<String, List<StepRecord>> runs = new HashMap<>();

  InMemoryPipelineJournal(InMemoryTransactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void append(String run, long expected, List<StepRecord> records) {
    transactions.run(() -> added(run, expected, records));
  }

  private int added(String run, long expected, List<StepRecord> records) {
    List<StepRecord> lines = runs.computeIfAbsent(run, r -> new ArrayList<>());
    if (lines.size() != expected) {
      throw new ConflictException(
          run,
          expected,
          lines.size(),
          "the journal of run '"
              + run
              + "' has "
              + lines.size()
              + " lines, expected "
              + expected
              + "; another process runs it");
    }
    int before = lines.size();
    lines.addAll(records);
    transactions.onFailure(() -> lines.subList(before, lines.size()).clear());
    return records.size();
  }

  @Override
  public List<StepRecord> records(String run) {
    return transactions.run(() -> List.copyOf(runs.getOrDefault(run, List.of())));
  }

  @Override
  public List<String> unfinished() {
    return transactions.run(
        () ->
            runs.entrySet().stream()
                .filter(run -> isOpen(run.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList());
  }

  private static boolean isOpen(List<StepRecord> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      StepRecord line = lines.get(i);
      if (line.step().isEmpty()) {
        return !line.outcome().isEnd();
      }
    }
    return false;
  }
}
