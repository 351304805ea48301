package dev.endolith.examples;

import dev.endolith.Workspace;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.error.EndolithException;
import dev.endolith.event.Alert;
import dev.endolith.lifecycle.LoopTurn;
import dev.endolith.lifecycle.ManagedModel;
import dev.endolith.lifecycle.TrainOutcome;
import dev.endolith.registry.Alias;
import dev.endolith.registry.GateResult;
import dev.endolith.serving.Feedback;
import dev.endolith.serving.FeedbackResult;
import dev.endolith.serving.RolloutDecision;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/*
 * Replays a calendar: trains on the past, then lives through every day. A day's labels that have
 * become known arrive first, then the day's rows are predicted, then the loop takes a turn.
 *
 * Where a replay stands is read off the prediction log, which holds every answer and every label in
 * order: a replay that was killed goes on after the last of them.
 */
final class Replay<X, Y> {
  private final Scenario<X, Y> scenario;
  private final Dataset<X, Y> rows;
  private final Workspace workspace;
  private final ReplayClock clock;
  private final Progress progress;
  private final List<List<Example<X, Y>>> days = new ArrayList<>();
  private long failed;

  Replay(
      Scenario<X, Y> scenario,
      Dataset<X, Y> rows,
      Workspace workspace,
      ReplayClock clock,
      Progress progress) {
    this.scenario = scenario;
    this.rows = rows;
    this.workspace = workspace;
    this.clock = clock;
    this.progress = progress;
    Map<LocalDate, List<Example<X, Y>>> byDay = new TreeMap<>();
    for (Example<X, Y> example : rows) {
      if (!time(example).isBefore(scenario.start())) {
        byDay.computeIfAbsent(day(example), day -> new ArrayList<>()).add(example);
      }
    }
    days.addAll(byDay.values());
  }

  /** Rows that are served, not those of the first training. */
  List<Example<X, Y>> served() {
    return days.stream().flatMap(List::stream).toList();
  }

  long failed() {
    return failed;
  }

  /** Lives through all days; answers whether it went on with a replay that was begun before. */
  boolean run() {
    ManagedModel<X, Y> model =
        scenario
            .manage(ManagedModel.of(scenario.name(), scenario.task(), workspace))
            .retrainFrom(this::knownAt)
            .drivenByHand()
            .build();
    long logged = workspace.predictions().counts(scenario.name()).entries();
    boolean resumed = workspace.models().alias(scenario.name(), Alias.CHAMPION).isPresent();
    if (!resumed) {
      train(model);
    } else {
      progress.say("going on after " + logged + " answers and labels");
    }
    live(model, logged);
    model.close();
    return resumed;
  }

  private void train(ManagedModel<X, Y> model) {
    clock.set(scenario.start());
    Dataset<X, Y> past = rows.splitAt(scenario.start()).first();
    progress.say("training on " + past.size() + " rows before " + scenario.start());
    tell(model.train(past));
  }

  private void live(ManagedModel<X, Y> model, long logged) {
    Deque<Example<X, Y>> unlabelled = new ArrayDeque<>();
    long position = 0;
    long predicted = 0;
    long total = served().size();
    for (List<Example<X, Y>> today : days) {
      Instant now = time(today.get(0));
      clock.set(now);
      List<Feedback> due = new ArrayList<>();
      while (!unlabelled.isEmpty() && !knownFrom(unlabelled.peek()).isAfter(now)) {
        due.add(feedback(unlabelled.remove()));
      }
      // what is in the log already is not done again
      int known = (int) Math.max(0, Math.min(due.size(), logged - position));
      position += due.size();
      if (known < due.size()) {
        check(model.feedback(due.subList(known, due.size())));
      }
      for (Example<X, Y> example : today) {
        position++;
        if (position > logged) {
          predict(model, example.x());
        }
        unlabelled.add(example);
      }
      predicted += today.size();
      if (position >= logged) {
        turn(model);
        progress.at(
            predicted,
            total,
            scenario.period(now),
            model.status().servedChampion(),
            model.status().servedChallenger(),
            model.health().explanation());
      }
    }
    progress.done();
  }

  private void predict(ManagedModel<X, Y> model, X row) {
    try {
      var unused = model.predict(row);
    } catch (EndolithException e) {
      failed++;
      progress.say("a request failed: " + e.getMessage());
    }
  }

  private void check(List<FeedbackResult> results) {
    for (FeedbackResult result : results) {
      if (!(result instanceof FeedbackResult.Accepted)) {
        throw new IllegalStateException("a label was not accepted: " + result);
      }
    }
  }

  private void turn(ManagedModel<X, Y> model) {
    LoopTurn turn = model.runOnce();
    for (Alert alert : turn.alerts()) {
      progress.say(scenario.period(alert.at()) + "  " + alert.severity() + ": " + alert.message());
    }
    turn.trainings().forEach(this::tell);
    for (RolloutDecision decision : turn.decisions()) {
      progress.say(
          (decision instanceof RolloutDecision.Promote
                  ? "promoted: "
                  : decision instanceof RolloutDecision.RollBack ? "rolled back: " : "undecided: ")
              + decision.evidence());
    }
  }

  private void tell(TrainOutcome outcome) {
    progress.say("trained v" + outcome.version() + ": " + outcome.getClass().getSimpleName());
    for (GateResult gate : outcome.gates()) {
      progress.say(
          (gate.passed() ? "  passed " : "  refused ") + gate.gate() + ": " + gate.evidence());
    }
  }

  /** The labelled rows that were known at an instant, oldest first. */
  private Dataset<X, Y> knownAt(Instant instant) {
    List<Example<X, Y>> known = new ArrayList<>();
    for (Example<X, Y> example : rows) {
      if (!knownFrom(example).isAfter(instant)) {
        known.add(example);
      }
    }
    return Dataset.of(
        scenario.task(), DataOrigin.named(rows.origin().name() + " up to " + instant), known);
  }

  private Feedback feedback(Example<X, Y> example) {
    return new Feedback(
        null,
        scenario.task().key(example.x()).orElseThrow(),
        scenario.task().labelName(example.y()),
        knownFrom(example));
  }

  private Instant knownFrom(Example<X, Y> example) {
    return time(example).plus(scenario.labelDelay());
  }

  private Instant time(Example<X, Y> example) {
    return scenario.task().time(example.x()).orElseThrow();
  }

  private LocalDate day(Example<X, Y> example) {
    return LocalDate.ofInstant(time(example), ZoneOffset.UTC);
  }
}
