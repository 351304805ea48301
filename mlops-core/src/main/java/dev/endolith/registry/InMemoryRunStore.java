package dev.endolith.registry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs that are lost with the process. */
final class InMemoryRunStore implements RunStore {
  private final Map<String, RunRecord> runs = new LinkedHashMap<>();
  private final Map<String, List<MetricPoint>> series = new HashMap<>();

  @Override
  public synchronized void save(RunRecord run) {
    runs.put(run.id(), run);
  }

  @Override
  public synchronized Optional<RunRecord> find(String id) {
    return Optional.ofNullable(runs.get(id));
  }

  @Override
  public synchronized List<RunRecord> recent(String experiment, int limit) {
    List<RunRecord> all =
        new ArrayList<>(
            runs.values().stream().filter(r -> r.experiment().equals(experiment)).toList());
    Collections.reverse(all);
    return List.copyOf(all.subList(0, Math.min(limit, all.size())));
  }

  @Override
  public synchronized void append(String run, List<MetricPoint> points) {
    series.computeIfAbsent(run, r -> new ArrayList<>()).addAll(points);
  }

  @Override
  public synchronized List<MetricPoint> points(String run, String metric) {
    return series.getOrDefault(run, List.of()).stream()
        .filter(p -> p.name().equals(metric))
        .toList();
  }
}
