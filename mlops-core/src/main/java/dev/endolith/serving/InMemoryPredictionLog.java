package dev.endolith.serving;

import dev.endolith.data.Id;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A log that is lost with the process. */
final class InMemoryPredictionLog implements PredictionLog {
  private final Map<String, Deployed> deployments = new HashMap<>();

  @Override
  public synchronized void append(List<PredictionRecord> records) {
    for (PredictionRecord record : records) {
      Deployed log = deployments.computeIfAbsent(record.deployment(), d -> new Deployed());
      if (log.byId.containsKey(record.id())) {
        continue;
      }
      long sequence = log.entries.size() + 1L;
      log.entries.add(new LogEntry.Predicted(sequence, record));
      log.byId.put(record.id(), sequence);
      if (!record.key().isEmpty()) {
        log.byKey.put(record.key(), sequence);
      }
    }
  }

  @Override
  public synchronized List<FeedbackResult> label(String deployment, List<Feedback> feedback) {
    Deployed log = log(deployment);
    return feedback.stream().map(log::label).toList();
  }

  @Override
  public synchronized List<LogEntry> read(String deployment, Schema schema, long after, int limit) {
    List<LogEntry> entries = log(deployment).entries;
    int from = (int) Math.min(after, entries.size());
    return entries.subList(from, from + Math.min(limit, entries.size() - from)).stream()
        .map(entry -> bind(entry, schema))
        .toList();
  }

  @Override
  public synchronized LogCounts counts(String deployment) {
    Deployed log = log(deployment);
    return new LogCounts(log.entries.size() - log.labels.size(), log.labels.size());
  }

  private Deployed log(String deployment) {
    return deployments.getOrDefault(deployment, new Deployed());
  }

  private static LogEntry bind(LogEntry entry, Schema schema) {
    PredictionRecord record = entry.prediction();
    if (record.features().schema().equals(schema)) {
      return entry;
    }
    Row row = record.features();
    double[] numbers = new double[schema.size()];
    Arrays.fill(numbers, Double.NaN);
    @Nullable String[] categories = new String[schema.size()];
    for (int i = 0; i < schema.size(); i++) {
      OptionalInt position = row.schema().position(schema.field(i).name());
      if (position.isPresent()) {
        numbers[i] = row.number(position.getAsInt());
        categories[i] = row.category(position.getAsInt());
      }
    }
    PredictionRecord bound =
        new PredictionRecord(
            record.id(),
            record.deployment(),
            record.key(),
            record.at(),
            record.version(),
            record.generation(),
            record.route(),
            Row.of(schema, numbers, categories),
            record.value(),
            record.scores());
    return entry instanceof LogEntry.Labelled l
        ? new LogEntry.Labelled(l.sequence(), l.predictedAt(), bound, l.label(), l.at())
        : new LogEntry.Predicted(entry.sequence(), bound);
  }

  /** One deployment's log. */
  private static final class Deployed {
    private final List<LogEntry> entries = new ArrayList<>();
    private final Map<Id, Long> byId = new HashMap<>();
    private final Map<String, Long> byKey = new HashMap<>();
    private final Map<Id, String> labels = new HashMap<>();

    FeedbackResult label(Feedback feedback) {
      Long predicted =
          feedback.prediction() == null
              ? byKey.get(feedback.key())
              : byId.get(feedback.prediction());
      if (predicted == null) {
        return new FeedbackResult.UnknownPrediction();
      }
      PredictionRecord record = entries.get((int) (predicted - 1)).prediction();
      String known = labels.putIfAbsent(record.id(), feedback.label());
      if (known != null) {
        return new FeedbackResult.AlreadyKnown(known);
      }
      entries.add(
          new LogEntry.Labelled(
              entries.size() + 1L, predicted, record, feedback.label(), feedback.at()));
      return new FeedbackResult.Accepted(record.id());
    }
  }
}
