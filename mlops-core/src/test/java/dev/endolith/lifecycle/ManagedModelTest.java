package dev.endolith.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Ignore;
import dev.endolith.data.Task;
import dev.endolith.error.StepFailedException;
import dev.endolith.event.Alert;
import dev.endolith.event.Event;
import dev.endolith.event.ModelHealth;
import dev.endolith.governance.ModelCard;
import dev.endolith.model.Metric;
import dev.endolith.model.Predictor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Gate;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.VersionState;
import dev.endolith.serving.CallContext;
import dev.endolith.serving.FeedbackResult;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.Rollout;
import dev.endolith.serving.RolloutDecision;
import dev.endolith.serving.RolloutRecord;
import dev.endolith.serving.RolloutTally;
import dev.endolith.serving.Served;
import dev.endolith.tribuo.Tribuo;
import dev.endolith.watch.Watch;
import dev.endolith.watch.WatchSession;
import dev.endolith.watch.WatchSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;

class ManagedModelTest {
  record Point(double x, double y, @Ignore String id) {}

  private static final Classification<Point, Boolean> TASK =
      Task.classify(Point.class, Boolean.class).key(Point::id).build();

  private final Workspace workspace = Workspace.inMemory();
  private final List<Example<Point, Boolean>> world = new ArrayList<>();
  private final Random random = new Random(5);

  @AfterEach
  void close() {
    assertThat(workspace.audit().verify().ok()).isTrue();
    workspace.close();
  }

