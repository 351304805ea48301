package dev.endolith.lifecycle;

import dev.endolith.Workspace;
import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Classification;
import dev.endolith.data.Dataset;
import dev.endolith.data.DatasetSource;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.event.Alert;
import dev.endolith.event.ModelHealth;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Change;
import dev.endolith.registry.Document;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Models;
import dev.endolith.registry.VersionState;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.serving.RolloutDecision;
import dev.endolith.serving.RolloutTally;
import dev.endolith.serving.Route;
import dev.endolith.watch.Watch;
import dev.endolith.watch.WatchSession;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

/*
 * The loop of one model: a state machine over the prediction log.
 *
 * Its state is a document of the workspace. Entries of the log are folded into it one by one, so that
 * what it decides depends on the log alone, not on when a turn was taken or where it was killed.
 * Whatever a decision changes (aliases, states, the document with the cursor) is one commit, fenced by
 * the document's revision: a second driver that got hold of the lease loses that race and changes
 * nothing.
 *
 *   WATCHING --alert that retrains--> TRAINING --refused--> WATCHING
 *                                     TRAINING --passed--> [AWAITING_APPROVAL] --> ROLLING_OUT
 *   ROLLING_OUT --promote or roll back--> WATCHING
 */
final class Loop<X, Y> implements AutoCloseable {
  /** Entries between two saves of a cursor when nothing happens. */
  private static final int PAGE = 1_000;

  private final ManagedModelBuilder<X, Y> spec;
  private final String name;
  private final Task<X, Y> task;
  private final Schema schema;
  private final Workspace workspace;
  private final Models models;
  private final Watch<X, Y> watch;
  private final Deployment<X, Y> deployment;
  private final RolloutBooks rollouts;
  private final ReentrantLock turning = new ReentrantLock();

  Loop(ManagedModelBuilder<X, Y> spec, Watch<X, Y> watch, Deployment<X, Y> deployment) {
    this.spec = spec;
    this.name = spec.name;
    this.task = spec.task;
    this.schema = spec.task.features().schema();
    this.workspace = spec.workspace;
    this.models = spec.workspace.as(new Actor("loop")).models();
    this.watch = watch;
    this.deployment = deployment;
    this.rollouts = new RolloutBooks(workspace, name, spec.rollout);
  }

  TrainOutcome train(Dataset<X, Y> data) {
    turning.lock();
    try {
      workspace.leases().acquire(lease());
      Position position = load();
      if (position.state.phase() != LoopState.Phase.WATCHING) {
        throw new IllegalStateException(
            "model '"
                + name
                + "' is "
                + position.state.phase()
                + "; let runOnce() finish that, then train");
      }
      Optional<ModelVersion> champion = champion();
      String id =
          name
              + "-"
              + data.fingerprint().abbreviated()
              + "-after-"
              + champion.map(ModelVersion::number).orElse(0L);
      String why = "asked for";
      Trained trained =
          new TrainingRun<>(spec, watch).run(id, TrainingRows.handedIn(data), champion, why);
      return conclude(position, trained, champion, why);
    } finally {
      turning.unlock();
    }
  }

  /** What a process that does not drive the loop owes to the one that does. */
  void serveOnly() {
    turning.lock();
    try {
      rollouts.publish(deployment.health());
      deployment.refresh();
    } finally {
      turning.unlock();
    }
  }

  LoopTurn turn() {
    turning.lock();
    try {
      workspace.leases().acquire(lease());
      deployment.flush();
      rollouts.publish(deployment.health());
      Turn turn = new Turn();
      Position position = load();
      boolean more = true;
      while (more) {
        more =
            switch (position.state.phase()) {
              case WATCHING, ROLLING_OUT -> observe(position, turn);
              case TRAINING -> retrain(position, turn);
              case AWAITING_APPROVAL -> awaitApproval(position);
            };
      }
      return turn.done();
    } finally {
      turning.unlock();
    }
  }

  ModelHealth health() {
    return champion()
        .map(champion -> session(champion).session.health())
        .orElseGet(
            () ->
                new ModelHealth(
                    ModelHealth.Status.NOT_ENOUGH_DATA,
                    0,
                    0,
                    Map.of(),
                    "no version of '" + name + "' serves yet"));
  }

  List<Alert> alerts() {
    return load().state.alerts();
  }

  @Override
  public void close() {
    workspace.leases().release(lease());
  }

