package dev.endolith.serving;

import dev.endolith.data.Id;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.registry.InMemoryTransactions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A log that is lost with the process. */
final class InMemoryPredictionLog implements PredictionLog {
  private final InMemoryTransactions transactions;
  private final Map<String, Deployed> deployments = new HashMap<>();

  InMemoryPredictionLog(InMemoryTransactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void append(List<PredictionRecord> records) {
    transactions.run(() -> added(records));
  }

  private int added(List<PredictionRecord> records) {
    for (PredictionRecord record : records) {
      Deployed log = deployments.computeIfAbsent(record.deployment(), d -> new Deployed());
      if (log.byId.containsKey(record.id())) {
        continue;
      }
      long sequence = log.entries.size() + 1L;
      log.entries.add(new LogEntry.Predicted(sequence, record));
      log.byId.put(record.id(), sequence);
      Long before = record.key().isEmpty() ? null : log.byKey.put(record.key(), sequence);
      transactions.onFailure(() -> log.remove(record, before));
    }
    return records.size();
  }

  @Override
  public List<FeedbackResult> label(String deployment, List<Feedback> feedback) {
    return transactions.run(
        () -> feedback.stream().map(f -> log(deployment).label(f, transactions)).toList());
  }

  @Override
  public List<LogEntry> read(String deployment, Schema schema, long after, int limit) {
    return transactions.run(
        () -> {
          List<LogEntry> entries = log(deployment).entries;
          int from = (int) Math.min(after, entries.size());
          return entries.subList(from, from + Math.min(limit, entries.size() - from)).stream()
              .map(entry -> bind(entry, schema))
              .toList();
        });
  }

  @Override
  public LogCounts counts(String deployment) {
    return transactions.run(
        () -> {
          Deployed log = log(deployment);
          return log.counts();
        });
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
            record.scores(),
            record.assignment());
    if (entry instanceof LogEntry.Labelled l) {
      return new LogEntry.Labelled(l.sequence(), l.predictedAt(), bound, l.label(), l.at());
    }
    return entry instanceof LogEntry.Corrected c
        ? new LogEntry.Corrected(
            c.sequence(), c.predictedAt(), bound, c.before(), c.label(), c.at())
        : new LogEntry.Predicted(entry.sequence(), bound);
  }

  /** One deployment's log. */
  private static final class Deployed {
    private final List<LogEntry> entries = new ArrayList<>();
    private final Map<Id, Long> byId = new HashMap<>();
    private final Map<String, Long> byKey = new HashMap<>();
    private final Map<Id, Feedback> labels = new HashMap<>(); // the ones that stand

    LogCounts counts() {
      return new LogCounts(
          byId.size(), labels.size(), entries.size() - byId.size() - labels.size());
    }

    /** Takes back the append of the last record. */
    void remove(PredictionRecord record, @Nullable Long keyBefore) {
      entries.remove(entries.size() - 1);
      byId.remove(record.id());
      if (keyBefore == null) {
        byKey.remove(record.key());
      } else {
        byKey.put(record.key(), keyBefore);
      }
    }

    FeedbackResult label(Feedback feedback, InMemoryTransactions transactions) {
      Long predicted =
          feedback.prediction() == null
              ? byKey.get(feedback.key())
              : byId.get(feedback.prediction());
      if (predicted == null) {
        return new FeedbackResult.UnknownPrediction();
      }
      PredictionRecord record = entries.get((int) (predicted - 1)).prediction();
      Feedback known = labels.get(record.id());
      if (known != null && !corrects(feedback, known)) {
        return new FeedbackResult.AlreadyKnown(known.label());
      }
      long sequence = entries.size() + 1L;
      String label = feedback.label();
      entries.add(
          known == null
              ? new LogEntry.Labelled(sequence, predicted, record, label, feedback.at())
              : new LogEntry.Corrected(
                  sequence, predicted, record, known.label(), label, feedback.at()));
      labels.put(record.id(), feedback);
      transactions.onFailure(
          () -> {
            entries.remove(entries.size() - 1);
            if (known == null) {
              labels.remove(record.id());
            } else {
              labels.put(record.id(), known);
            }
          });
      return known == null
          ? new FeedbackResult.Accepted(record.id())
          : new FeedbackResult.Corrected(record.id(), known.label());
    }

    private static boolean corrects(Feedback feedback, Feedback known) {
      return !feedback.label().equals(known.label())
          && micros(feedback.at()).isAfter(micros(known.at()));
    }

    /** Stores keep microseconds. */
    private static Instant micros(Instant at) {
      return at.truncatedTo(ChronoUnit.MICROS);
    }
  }
}
