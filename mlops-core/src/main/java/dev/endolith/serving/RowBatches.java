package dev.endolith.serving;

import dev.endolith.contract.Findings;
import dev.endolith.data.IdGenerator;
import dev.endolith.data.Task;
import dev.endolith.error.PredictionException;
import dev.endolith.model.Prediction;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers rows of a batch, each for itself where they cannot be answered together. To the breaker a
 * row is a call. Thread-safe.
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
    Breaker breaker = slot.breaker();
    List<Prediction<Y>> answers = List.of();
    int permit = Breaker.NONE;
    if (!door.late(deadline)) {
      permit = breaker == null ? Breaker.NORMAL : breaker.admit(door);
    }
    if (permit != Breaker.NONE && permit != Breaker.REFUSED) {
      try {
        answers = slot.predictor().predictAll(rows);
      } catch (RuntimeException e) {
        answers = List.of(); // a bad row among them: each is asked for itself
      }
    }
    boolean together = answers.size() == rows.size();
    if (together && breaker != null) {
      breaker.succeeded(permit, rows.size(), door);
      permit = Breaker.NONE;
    }
    // nobody drew for these keys: a rollout must not take them for its champion's
    Choice<X, Y> choice =
        new Choice<>(slot, now.champion().generation(), Route.CHAMPION, Assignment.NONE);
    List<RowResult<Y>> results = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      X x = rows.get(i);
      Asked<X, Y> asked =
          new Asked<>(
              now,
              choice,
              x,
              keyed ? task.key(x).orElse("") : "",
              ids.next(),
              deadline,
              Findings.NONE);
      try {
        Prediction<Y> answer = together ? answers.get(i) : null;
        results.add(
            new RowResult.Answered<>(
                answer == null ? alone(asked, slot, permit) : served(asked, slot, answer)));
      } catch (PredictionException e) {
        results.add(new RowResult.Failed<>(e));
      }
      permit = Breaker.NONE;
    }
    return results;
  }

  /**
   * Asks for one row.
   *
   * @param given what the breaker said to the rows together, which this row uses up
   */
  private Served<Y> alone(Asked<X, Y> asked, ModelSlot<X, Y> slot, int given) {
    if (door.late(asked.deadline())) {
      return standIns.byRule(asked, door.tooLate());
    }
    Breaker breaker = slot.breaker();
    int permit = given;
    if (permit == Breaker.NONE) {
      permit = breaker == null ? Breaker.NORMAL : breaker.admit(door);
    }
    if (permit == Breaker.REFUSED) {
      return standIns.instead(asked, failures.broken(slot));
    }
    Prediction<Y> answer = null;
    RuntimeException failure = null;
    try {
      answer = slot.predictor().predict(asked.x());
    } catch (RuntimeException e) {
      failure = e;
    }
    if (breaker != null) {
      // late or not: the time is that of the whole batch, and says nothing of the version
      breaker.tell(permit, answer == null, door);
    }
    return answer == null
        ? standIns.instead(asked, failures.failed(slot, failure))
        : served(asked, slot, answer);
  }

  private Served<Y> served(Asked<X, Y> asked, ModelSlot<X, Y> slot, Prediction<Y> answer) {
    Choice<X, Y> choice = asked.choice();
    return aftermath.of(
        asked.routing(),
        choice,
        asked.x(),
        asked.key(),
        new Served<>(answer, asked.id(), slot.version(), choice.generation(), choice.route()));
  }
}
