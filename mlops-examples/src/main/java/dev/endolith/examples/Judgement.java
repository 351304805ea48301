package dev.endolith.examples;

import dev.endolith.Workspace;
import dev.endolith.data.Example;
import dev.endolith.model.Classified;
import dev.endolith.model.Comparison;
import dev.endolith.model.Evaluator;
import dev.endolith.model.Metric;
import dev.endolith.model.Outcomes;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.registry.Alias;
import dev.endolith.serving.LogEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was answered, beside what the first version would have answered had it stayed.
 *
 * @param served how many answers the log holds
 * @param after the comparison of AUC on all rows from the first promotion of a later version on;
 *     empty if there was none
 * @param lossAfter the comparison of log loss on the same rows
 * @param byPeriod both AUCs by period, where both classes occur
 */
record Judgement(
    long served,
    Optional<Comparison> after,
    Optional<Comparison> lossAfter,
    Map<String, double[]> byPeriod) {
  static <X, Y> Judgement of(
      Scenario<X, Y> scenario, List<Example<X, Y>> rows, Workspace workspace) {
    Map<String, Prediction<Y>> answers = answers(scenario, workspace);
    List<Alias> moves = workspace.models().history(scenario.name(), Alias.CHAMPION);
    Sides<X, Y> after = new Sides<>();
    Map<String, Sides<X, Y>> periods = new TreeMap<>();
    try (Predictor<X, Y> frozen =
        workspace.models().load(workspace.models().get(scenario.name(), 1), scenario.task())) {
      for (Example<X, Y> row : rows) {
        Prediction<Y> managed = answers.get(scenario.task().key(row.x()).orElseThrow());
        if (managed == null) {
          continue; // a shortened replay did not come to it
        }
        Instant time = scenario.task().time(row.x()).orElseThrow();
        Prediction<Y> first = frozen.predict(row.x());
        periods
            .computeIfAbsent(scenario.period(time), p -> new Sides<>())
            .add(first, managed, row.y());
        if (moves.size() > 1 && !time.isBefore(moves.get(1).at())) {
          after.add(first, managed, row.y());
        }
      }
    }
    Map<String, double[]> byPeriod = new TreeMap<>();
    periods.forEach(
        (period, sides) -> {
          Comparison comparison = sides.compare(scenario, Metric.AUC);
          byPeriod.put(period, new double[] {comparison.champion(), comparison.challenger()});
        });
    return new Judgement(
        answers.size(),
        after.truths.isEmpty()
            ? Optional.empty()
            : Optional.of(after.compare(scenario, Metric.AUC)),
        after.truths.isEmpty()
            ? Optional.empty()
            : Optional.of(after.compare(scenario, Metric.LOG_LOSS)),
        byPeriod);
  }

  private static <X, Y> Map<String, Prediction<Y>> answers(
      Scenario<X, Y> scenario, Workspace workspace) {
    Map<String, Prediction<Y>> answers = new HashMap<>();
    long after = 0;
    while (true) {
      List<LogEntry> page =
          workspace
              .predictions()
              .read(scenario.name(), scenario.task().features().schema(), after, 1_000);
      if (page.isEmpty()) {
        return answers;
      }
      for (LogEntry entry : page) {
        if (entry instanceof LogEntry.Predicted) {
          answers.put(
              entry.prediction().key(),
              Classified.of(scenario.task(), entry.prediction().scores()));
        }
        after = entry.sequence();
      }
    }
  }

  /** The same rows, answered by both. */
  private static final class Sides<X, Y> {
    private final List<Prediction<Y>> frozen = new ArrayList<>();
    private final List<Prediction<Y>> managed = new ArrayList<>();
    private final List<Y> truths = new ArrayList<>();

    void add(Prediction<Y> first, Prediction<Y> served, Y truth) {
      frozen.add(first);
      managed.add(served);
      truths.add(truth);
    }

    Comparison compare(Scenario<X, Y> scenario, Metric metric) {
      return Evaluator.compare(
          metric,
          Outcomes.of(scenario.task(), frozen, truths),
          Outcomes.of(scenario.task(), managed, truths),
          0.95);
    }
  }
}