  /** Folds the next page of the log, up to the first entry that leads to something. */
  private boolean observe(Position position, Turn turn) {
    Optional<ModelVersion> champion = champion();
    if (champion.isEmpty()) {
      return false;
    }
    if (position.state.phase() == LoopState.Phase.ROLLING_OUT
        && models.alias(name, Alias.CHALLENGER).isEmpty()) {
      position.commit("the rollout was ended by hand", position.state.watching());
    }
    List<LogEntry> page = workspace.predictions().read(name, schema, position.state.cursor(), PAGE);
    LoopState state = position.state;
    RolloutDecision decision = new RolloutDecision.Continue();
    boolean rolling = state.phase() == LoopState.Phase.ROLLING_OUT;
    if (rolling) {
      state = state.at(state.cursor(), rollouts.served(state.tally(), state.candidate()));
      // without traffic only the clock can end a rollout
      Instant now = page.isEmpty() ? workspace.clock().instant() : state.tally().since();
      decision = state.tally().decide(spec.rollout, state.candidate(), now);
    }
    boolean decided = !(decision instanceof RolloutDecision.Continue);
    if (page.isEmpty() && !decided) {
      if (!state.equals(position.state)) {
        position.commit("observed how it serves", state);
      }
      return false;
    }
    Watched watched = session(champion.get());
    List<Alert> alerts = List.of();
    boolean grows = false;
    LogEntry last = null;
    for (LogEntry entry : decided ? List.<LogEntry>of() : page) {
      last = entry;
      turn.entries++;
      if (entry.prediction().version() == champion.get().number()) {
        alerts = watched.session.observe(entry);
      }
      state = state.at(entry.sequence(), tally(state, entry, champion.get().number()));
      if (rolling) {
        decision = state.tally().decide(spec.rollout, state.candidate(), entry.prediction().at());
        decided = !(decision instanceof RolloutDecision.Continue);
        grows = !decided && state.tally().mayGrow(spec.rollout);
      }
      if (!alerts.isEmpty() || decided || grows) {
        break;
      }
    }
    state = state.alerted(alerts);
    turn.alerts.addAll(alerts);
    Change watchState = watched.save();
    position.raised = alerts;
    if (decided) {
      turn.decisions.add(decision);
      conclude(position, state, watchState, decision, champion.get());
      RolloutDecided.tell(name, state.candidate(), decision);
    } else if (grows) {
      grow(position, state, watchState);
    } else {
      position.commit(
          "observed", last == null ? state : afterAlerts(state, alerts, last), watchState);
    }
    return true;
  }

  /** While a version is being tried, alerts about the champion do not start another training. */
  private LoopState afterAlerts(LoopState state, List<Alert> alerts, LogEntry entry) {
    if (state.phase() == LoopState.Phase.WATCHING && spec.history != null) {
      for (Alert alert : alerts) {
        if (spec.retrain.retrain(alert)) {
          return state.training(name + "-" + entry.sequence(), entry.at(), alert.message());
        }
      }
    }
    return state;
  }

  /**
   * What an entry adds: an answer its key's side, a label its loss at the step of its answer. What
   * was not drawn for a side adds nothing, as the rows of a batch: the champion answers them all,
   * and they may be other rows. A correction adds nothing: its prediction was counted, and what was
   * looked at cannot be taken back.
   */
  private RolloutTally tally(LoopState state, LogEntry entry, long champion) {
    PredictionRecord prediction = entry.prediction();
    long predictedAt =
        entry instanceof LogEntry.Labelled labelled ? labelled.predictedAt() : entry.sequence();
    RolloutTally tally = state.tally();
    if (entry instanceof LogEntry.Corrected
        || state.phase() != LoopState.Phase.ROLLING_OUT
        || predictedAt <= state.rolloutFrom()) {
      return tally;
    }
    OptionalInt step = rollouts.step(tally, prediction);
    if (step.isEmpty()) {
      return tally;
    }
    if (entry instanceof LogEntry.Predicted) {
      return step.getAsInt() == tally.step()
          ? tally.answered(
              prediction.key().isEmpty() ? prediction.id().toString() : prediction.key(),
              rollouts.ofChallenger(prediction))
          : tally;
    }
    long version = prediction.version();
    boolean ofRollout = prediction.route() == Route.CHAMPION || prediction.route() == Route.CANARY;
    if (!ofRollout || (version != state.candidate() && version != champion)) {
      return tally; // an experiment draws other keys, and who stands in is no side
    }
    return tally.plus(
        step.getAsInt(),
        version == state.candidate(),
        loss(prediction, ((LogEntry.Labelled) entry).label()));
  }