  /** The truth follows x at first, and the opposite after the world has turned. */
  private List<Example<Point, Boolean>> live(int n, boolean turned) {
    List<Example<Point, Boolean>> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double x = random.nextGaussian();
      boolean truth = (x + 0.3 * random.nextGaussian() > 0) != turned;
      rows.add(new Example<>(new Point(x, random.nextGaussian(), "k" + world.size()), truth));
      world.add(rows.get(i));
    }
    return rows;
  }

  private ManagedModelBuilder<Point, Boolean> builder() {
    return ManagedModel.of("points", TASK, workspace)
        .train(Tribuo.classifier(new LogisticRegressionTrainer()))
        .gate(Gate.atLeast(Metric.AUC, 0.8))
        .gate(Gate.beatsChampion(Metric.AUC))
        .watch(new ErrorCounter(50))
        .rollout(Rollout.canary(0.5).minSamples(40))
        .holdout(100)
        .window(TrainingWindow.bestOf(300))
        .retrainFrom(instant -> Dataset.of(TASK, DataOrigin.named("world"), world))
        .drivenByHand();
  }

  private void serve(ManagedModel<Point, Boolean> model, List<Example<Point, Boolean>> rows) {
    for (Example<Point, Boolean> row : rows) {
      var unused = model.predict(row.x());
      var result = model.feedback(row.x().id(), row.y(), Instant.EPOCH);
      assertThat(result).isInstanceOf(FeedbackResult.Accepted.class);
    }
  }

  private TrainOutcome firstTraining(ManagedModel<Point, Boolean> model) {
    return model.train(Dataset.of(TASK, DataOrigin.named("past"), live(800, false)));
  }

  @Test
  void world_turns_modelIsRetrainedRolledOutAndPromoted() {
    List<Event> events = new ArrayList<>();
    workspace.events().listen(events::add);
    ManagedModel<Point, Boolean> model = builder().build();
    assertThat(model.health().status()).isEqualTo(ModelHealth.Status.NOT_ENOUGH_DATA);
    assertThat(firstTraining(model)).isInstanceOf(TrainOutcome.Promoted.class);
    assertThat(model.status().servedChampion()).isEqualTo(1);

    serve(model, live(300, false));
    LoopTurn calm = model.runOnce();
    assertThat(calm.alerts()).isEmpty();
    assertThat(calm.entries()).isEqualTo(600);

    serve(model, live(400, true));
    LoopTurn turned = model.runOnce();
    assertThat(turned.alerts()).isNotEmpty();
    assertThat(turned.trainings()).singleElement().isInstanceOf(TrainOutcome.RollingOut.class);
    assertThat(model.status().servedChallenger()).isEqualTo(2);
    assertThat(events).anyMatch(e -> e instanceof Event.AlertRaised);

    serve(model, live(300, true));
    LoopTurn rolled = model.runOnce();
    assertThat(rolled.decisions()).singleElement().isInstanceOf(RolloutDecision.Promote.class);
    assertThat(model.status().servedChampion()).isEqualTo(2);
    assertThat(model.status().servedChallenger()).isZero();

    ModelVersion second = workspace.models().get("points", 2);
    assertThat(second.parent()).isEqualTo(1);
    assertThat(second.attachment(TrainingRun.GATES)).isPresent();
    assertThat(second.attachment(Watch.REFERENCE)).isPresent();
    assertThat(workspace.runs().find(second.run()).orElseThrow().outputs())
        .containsEntry("version", "points v2");
    assertThat(model.alerts()).isNotEmpty();
    assertThat(ModelCard.of(workspace, "points", 2).toMarkdown())
        .contains("# Model card: points v2", "| auc |", "alias champion to version 2");
  }

  /** Turns at other moments, and a loop that is opened anew at each of them, decide the same. */
  @Test
  void decisions_dependOnTheLogAlone() {
    ManagedModel<Point, Boolean> model = builder().build();
    firstTraining(model);
    List<Example<Point, Boolean>> rows = new ArrayList<>(live(200, false));
    rows.addAll(live(300, true));
    serve(model, rows);
    List<Alert> alerts = new ArrayList<>();
    model.close();
    ManagedModel<Point, Boolean> reopened = builder().retrain(RetrainPolicy.never()).build();
    alerts.addAll(reopened.runOnce().alerts());

    Workspace other = Workspace.inMemory();
    world.clear();
    random.setSeed(5);
    ManagedModel<Point, Boolean> stepwise =
        ManagedModel.of("points", TASK, other)
            .train(Tribuo.classifier(new LogisticRegressionTrainer()))
            .watch(new ErrorCounter(50))
            .holdout(100)
            .window(TrainingWindow.bestOf(300))
            .drivenByHand()
            .build();
    firstTraining(stepwise);
    List<Alert> again = new ArrayList<>();
    rows = new ArrayList<>(live(200, false));
    rows.addAll(live(300, true));
    for (Example<Point, Boolean> row : rows) {
      serve(stepwise, List.of(row));
      again.addAll(stepwise.runOnce().alerts());
    }
    assertThat(again)
        .extracting(Alert::message)
        .isEqualTo(alerts.stream().map(Alert::message).toList());
    assertThat(alerts).isNotEmpty();
    other.close();
  }

  @Test
  void worseCandidate_isRefused_andStaysADraft() {
    ManagedModel<Point, Boolean> model = builder().build();
    firstTraining(model);
    TrainOutcome outcome =
        model.train(Dataset.of(TASK, DataOrigin.named("noise"), shuffled(live(800, false))));
    assertThat(outcome).isInstanceOf(TrainOutcome.Refused.class);
    assertThat(outcome.gates()).anyMatch(g -> !g.passed() && g.evidence().contains("auc"));
    assertThat(workspace.models().get("points", 2).state()).isEqualTo(VersionState.DRAFT);
    assertThat(model.status().servedChampion()).isEqualTo(1);
  }

  private List<Example<Point, Boolean>> shuffled(List<Example<Point, Boolean>> rows) {
    return rows.stream().map(e -> new Example<>(e.x(), random.nextBoolean())).toList();
  }

  @Test
  void sameTraining_twice_registersOnce() {
    ManagedModel<Point, Boolean> model = builder().rollout(Rollout.immediate()).build();
    Dataset<Point, Boolean> past = Dataset.of(TASK, DataOrigin.named("past"), live(800, false));
    assertThat(model.train(past).version()).isEqualTo(1);
    TrainOutcome again = model.train(past); // after v1: judged against itself, it does not beat it
    assertThat(again).isInstanceOf(TrainOutcome.Refused.class);
    assertThat(model.train(past).version()).isEqualTo(again.version());
    assertThat(workspace.models().newest("points", 10)).hasSize(2);
  }

  @Test
  void approval_byAPerson_startsTheRollout_andSuspensionEndsIt() {
    ManagedModel<Point, Boolean> model =
        builder().promotion(PromotionPolicy.BY_A_PERSON).rollout(Rollout.immediate()).build();
    assertThat(firstTraining(model)).isInstanceOf(TrainOutcome.AwaitingApproval.class);
    model.runOnce();
    assertThat(model.status().desiredChampion()).isZero();
    workspace.models().transition("points", 1, VersionState.APPROVED, "looks right");
    model.runOnce();
    assertThat(model.status().servedChampion()).isEqualTo(1);

    serve(model, live(400, true));
    assertThat(model.runOnce().trainings())
        .singleElement()
        .isInstanceOf(TrainOutcome.AwaitingApproval.class);
    assertThat(workspace.models().get("points", 2).state()).isEqualTo(VersionState.VALIDATED);
    assertThatThrownBy(() -> firstTraining(model))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("AWAITING_APPROVAL");
    workspace.models().transition("points", 2, VersionState.SUSPENDED, "not now");
    model.runOnce();
    assertThat(model.status().servedChampion()).isEqualTo(1);
  }

  @Test
  void rolloutOfAWorseVersion_isRolledBack(@TempDir Path folder) throws IOException {
    ManagedModel<Point, Boolean> model = builder().build();
    firstTraining(model);
    serve(model, live(100, false));
    serve(model, live(400, true));
    assertThat(model.runOnce().trainings())
        .singleElement()
        .isInstanceOf(TrainOutcome.RollingOut.class);
    serve(model, live(400, false)); // the world turns back: the challenger is the worse one now
    try (Recording flight = new Recording()) {
      flight.start();
      assertThat(model.runOnce().decisions())
          .singleElement()
          .isInstanceOf(RolloutDecision.RollBack.class);
      flight.stop();
      Path file = folder.resolve("flight.jfr");
      flight.dump(file);
      assertThat(RecordingFile.readAllEvents(file))
          .filteredOn(event -> event.getEventType().getName().equals("endolith.RolloutDecision"))
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getString("model")).isEqualTo("points");
                assertThat(event.getLong("version")).isEqualTo(2);
                assertThat(event.getString("decision")).isEqualTo("RollBack");
              });
    }
    assertThat(model.status().servedChampion()).isEqualTo(1);
    assertThat(workspace.models().get("points", 2).state()).isEqualTo(VersionState.SUSPENDED);
    assertThat(workspace.models().alias("points", Alias.CHALLENGER)).isEmpty();
  }

  @Test
  void labelsCorrectedDuringARollout_countTheirPredictionsOnce() {
    ManagedModel<Point, Boolean> model =
        builder().rollout(Rollout.canary(0.5).minSamples(200)).build();
    firstTraining(model);
    serve(model, live(400, true));
    assertThat(model.runOnce().trainings())
        .singleElement()
        .isInstanceOf(TrainOutcome.RollingOut.class);
    List<Example<Point, Boolean>> rows = live(60, true);
    serve(model, rows);
    model.runOnce();
    RolloutTally before = tally();
    for (Example<Point, Boolean> row : rows) {
      assertThat(model.feedback(row.x().id(), !row.y(), Instant.EPOCH.plusSeconds(1)))
          .isInstanceOf(FeedbackResult.Corrected.class);
    }
    assertThat(model.runOnce().entries()).isEqualTo(60);
    assertThat(before.total().champion().n() + before.total().challenger().n()).isEqualTo(60);
    assertThat(tally()).isEqualTo(before);
  }

  /**
   * A nightly batch with labels: the champion answers all of its rows, whoever their keys fall to.
   */
  @Test
  void batchDuringARollout_isSeenByNobody() {
    ManagedModel<Point, Boolean> model =
        builder().rollout(Rollout.canary(0.05).minSamples(200)).build();
    firstTraining(model);
    serve(model, live(400, true));
    assertThat(model.runOnce().trainings())
        .singleElement()
        .isInstanceOf(TrainOutcome.RollingOut.class);
    serve(model, live(60, true));
    model.runOnce();
    RolloutTally before = tally();
    assertThat(before.exposure().champion() + before.exposure().challenger()).isPositive();
    List<Example<Point, Boolean>> night = live(3_000, true);
    assertThat(
            model
                .deployment()
                .predictAll(night.stream().map(Example::x).toList(), CallContext.NONE))
        .hasSize(3_000);
    for (Example<Point, Boolean> row : night.subList(0, 300)) {
      var result = model.feedback(row.x().id(), row.y(), Instant.EPOCH);
      assertThat(result).isInstanceOf(FeedbackResult.Accepted.class);
    }
    LoopTurn turn = model.runOnce();
    assertThat(turn.entries()).isEqualTo(3_300);
    assertThat(turn.decisions()).isEmpty();
    assertThat(tally()).isEqualTo(before);
    assertThat(model.status().servedChallenger()).isEqualTo(2);
  }

  private RolloutTally tally() {
    return CanonicalJson.read(
            workspace.state().get("loop.points").orElseThrow().json(), LoopState.class)
        .tally();
  }

  @Test
  void rolloutInSteps_growsWithAnswers_andKeepsWhatItDecided() {
    ManagedModel<Point, Boolean> model =
        builder().rollout(Rollout.steps(0.1, 0.4, 0.6, 1).minSamples(40)).build();
    firstTraining(model);
    serve(model, live(400, true));
    assertThat(model.runOnce().trainings())
        .singleElement()
        .isInstanceOf(TrainOutcome.RollingOut.class);
    List<RolloutDecision> decisions = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (int turn = 0; turn < 40 && decisions.isEmpty(); turn++) {
      Served<Boolean> served = model.predict(new Point(0, 0, "probe" + turn));
      model.deployment().flush();
      var entries = workspace.predictions().read("points", TASK.features().schema(), 0, 100_000);
      var last = entries.get(entries.size() - 1).prediction();
      double propensity = last.assignment().propensity();
      shares.add(served.version() == 2 ? propensity : 1 - propensity);
      serve(model, live(100, true));
      decisions.addAll(model.runOnce().decisions());
    }
    assertThat(decisions).singleElement().isInstanceOf(RolloutDecision.Promote.class);
    assertThat(shares.get(0)).isEqualTo(0.1, org.assertj.core.api.Assertions.within(1e-9));
    assertThat(shares).isSorted();
    assertThat(shares.get(shares.size() - 1))
        .isEqualTo(0.6, org.assertj.core.api.Assertions.within(1e-9));
    RolloutRecord kept =
        CanonicalJson.read(
            workspace.state().get(RolloutRecord.document("points", 2)).orElseThrow().json(),
            RolloutRecord.class);
    assertThat(kept.decision()).isEqualTo("Promote");
    assertThat(kept.evidence()).isEqualTo(decisions.get(0).evidence());
    assertThat(kept.rollout().steps()).containsExactly(0.1, 0.4, 0.6);
    assertThat(kept.tally().earlier()).hasSize(2);
    assertThat(kept.tally().exposure().challenger()).isPositive();
    assertThat(kept.tally().service().challenger().requests()).isPositive();
  }

  @Test
  void labelsThatNeverCome_endTheRolloutWhenItsTimeIsOver() {
    SettableTime time = new SettableTime();
    try (Workspace timed = Workspace.builder().clock(time).open()) {
      ManagedModel<Point, Boolean> model =
          ManagedModel.of("points", TASK, timed)
              .train(Tribuo.classifier(new LogisticRegressionTrainer()))
              .watch(new ErrorCounter(50))
              .rollout(
                  Rollout.canary(0.5)
                      .undecidedAfter(java.time.Duration.ofDays(7), Rollout.Undecided.HOLD))
              .holdout(100)
              .drivenByHand()
              .build();
      firstTraining(model);
      assertThat(model.train(Dataset.of(TASK, DataOrigin.named("more"), live(900, false))))
          .isInstanceOf(TrainOutcome.RollingOut.class);
      time.now = time.now.plusSeconds(6 * 86_400);
      assertThat(model.runOnce().decisions()).isEmpty();
      time.now = time.now.plusSeconds(86_401);
      assertThat(model.runOnce().decisions())
          .singleElement()
          .isInstanceOf(RolloutDecision.Undecided.class);
      assertThat(model.runOnce().decisions()).as("told once").isEmpty();
      assertThat(model.status().servedChallenger()).isEqualTo(2);
    }
  }

  private static final class SettableTime extends java.time.Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public java.time.ZoneId getZone() {
      return java.time.ZoneOffset.UTC;
    }

    @Override
    public java.time.Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }

  @Test
  void trainingThatFails_isTakenUpAgainAtTheNextTurn() {
    boolean[] broken = {false};
    ManagedModel<Point, Boolean> model =
        builder()
            .retrainFrom(
                instant -> {
                  if (broken[0]) {
                    throw new IllegalStateException("the source is down");
                  }
                  return Dataset.of(TASK, DataOrigin.named("world"), world);
                })
            .build();
    firstTraining(model);
    serve(model, live(100, false));
    serve(model, live(400, true));
    broken[0] = true;
    assertThatThrownBy(model::runOnce)
        .isInstanceOf(StepFailedException.class)
        .hasMessageContaining("the source is down");
    broken[0] = false;
    assertThat(model.runOnce().trainings()).hasSize(1);
    assertThat(workspace.models().newest("points", 10)).hasSize(2);
  }

  @Test
  void reproduce_retrainedVersion_asksItsSourceForTheRowsOfThen() {
    Map<Instant, Integer> known = new HashMap<>();
    ManagedModel<Point, Boolean> model =
        builder()
            .retrainFrom(
                instant ->
                    Dataset.of(
                        TASK,
                        DataOrigin.named("world"),
                        world.subList(0, known.computeIfAbsent(instant, i -> world.size()))))
            .build();
    firstTraining(model);
    serve(model, live(100, false));
    serve(model, live(400, true));
    assertThat(model.runOnce().trainings()).hasSize(1);
    live(200, true); // what became known later is not asked for
    assertThat(model.reproduce(2)).isInstanceOf(Reproduction.Identical.class);
    // the first version's rows were handed in, and the source has others
    assertThat(model.reproduce(1)).isInstanceOf(Reproduction.Impossible.class);
  }

  @Test
  void drivenByItself_takesTurns() {
    ManagedModel<Point, Boolean> model = builder().every(Duration.ofMillis(5)).build();
    firstTraining(model);
    serve(model, live(100, false));
    serve(model, live(400, true));
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> model.status().servedChallenger() == 2);
    model.close();
  }

  @Test
  void builder_mistakes_areRefused() {
    assertThatThrownBy(() -> ManagedModel.of("points", TASK, workspace).build())
        .hasMessageContaining("no trainer");
    assertThatThrownBy(() -> builder().holdout(0)).hasMessageContaining("holdout");
    assertThatThrownBy(() -> builder().every(Duration.ZERO)).hasMessageContaining("positive");
    assertThatThrownBy(() -> TrainingWindow.last(0)).hasMessageContaining("training window");
    assertThat(TrainingWindow.last(5).candidates()).containsExactly(5);
    assertThat(TrainingWindow.all().candidates()).hasSize(1);
    ManagedModel<Point, Boolean> model = builder().build();
    assertThatThrownBy(() -> model.train(Dataset.of(TASK, DataOrigin.named("few"), live(3, false))))
        .isInstanceOf(StepFailedException.class)
        .hasMessageContaining("at least 5 rows");
  }

  /** A watch of a user's own: an alarm when most of the last labels were not as answered. */
  record ErrorCounter(int window) implements WatchSpec {
    @Override
    public <X, Y> Watch<X, Y> open(Task<X, Y> task) {
      return new Watch<>() {
        @Override
        public byte[] reference(
            Dataset<X, Y> training, Dataset<X, Y> heldOut, Predictor<X, Y> model) {
          return new byte[] {'{', '}'};
        }

        @Override
        public WatchSession start(ModelVersion version, byte[] reference, Optional<String> state) {
          return new Counter(version, window, state.orElse("0,0"));
        }
      };
    }
  }

  private static final class Counter implements WatchSession {
    private final ModelVersion version;
    private final int window;
    private int labels;
    private int errors;

    Counter(ModelVersion version, int window, String state) {
      this.version = version;
      this.window = window;
      String[] parts = state.replace("\"", "").split(",", -1);
      labels = Integer.parseInt(parts[0]);
      errors = Integer.parseInt(parts[1]);
    }

    @Override
    public List<Alert> observe(LogEntry entry) {
      if (!(entry instanceof LogEntry.Labelled labelled)) {
        return List.of();
      }
      labels++;
      errors += labelled.label().equals(labelled.prediction().value()) ? 0 : 1;
      if (labels < window) {
        return List.of();
      }
      int wrong = errors;
      labels = 0;
      errors = 0;
      return wrong > window / 2
          ? List.of(
              new Alert(
                  version.model(),
                  version.number(),
                  Alert.Kind.PERFORMANCE,
                  Alert.Severity.ALARM,
                  entry.at(),
                  "labels to " + entry.sequence(),
                  List.of(),
                  wrong + " of " + window + " answers were wrong"))
          : List.of();
    }

    @Override
    public String state() {
      return "\"" + labels + "," + errors + "\"";
    }

    @Override
    public ModelHealth health() {
      return new ModelHealth(ModelHealth.Status.OK, 0, labels, Map.of(), "counting");
    }
  }
}
