package dev.endolith.registry;

import dev.endolith.query.Page;
import dev.endolith.query.Query;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Runs that are lost with the process. */
final class InMemoryRunStore implements RunStore {
  private final InMemoryTransactions transactions;
  private final Map<String, RunRecord> runs = new LinkedHashMap<>();
  private final Map<String, Map<String, List<MetricPoint>>> series = new HashMap<>();

  InMemoryRunStore(InMemoryTransactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void save(RunRecord run) {
    transactions.run(
        () -> {
          RunRecord before = runs.put(run.id(), run);
          transactions.onFailure(
              () -> {
                if (before == null) {
                  runs.remove(run.id());
                } else {
                  runs.put(run.id(), before);
                }
              });
          return run;
        });
  }

  @Override
  public Optional<RunRecord> find(String id) {
    return transactions.run(() -> Optional.ofNullable(runs.get(id)));
  }

  @Override
  public Page<RunRecord> runs(Query<RunField> query) {
    return transactions.run(
        () -> {
          List<RunRecord> newestFirst = new ArrayList<>(runs.values());
          Collections.reverse(newestFirst);
          return Page.of(
              query,
              newestFirst,
              run ->
                  query
                      .where()
                      .matches(term -> RunField.values(term, run, last(run.id(), term.key()))),
              RunRecord::id);
        });
  }

  @Override
  public void append(String run, List<MetricPoint> points) {
    transactions.run(
        () -> {
          for (MetricPoint point : points) {
            List<MetricPoint> values =
                series
                    .computeIfAbsent(run, r -> new HashMap<>())
                    .computeIfAbsent(point.name(), name -> new ArrayList<>());
            values.add(point);
            transactions.onFailure(() -> values.remove(values.size() - 1));
          }
          return points.size();
        });
  }

  @Override
  public Page<MetricPoint> points(String run, String metric, String after, int limit) {
    long seen = after.isEmpty() ? 0 : position(after);
    return transactions.run(
        () -> {
          List<MetricPoint> all =
              series.getOrDefault(run, Map.of()).getOrDefault(metric, List.of());
          int from = (int) Math.min(seen, all.size());
          int to = (int) Math.min((long) from + limit, all.size());
          return new Page<>(
              all.subList(from, to),
              to < all.size() ? Integer.toString(to) : "",
              OptionalLong.empty());
        });
  }

  private static long position(String text) {
    try {
      return Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw Page.badPosition();
    }
  }

  private @Nullable Double last(String run, String metric) {
    List<MetricPoint> points = series.getOrDefault(run, Map.of()).getOrDefault(metric, List.of());
    return points.isEmpty() ? null : points.get(points.size() - 1).value();
  }
}