  /** Half the squared distance of the scores from the truth, or the squared error. */
  private double loss(PredictionRecord prediction, String label) {
    double sum = 0;
    if (task instanceof Classification<X, Y> classes) {
      int truth = classes.position(classes.labelOf(label));
      for (int i = 0; i < prediction.scores().length; i++) {
        double error = prediction.scores()[i] - (i == truth ? 1 : 0);
        sum += error * error;
      }
      return sum / 2;
    }
    double error = Double.parseDouble(prediction.value()) - Double.parseDouble(label);
    return error * error;
  }

  private void grow(Position position, LoopState state, Change watchState) {
    RolloutTally next = state.tally().next();
    position.commit(
        String.format(
            Locale.ROOT,
            "v%d answers a share of %s from now on, step %d of %d",
            state.candidate(),
            spec.rollout.steps().get(next.step()),
            next.step() + 1,
            spec.rollout.steps().size()),
        state.at(state.cursor(), next),
        watchState);
    deployment.refresh();
  }

  /** A decision, what it moves, and what it rests on are one commit. */
  private void conclude(
      Position position,
      LoopState state,
      Change watchState,
      RolloutDecision decision,
      ModelVersion champion) {
    Change record = rollouts.record(decision, state.candidate(), champion.number(), state.tally());
    Change.MoveAlias ended =
        new Change.MoveAlias(name, Alias.CHALLENGER, models.generation(name, Alias.CHALLENGER), 0);
    if (decision instanceof RolloutDecision.Promote promote) {
      position.commit(
          "v"
              + promote.version()
              + " replaces v"
              + champion.number()
              + " after its rollout: "
              + promote.evidence(),
          state.watching(),
          watchState,
          record,
          new Change.MoveAlias(
              name, Alias.CHAMPION, models.generation(name, Alias.CHAMPION), promote.version()),
          ended);
    } else if (decision instanceof RolloutDecision.RollBack back) {
      position.commit(
          "v" + back.version() + " is rolled back: " + back.evidence(),
          state.watching(),
          watchState,
          record,
          ended,
          new Change.Transition(name, back.version(), VersionState.SUSPENDED));
    } else {
      position.commit(
          "v" + state.candidate() + " keeps its share: " + decision.evidence(),
          state.at(state.cursor(), state.tally().hold()),
          watchState,
          record);
    }
  }

  private boolean retrain(Position position, Turn turn) {
    DatasetSource<X, Y> history = spec.history;
    if (history == null) {
      throw new IllegalStateException(
          "model '"
              + name
              + "' was to be retrained, and has no source of rows any more; give it one with"
              + " retrainFrom()");
    }
    LoopState state = position.state;
    Optional<ModelVersion> champion = champion();
    Trained trained =
        new TrainingRun<>(spec, watch)
            .run(
                state.training(),
                TrainingRows.knownAt(history, state.cutoff()),
                champion,
                state.trigger());
    turn.trainings.add(conclude(position, trained, champion, state.trigger()));
    return true;
  }

  /** What follows from the gates: one commit of states, aliases and the loop's own state. */
  private TrainOutcome conclude(
      Position position, Trained trained, Optional<ModelVersion> champion, String why) {
    long version = trained.version();
    VersionState now = models.get(name, version).state();
    if (!trained.passed()) {
      position.commit("v" + version + " was refused by its gates", position.state.watching());
      return new TrainOutcome.Refused(version, trained.gates());
    }
    List<Change> changes = new ArrayList<>();
    if (now.equals(VersionState.DRAFT)) {
      changes.add(new Change.Transition(name, version, VersionState.VALIDATED));
    }
    boolean people =
        spec.promotion == PromotionPolicy.BY_A_PERSON
            || models
                .model(name)
                .flatMap(m -> Optional.ofNullable(m.governance().approvals()))
                .isPresent();
    if (people && !now.equals(VersionState.APPROVED)) {
      position.commit(
          "v" + version + " passed its gates",
          position.state.trying(
              LoopState.Phase.AWAITING_APPROVAL, version, trained.gates(), 0, Instant.EPOCH),
          changes.toArray(Change[]::new));
      return new TrainOutcome.AwaitingApproval(version, trained.gates());
    }
    if (!now.equals(VersionState.APPROVED)) {
      changes.add(new Change.Transition(name, version, VersionState.APPROVED));
    }
    return takeOver(position, trained, champion.isEmpty(), changes, why);
  }

