package dev.endolith.pipeline;

import dev.endolith.error.ConflictException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A journal that is lost with the process. */
final class InMemoryPipelineJournal implements PipelineJournal {
  private final Map<String, List<StepRecord>> runs = new HashMap<>();

  @Override
  public synchronized void append(String run, long expected, List<StepRecord> records) {
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
    lines.addAll(records);
  }

  @Override
  public synchronized List<StepRecord> records(String run) {
    return List.copyOf(runs.getOrDefault(run, List.of()));
  }
}
