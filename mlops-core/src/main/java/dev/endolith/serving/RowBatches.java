package dev.endolith.serving;

import dev.endolith.contract.Findings;
import dev.endolith.data.Id;
import dev.endolith.data.IdGenerator;
import dev.endolith.data.Task;
import dev.endolith.error.PredictionException;
import dev.endolith.model.Prediction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers rows of a batch, each for itself where they cannot be answered together. Thread-safe.
 *
 * @param keyed whether anybody is told the keys of rows
 */
record RowBatches<X, Y>(
    Task<X, Y> task,
    IdGenerator ids,
    boolean keyed,
    Doorkeeper door,
    Failures failures,
    StandIns<X, Y> standIns,
    Aftermath<X, Y> aftermath) {
  /** The results of some rows: asked together, and one by one where that fails. */
  List<RowResult<Y>> answer(Routing<X, Y> now, ModelSlot<X, Y> slot, List<X> rows, long deadline) {
    List<Prediction<Y>> answers = List.of();
    if (!door.late(deadline)) {
      try {
        answers = slot.predictor().predictAll(rows);
      } catch (RuntimeException e) {
        answers = List.of(); // a bad row among them: each is asked for itself
      }
    }
    List<RowResult<Y>> results = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      X x = rows.get(i);
      Prediction<Y> answer = answers.size() == rows.size() ? answers.get(i) : null;
      try {
        results.add(new RowResult.Answered<>(row(now, slot, x, answer, deadline)));
      } catch (PredictionException e) {
        results.add(new RowResult.Failed<>(e));
      }
    }
    return results;
  }

  private Served<Y> row(
      Routing<X, Y> now,
      ModelSlot<X, Y> slot,
      X x,
      @Nullable Prediction<Y> together,
      long deadline) {
    Choice<X, Y> choice = now.champion();
    Id id = ids.next();
    String key = keyed ? task.key(x).orElse("") : "";
    Prediction<Y> answer = together;
    if (answer == null) {
      if (door.late(deadline)) {
        return standIns.byRule(
            new Asked<>(now, choice, x, key, id, deadline, Findings.NONE), door.tooLate());
      }
      try {
        answer = slot.predictor().predict(x);
      } catch (RuntimeException e) {
        return standIns.byRule(
            new Asked<>(now, choice, x, key, id, deadline, Findings.NONE),
            failures.failed(slot, e));
      }
    }
    return aftermath.of(
        now,
        choice,
        x,
        key,
        new Served<>(answer, id, slot.version(), choice.generation(), choice.route()));
  }
}