  private TrainOutcome takeOver(
      Position position, Trained trained, boolean first, List<Change> changes, String why) {
    long version = trained.version();
    if (first || spec.rollout.atOnce()) {
      changes.add(
          new Change.MoveAlias(
              name, Alias.CHAMPION, models.generation(name, Alias.CHAMPION), version));
      position.commit(
          "v" + version + " passed its gates and takes over; trained because: " + why,
          position.state.watching(),
          changes.toArray(Change[]::new));
      return new TrainOutcome.Promoted(version, trained.gates());
    }
    changes.add(
        new Change.MoveAlias(
            name, Alias.CHALLENGER, models.generation(name, Alias.CHALLENGER), version));
    position.commit(
        "v" + version + " passed its gates and is rolled out; trained because: " + why,
        position.state.trying(
            LoopState.Phase.ROLLING_OUT,
            version,
            trained.gates(),
            workspace.predictions().counts(name).entries(),
            workspace.clock().instant()),
        changes.toArray(Change[]::new));
    return new TrainOutcome.RollingOut(version, trained.gates());
  }

  private boolean awaitApproval(Position position) {
    ModelVersion candidate = models.get(name, position.state.candidate());
    if (candidate.state().equals(VersionState.APPROVED)) {
      TrainOutcome unused =
          takeOver(
              position,
              new Trained(candidate.number(), position.state.gates()),
              champion().isEmpty(),
              new ArrayList<>(),
              position.state.trigger());
      return true;
    }
    if (candidate.state().equals(VersionState.RETIRED)
        || candidate.state().equals(VersionState.SUSPENDED)) {
      position.commit("v" + candidate.number() + " was not approved", position.state.watching());
      return true;
    }
    return false; // draft, validated, or a state of the host's on the way
  }

  private Optional<ModelVersion> champion() {
    return models.alias(name, Alias.CHAMPION).map(alias -> models.get(name, alias.version()));
  }

  private String lease() {
    return "loop." + name;
  }

  private Position load() {
    Optional<Document> document = workspace.state().get("loop." + name);
    return new Position(
        document.map(d -> CanonicalJson.read(d.json(), LoopState.class)).orElse(LoopState.NEW),
        document.map(Document::revision).orElse(0L));
  }

  private Watched session(ModelVersion version) {
    String document = "watch." + name + ".v" + version.number();
    Optional<Document> saved = workspace.state().get(document);
    WatchSession session =
        watch.start(
            version,
            models.attachment(version, Watch.REFERENCE),
            saved.map(Document::json),
            () -> models.load(version, task));
    return new Watched(document, saved.map(Document::revision).orElse(0L), session);
  }

  /** The watch of the champion, and the document that its state is kept in. */
  private record Watched(String document, long revision, WatchSession session) {
    Change save() {
      return new Change.PutDocument(document, revision, session.state());
    }
  }

  /** The loop's state, and the revision that fences its next commit. */
  private final class Position {
    private LoopState state;
    private long revision;

    /** Told with the next commit, so that they are told exactly if what led to them is kept. */
    private List<Alert> raised = List.of();

    Position(LoopState state, long revision) {
      this.state = state;
      this.revision = revision;
    }

    void commit(String reason, LoopState next, Change... changes) {
      List<Change> all = new ArrayList<>(List.of(changes));
      raised.forEach(alert -> all.add(new Change.RaiseAlert(alert)));
      all.add(new Change.PutDocument("loop." + name, revision, CanonicalJson.write(next)));
      models.commit(abbreviated(reason), all.toArray(Change[]::new));
      raised = List.of();
      state = next;
      revision++;
    }

    private static String abbreviated(String reason) {
      return reason.length() <= 2_000 ? reason : reason.substring(0, 2_000);
    }
  }

  /** What a turn has done so far. */
  private static final class Turn {
    private long entries;
    private final List<Alert> alerts = new ArrayList<>();
    private final List<TrainOutcome> trainings = new ArrayList<>();
    private final List<RolloutDecision> decisions = new ArrayList<>();

    LoopTurn done() {
      return new LoopTurn(entries, alerts, trainings, decisions);
    }
  }
}
