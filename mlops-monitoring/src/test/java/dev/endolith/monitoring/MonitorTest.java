package dev.endolith.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.endolith.data.CanonicalJson;
import dev.endolith.error.DataException;
import dev.endolith.event.Alert;
import dev.endolith.event.ModelHealth;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.alert.AlertPolicy;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.quality.Check;
import dev.endolith.monitoring.quality.Expectation;
import dev.endolith.monitoring.quality.Expectations;
import dev.endolith.monitoring.quality.Severity;
import dev.endolith.monitoring.window.Against;
import dev.endolith.monitoring.window.Window;
import dev.endolith.privacy.FieldPolicy;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.serving.LogEntry;
import dev.endolith.watch.Watch;
import dev.endolith.watch.WatchSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MonitorTest {
  private static final Monitor MONITOR = Monitor.drift(Window.rows(500));
  private static final Watch<World.Order, Boolean> WATCH = MONITOR.open(World.TASK);
  private static final byte[] REFERENCE =
      WATCH.reference(
          new World(1).rows(5_000, Mood.USUAL), new World(2).rows(2_000, Mood.USUAL), World.MODEL);

  @Test
  void observe_usualWorld_raisesNothing() {
    // 40 worlds of 4 windows and 2 000 labels. A column would drift by chance with a probability of
    // at most α = 0.01 per window if α were the only condition; the PSI of 0.1 beyond chance that
    // is
    // asked as well lies above the 1 − 1e-9 quantile of its null law at n = 5 000, m = 500. Adwin's
    // bound and the level test's 1/1 000 leave less than 0.1 alarms to be expected in all: none.
    List<Alert> alerts = new ArrayList<>();
    for (int seed = 0; seed < 40; seed++) {
      WatchSession session = start(Optional.empty());
      for (LogEntry entry : new World(1_000 + seed).live(2_000, Mood.USUAL, 100)) {
        alerts.addAll(session.observe(entry));
      }
      assertThat(session.health().status()).isEqualTo(ModelHealth.Status.OK);
    }
    assertThat(alerts).isEmpty();
  }

  @Test
  void observe_windowsOfTime_areClosedByTheFirstPredictionAfterThem() {
    // an entry a second, a prediction and a label in turn: 500 predictions in 1 000 s
    Watch<World.Order, Boolean> watch =
        Monitor.drift(Window.every(Duration.ofSeconds(1_000))).open(World.TASK);
    World world = new World(7);
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());

    assertThat(observe(session, world.live(1_000, Mood.USUAL, 0))).isEmpty();
    assertThat(observe(session, world.live(490, Mood.SHIFTED, 0))).isEmpty(); // not over yet
    List<Alert> alerts = observe(session, world.live(20, Mood.SHIFTED, 0));

    assertThat(alerts).singleElement().extracting(Alert::kind).isEqualTo(Alert.Kind.DRIFT);
    assertThat(alerts.get(0).window()).isEqualTo("window-3");
  }

  @Test
  void observe_shiftedInputs_areFoundInTheirFirstWindow() {
    World world = new World(7);
    WatchSession session = start(Optional.empty());
    observe(session, world.live(1_000, Mood.USUAL, 10));

    List<Alert> alerts = observe(session, world.live(500, Mood.SHIFTED, 10));

    assertThat(alerts).hasSize(1);
    Alert alert = alerts.get(0);
    assertThat(alert.kind()).isEqualTo(Alert.Kind.DRIFT);
    assertThat(alert.severity()).isEqualTo(Alert.Severity.ALARM); // the scores follow the amount
    assertThat(alert.columns()).containsExactlyInAnyOrder("amount", ReferenceProfile.SCORE);
    assertThat(alert.window()).isEqualTo("window-3");
    assertThat(alert.message()).contains("orders v1", "amount (PSI ");
    assertThat(session.health().status()).isEqualTo(ModelHealth.Status.ALARM);
  }

  @Test
  void observe_lastingDrift_isToldAgainOnlyAfterTheCooldown() {
    WatchSession session = start(Optional.empty());

    List<Alert> alerts = observe(session, new World(7).live(500 * 8, Mood.SHIFTED, 10));

    assertThat(alerts)
        .filteredOn(alert -> alert.kind() == Alert.Kind.DRIFT)
        .extracting(Alert::window)
        .containsExactly("window-1", "window-5");
  }

  @Test
  void observe_driftOfInputsAlone_isAWarningThenAnAlarm() {
    WatchSession session = start(Optional.empty());

    List<Alert> alerts = observe(session, new World(7).live(2_000, Mood.ABROAD, 10));

    assertThat(alerts)
        .extracting(Alert::window, Alert::severity, Alert::columns)
        .containsExactly(
            tuple("window-1", Alert.Severity.WARNING, List.of("country")),
            tuple("window-2", Alert.Severity.ALARM, List.of("country")));
  }

  @Test
  void observe_ignoredColumns_areNotTold() {
    Watch<World.Order, Boolean> watch = MONITOR.ignore("amount", "(score)").open(World.TASK);
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());

    assertThat(observe(session, new World(7).live(2_000, Mood.SHIFTED, 10))).isEmpty();
    assertThat(MonitorHistory.read(session.state()).windows().get(0).psi().get("amount"))
        .isGreaterThan(0.5);
  }

  @Test
  void observe_columnThatThePrivacyPolicyDrops_isNotTold() {
    PrivacyPolicy privacy = PrivacyPolicy.standard().with("amount", FieldPolicy.DROP);
    Watch<World.Order, Boolean> watch = MONITOR.ignore("(score)").open(World.TASK, privacy);
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());

    assertThat(observe(session, new World(7).live(2_000, Mood.SHIFTED, 10))).isEmpty();
  }

  @Test
  void observe_confirmations_waitForAnotherWindow() {
    Watch<World.Order, Boolean> watch = MONITOR.confirmations(2).open(World.TASK);
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());

    assertThat(observe(session, new World(7).live(1_000, Mood.ABROAD, 10)))
        .extracting(Alert::window, Alert::severity)
        .containsExactly(tuple("window-2", Alert.Severity.WARNING));
  }

  @Test
  void observe_alert_namesReferenceOwnerCausesAndRows() {
    Watch<World.Order, Boolean> watch =
        MONITOR.owner("orders team").runbook("https://runbooks.example/drift").open(World.TASK);
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());

    Alert alert = observe(session, new World(7).live(500, Mood.ABROAD, 10)).get(0);

    ReferenceProfile reference =
        ReferenceProfile.fromJson(new String(REFERENCE, StandardCharsets.UTF_8));
    assertThat(alert.details().profile()).isEqualTo(reference.digest().hex());
    assertThat(alert.details().owner()).isEqualTo("orders team");
    assertThat(alert.details().runbook()).isEqualTo("https://runbooks.example/drift");
    assertThat(alert.details().causes()).hasSize(1).first().asString().startsWith("country: PSI ");
    assertThat(alert.details().rows())
        .hasSize(3)
        .allMatch(row -> row.equals(Map.of("country", "<script>alert(1)</script>")));
    String kept = CanonicalJson.write(alert);
    assertThat(CanonicalJson.read(kept, Alert.class)).isEqualTo(alert);
    assertThat(kept).doesNotContain("customer");
  }

  @Test
  void read_alertThatWasKeptWithoutDetails_hasNone() {
    Alert plain =
        new Alert(
            "m", 1, Alert.Kind.DRIFT, Alert.Severity.ALARM, Instant.EPOCH, "w", List.of(), "text");
    String old = CanonicalJson.write(plain).replaceAll("\"details\":\\{[^}]*},", "");

    assertThat(old).doesNotContain("details");
    assertThat(CanonicalJson.read(old, Alert.class)).isEqualTo(plain);
  }

  @Test
  void observe_rowsThatBreakExpectations_areAnAlertOfQuality() {
    Expectations expectations =
        Expectations.builder()
            .quarantine(Check.oneOf("country", "AT", "CH", "DE", "FR"))
            .add(new Expectation(Check.present("discount"), Severity.WARN, 0.5))
            .fail(Check.matches("customer", "never logged"))
            .fail(Check.rows(1, 1_000))
            .build();
    Watch<World.Order, Boolean> watch =
        MONITOR
            .quality(expectations)
            .ignore("country", "(score)")
            .open(World.TASK, PrivacyPolicy.standard());
    Watch<World.Order, Boolean> heard = MONITOR.quality(expectations).open(World.TASK);
    List<LogEntry> entries = new World(7).live(1_500, Mood.ABROAD, 10);

    assertThat(observe(watch.start(World.version(), REFERENCE, Optional.empty()), entries))
        .isEmpty(); // nothing is said about columns that are ignored
    WatchSession session = heard.start(World.version(), REFERENCE, Optional.empty());
    List<Alert> alerts = new ArrayList<>();
    for (LogEntry entry : entries) { // resumed at every place
      alerts.addAll(session.observe(entry));
      if (entry.sequence() % 97 == 0) {
        session = heard.start(World.version(), REFERENCE, Optional.of(session.state()));
      }
    }
    assertThat(alerts)
        .filteredOn(alert -> alert.kind() == Alert.Kind.DATA_QUALITY)
        .extracting(Alert::window, Alert::severity, Alert::columns)
        .containsExactly(tuple("window-1", Alert.Severity.ALARM, List.of("country")));
    assertThat(session.health().status()).isEqualTo(ModelHealth.Status.ALARM);
    assertThat(session.health().explanation()).contains("rows break expectations");
  }

  @Test
  void observe_correctedLabels_changeNothing() {
    WatchSession session =
        MONITOR.open(World.TASK).start(World.version(), REFERENCE, Optional.empty());
    List<LogEntry> entries = new World(7).live(300, Mood.USUAL, 10);
    assertThat(observe(session, entries)).isEmpty();
    String before = session.state();
    long sequence = entries.size();
    for (LogEntry entry : entries) {
      if (entry instanceof LogEntry.Labelled labelled) {
        assertThat(
                session.observe(
                    new LogEntry.Corrected(
                        ++sequence,
                        labelled.predictedAt(),
                        labelled.prediction(),
                        labelled.label(),
                        Boolean.toString(labelled.label().equals("false")),
                        labelled.at().plusSeconds(1))))
            .isEmpty();
      }
    }
    assertThat(session.state()).isEqualTo(before);
  }

  @Test
  void observe_policyOfTwoInThree_waitsForTheSecond() {
    Watch<World.Order, Boolean> watch =
        MONITOR.alerts(new AlertPolicy(2, 3, 2, 3)).open(World.TASK);
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());
    World world = new World(7);

    assertThat(observe(session, world.live(500, Mood.ABROAD, 0))).isEmpty();
    assertThat(observe(session, world.live(500, Mood.USUAL, 0))).isEmpty();
    assertThat(observe(session, world.live(500, Mood.ABROAD, 0)))
        .extracting(Alert::window)
        .containsExactly("window-3");
  }

  @Test
  void start_stateOfAnEarlierVersion_goesOnWithCalmAlerts() {
    WatchSession session = start(Optional.empty());
    observe(session, new World(7).live(700, Mood.SHIFTED, 10));
    String old =
        session
            .state()
            .replaceAll("\"alerts\":\\{.*?}},", "")
            .replaceAll("\"recentRows\":\\[.*?],", "")
            .replace("\"quality\":null,", "");

    assertThat(old).doesNotContain("\"alerts\"", "recentRows", "\"quality\"");
    WatchSession resumed = start(Optional.of(old));
    assertThat(resumed.health().predictions()).isEqualTo(700);
  }

  @Test
  void observe_turnedLabels_areAPerformanceAlarm() {
    World world = new World(8);
    WatchSession session = start(Optional.empty());
    assertThat(observe(session, world.live(2_000, Mood.USUAL, 10))).isEmpty();

    List<Alert> alerts = observe(session, world.live(500, Mood.TURNED, 10));

    assertThat(alerts).hasSize(1);
    assertThat(alerts.get(0).kind()).isEqualTo(Alert.Kind.PERFORMANCE);
    assertThat(alerts.get(0).severity()).isEqualTo(Alert.Severity.ALARM);
    assertThat(alerts.get(0).message())
        .startsWith("orders v1 errs more than it did: error rate 0.")
        .contains("over its last 64 labels", "before", "on the rows held out");
    assertThat(session.health().status()).isEqualTo(ModelHealth.Status.ALARM);
  }

  @Test
  void observe_badFromTheFirstRow_isFoundWithoutAChange() {
    WatchSession session = start(Optional.empty());

    List<Alert> alerts = observe(session, new World(9).live(300, Mood.TURNED, 0));

    assertThat(alerts).hasSize(1);
    assertThat(alerts.get(0).message()).startsWith("orders v1 errs more than on the rows held out");
  }

  @Test
  void observe_recovers_whenTheWorldIsUsualAgain() {
    World world = new World(10);
    WatchSession session = start(Optional.empty());
    observe(session, world.live(1_000, Mood.SHIFTED, 0));
    assertThat(session.health().status()).isEqualTo(ModelHealth.Status.ALARM);
    observe(session, world.live(500, Mood.USUAL, 0));
    assertThat(session.health().status()).isEqualTo(ModelHealth.Status.WARNING);
    observe(session, world.live(500, Mood.USUAL, 0));
    assertThat(session.health().status()).isEqualTo(ModelHealth.Status.OK);
    assertThat(session.health().metrics()).containsKeys("accuracy", "error_rate", "brier");
    assertThat(session.health().predictions()).isEqualTo(2_000);
    assertThat(session.health().labels()).isEqualTo(2_000);
  }

  @Test
  void observe_columnThatIsNeverDecided_keepsNoOtherFromRecovering() {
    // 42 % in place of 25 % are missing: a PSI of 0.13, χ² about 60. So its size would matter, and
    // at
    // this level it is never clear
    Watch<World.Order, Boolean> watch = MONITOR.alpha(1e-40).open(World.TASK);
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());
    World world = new World(11);
    SplittableRandom random = new SplittableRandom(12);
    List<Alert> alerts = new ArrayList<>();
    for (int window = 1; window <= 7; window++) {
      Mood mood = window % 6 == 1 ? Mood.ABROAD : Mood.USUAL;
      for (LogEntry entry : world.live(500, mood, 0)) {
        if (entry instanceof LogEntry.Predicted) {
          boolean without = random.nextDouble() < 0.23;
          LogEntry seen =
              without
                  ? World.with(entry.sequence(), entry.prediction(), "discount", Double.NaN)
                  : entry;
          alerts.addAll(session.observe(seen));
        }
      }
      DriftReport report =
          MonitorHistory.lastReport(
              session.state(),
              ReferenceProfile.fromJson(new String(REFERENCE, StandardCharsets.UTF_8)));
      assertThat(report.column("discount").orElseThrow().verdict()).isEqualTo(Verdict.UNDECIDED);
      if (window == 3) {
        assertThat(report.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(session.health().status()).isEqualTo(ModelHealth.Status.OK);
      }
    }

    assertThat(alerts)
        .extracting(Alert::window, Alert::severity, Alert::columns)
        .containsExactly(
            tuple("window-1", Alert.Severity.WARNING, List.of("country")),
            tuple("window-7", Alert.Severity.WARNING, List.of("country")));
  }

  @Test
  void health_whereTheColumnThatDriftedIsUndecided_doesNotSayThatTheLastWindowDrifted() {
    // a window of 40 rows has too few to be decided
    Watch<World.Order, Boolean> watch =
        Monitor.drift(Window.rows(500)).against(Against.previous(1)).open(World.TASK);
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());
    World world = new World(13);
    observe(session, world.live(500, Mood.USUAL, 0));
    observe(session, world.live(500, Mood.ABROAD, 0));
    assertThat(session.health().explanation()).contains("what it is asked drifted in the last");

    Watch<World.Order, Boolean> longer =
        Monitor.drift(Window.rows(40)).against(Against.previous(2)).open(World.TASK);
    WatchSession resumed = longer.start(World.version(), REFERENCE, Optional.of(session.state()));
    observe(resumed, world.live(40, Mood.ABROAD, 0));

    assertThat(resumed.health().explanation())
        .contains("has not enough data to say whether it still does");
  }

  @Test
  void state_savedAndResumedAnywhere_changesNothing() {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 10; round++) {
      World world = new World(random.nextLong());
      List<LogEntry> entries = new ArrayList<>(world.live(700, Mood.USUAL, random.nextInt(50)));
      entries.addAll(world.live(600, Mood.SHIFTED, random.nextInt(50)));
      entries.addAll(world.live(600, Mood.TURNED, random.nextInt(50)));
      WatchSession whole = start(Optional.empty());
      WatchSession cut = start(Optional.empty());
      for (LogEntry entry : entries) {
        if (random.nextInt(200) == 0) {
          cut = start(Optional.of(cut.state()));
        }
        assertThat(cut.observe(entry)).as("seed %d", seed).isEqualTo(whole.observe(entry));
      }
      assertThat(cut.state()).as("seed %d", seed).isEqualTo(whole.state());
      assertThat(cut.health()).as("seed %d", seed).isEqualTo(whole.health());
    }
  }

  @Test
  void state_isBounded() {
    Watch<World.Order, Boolean> watch = Monitor.drift(Window.rows(2)).open(World.TASK);
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());
    World world = new World(3);
    observe(session, world.live(2 * 210, Mood.USUAL, 0));
    int once = session.state().length();
    observe(session, world.live(2 * 240, Mood.USUAL, 0));

    assertThat(session.state().length()).isBetween(once * 9 / 10, once * 11 / 10);
    assertThat(MonitorHistory.read(session.state()).windows())
        .hasSize(Monitor.MOST_WINDOWS)
        .last()
        .returns(450L, WindowSummary::index);
  }

  @Test
  void state_ofARollingMonitor_growsByTheCountsOfEachRememberedWindow() {
    Watch<World.Order, Boolean> watch =
        Monitor.drift(Window.rows(50)).against(Against.previous(60)).open(World.TASK);
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());
    World world = new World(3);
    observe(session, world.live(50, Mood.USUAL, 0));
    int one = session.state().length();
    observe(session, world.live(50 * 59, Mood.USUAL, 0));
    int sixty = session.state().length();
    observe(session, world.live(50 * 20, Mood.USUAL, 0));

    // 560 bins of 7 columns: a byte or two each in base 64; 250 bytes of history
    assertThat(sixty - one).isBetween(59 * 500, 59 * 1_600);
    assertThat(session.state().length()).isLessThan(sixty + 20 * 400);
  }

  @Test
  void read_history_tellsWhatTheSessionKnows() {
    WatchSession session = start(Optional.empty());
    observe(session, new World(3).live(1_100, Mood.USUAL, 10));

    MonitorHistory history = MonitorHistory.read(session.state());

    assertThat(history.health()).isEqualTo(session.health());
    assertThat(history.windows())
        .extracting(WindowSummary::name)
        .containsExactly("window-1", "window-2");
    assertThat(history.windows().get(0).psi())
        .containsKeys("amount", "items", "country", "(score)");
    assertThat(history.windows().get(0).metrics().get("error_rate")).isBetween(0.05, 0.15);
    assertThat(
            MonitorHistory.lastWindow(
                    session.state(),
                    ReferenceProfile.fromJson(new String(REFERENCE, StandardCharsets.UTF_8)))
                .rows())
        .isEqualTo(500);
  }

  @Test
  void start_stateOfAnotherReference_isRefused() {
    WatchSession session = start(Optional.empty());
    byte[] other =
        WATCH.reference(
            new World(5).rows(500, Mood.USUAL), new World(6).rows(200, Mood.USUAL), World.MODEL);
    String state = session.state();

    assertThatThrownBy(() -> WATCH.start(World.version(), other, Optional.of(state)))
        .isInstanceOf(DataException.class);
    assertThatThrownBy(() -> start(Optional.of("{}"))).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> MonitorHistory.read("{}")).isInstanceOf(DataException.class);
  }

  @Test
  void health_atTheStart_isNotEnoughData() {
    assertThat(start(Optional.empty()).health().status())
        .isEqualTo(ModelHealth.Status.NOT_ENOUGH_DATA);
  }

  @Test
  void options_outOfRange_areRefused() {
    assertThatThrownBy(() -> Window.rows(1))
        .hasMessage("a window must have at least 2 rows, was 1");
    assertThatThrownBy(() -> MONITOR.alpha(0)).hasMessage("alpha must be in (0, 1), was 0.0");
    assertThatThrownBy(() -> MONITOR.minimumEffect(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MONITOR.cooldown(-1)).hasMessageContaining("at least 0, was -1");
    assertThatThrownBy(() -> MONITOR.confirmations(0)).hasMessageContaining("at least 1, was 0");
    assertThatThrownBy(() -> MONITOR.tolerance(2)).hasMessageContaining("in [0, 1], was 2.0");
  }

  private static WatchSession start(Optional<String> state) {
    return WATCH.start(World.version(), REFERENCE, state);
  }

  private static List<Alert> observe(WatchSession session, List<LogEntry> entries) {
    List<Alert> alerts = new ArrayList<>();
    entries.forEach(entry -> alerts.addAll(session.observe(entry)));
    return alerts;
  }
}
