package dev.endolith.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.endolith.event.Alert;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.window.Against;
import dev.endolith.monitoring.window.Window;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.watch.WatchSession;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Into which windows a monitor puts predictions, and with what it compares them. */
class MonitorWindowsTest {
  private static final byte[] REFERENCE =
      Monitor.drift(Window.rows(500))
          .open(World.TASK)
          .reference(
              new World(1).rows(5_000, Mood.USUAL),
              new World(2).rows(2_000, Mood.USUAL),
              World.MODEL);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Instant MONDAY = Instant.parse("2024-01-01T00:00:00Z");

  private final List<LogEntry> log = new ArrayList<>();

  /** Predictions that were made evenly from a time on. */
  private List<LogEntry> hour(World world, Instant from, Duration length, int rows, Mood mood) {
    int start = log.size();
    for (LogEntry entry : world.live(rows, mood, 0)) {
      if (entry instanceof LogEntry.Predicted) {
        long done = log.size() - (long) start;
        add(entry.prediction(), from.plusMillis(length.toMillis() * done / rows));
      }
    }
    return List.copyOf(log.subList(start, log.size()));
  }

  private void add(PredictionRecord p, Instant at) {
    log.add(
        new LogEntry.Predicted(
            log.size() + 1L,
            new PredictionRecord(
                p.id(),
                p.deployment(),
                p.key(),
                at,
                p.version(),
                p.generation(),
                p.route(),
                p.features(),
                p.value(),
                p.scores())));
  }

  private static WatchSession start(Monitor monitor, Optional<String> state) {
    return monitor.open(World.TASK).start(World.version(), REFERENCE, state);
  }

  private static List<Alert> observe(WatchSession session, List<LogEntry> entries) {
    List<Alert> alerts = new ArrayList<>();
    entries.forEach(entry -> alerts.addAll(session.observe(entry)));
    return alerts;
  }

  @Test
  void observe_predictionsOutOfOrder_areInTheWindowOfTheirTime() {
    Window.Timed hours = Window.every(HOUR).withLateness(Duration.ofMinutes(30));
    WatchSession session = start(Monitor.drift(hours), Optional.empty());
    World world = new World(3);
    observe(session, hour(world, MONDAY, HOUR, 300, Mood.USUAL));
    observe(session, hour(world, MONDAY.plus(HOUR), HOUR, 300, Mood.USUAL));
    // 20 minutes into the third hour: 100 of the second come late, but not too late
    observe(
        session,
        hour(world, MONDAY.plus(HOUR.multipliedBy(2)), HOUR.dividedBy(3), 100, Mood.USUAL));
    observe(session, hour(world, MONDAY.plus(HOUR), HOUR, 100, Mood.USUAL));
    assertThat(MonitorHistory.read(session.state()).late()).isZero();
    // 40 minutes into it the second is over: 70 more come too late
    observe(
        session,
        hour(world, MONDAY.plus(Duration.ofMinutes(150)), HOUR.dividedBy(6), 50, Mood.USUAL));
    observe(session, hour(world, MONDAY.plus(HOUR), HOUR, 70, Mood.USUAL));

    MonitorHistory history = MonitorHistory.read(session.state());
    assertThat(history.late()).isEqualTo(70);
    assertThat(history.predictions()).isEqualTo(920);
    assertThat(history.windows()).extracting(WindowSummary::rows).containsExactly(300L, 400L);
    assertThat(history.health().explanation()).contains("70 predictions came after their window.");
    assertThat(history.windows().get(1).from()).isEqualTo(MONDAY.plus(HOUR));
    assertThat(history.windows().get(1).to()).isBefore(MONDAY.plus(HOUR.multipliedBy(2)));
  }

  @Test
  void observe_firstWindowOfTime_isIncompleteAndStaysUndecided() {
    WatchSession session = start(Monitor.drift(Window.every(HOUR)), Optional.empty());
    World world = new World(4);

    observe(session, hour(world, MONDAY.plusSeconds(600), HOUR, 600, Mood.SHIFTED));
    assertThat(MonitorHistory.read(session.state()).windows())
        .extracting(WindowSummary::verdict)
        .containsExactly(Verdict.UNDECIDED);
    assertThat(session.health().explanation()).contains("not enough data");
    List<Alert> alerts =
        observe(session, hour(world, MONDAY.plusSeconds(4_200), HOUR, 600, Mood.SHIFTED));

    assertThat(alerts).extracting(Alert::window).containsExactly("window-2");
  }

  @Test
  void observe_spansWithoutPredictions_areCountedAndNoWindows() {
    WatchSession session = start(Monitor.drift(Window.every(HOUR)), Optional.empty());
    World world = new World(5);
    for (int hour : List.of(0, 1, 5, 6)) {
      observe(session, hour(world, MONDAY.plus(HOUR.multipliedBy(hour)), HOUR, 200, Mood.USUAL));
    }
    MonitorHistory history = MonitorHistory.read(session.state());

    assertThat(history.windows()).hasSize(3);
    assertThat(history.emptyWindows()).isEqualTo(3);
    assertThat(history.health().explanation())
        .contains("3 windows without a prediction: not enough data.");
  }

  @Test
  void observe_againstPreviousWindows_findsTheChangeAndThenTheNewNormal() {
    Monitor monitor = Monitor.drift(Window.rows(500)).against(Against.previous(2)).cooldown(0);
    WatchSession session = start(monitor, Optional.empty());
    World world = new World(6);

    List<Alert> alerts = observe(session, world.live(1_500, Mood.USUAL, 0));
    alerts.addAll(observe(session, world.live(2_500, Mood.ABROAD, 0)));

    List<WindowSummary> windows = MonitorHistory.read(session.state()).windows();
    assertThat(windows).hasSize(8);
    assertThat(windows.get(0).verdict()).isEqualTo(Verdict.UNDECIDED); // nothing before them
    assertThat(windows.get(1).verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(windows.get(3).drifted()).containsExactly("country");
    assertThat(windows.get(7).verdict()).isNotEqualTo(Verdict.DRIFT); // it has been so for a while
    assertThat(windows.get(7).psi().get("country")).isLessThan(0.1);
    assertThat(alerts).extracting(Alert::window).contains("window-4").doesNotContain("window-8");
    assertThat(MonitorHistory.findings(session.state()).orElseThrow().causes().column("country"))
        .isPresent();
  }

  @Test
  void observe_againstTheSameWeekday_toleratesWeekendsThatAreAlwaysOther() {
    Window days = Window.day(ZoneOffset.UTC);
    List<WatchSession> sessions = new ArrayList<>();
    for (Against against : List.of(Against.previous(1), Against.sameWeekday(2, ZoneOffset.UTC))) {
      sessions.add(start(Monitor.drift(days).against(against).cooldown(0), Optional.empty()));
    }
    World world = new World(7);
    List<List<Alert>> alerts = List.of(new ArrayList<>(), new ArrayList<>());
    for (int day = 0; day < 29; day++) {
      boolean lastTuesday = day == 22;
      Mood mood = day % 7 >= 5 || lastTuesday ? Mood.ABROAD : Mood.USUAL;
      Instant from = MONDAY.plus(Duration.ofDays(day));
      List<LogEntry> entries = hour(world, from, Duration.ofDays(1), 300, mood);
      for (int i = 0; i < 2; i++) {
        alerts.get(i).addAll(observe(sessions.get(i), entries));
      }
    }

    assertThat(alerts.get(0)).extracting(Alert::window).contains("window-6", "window-8");
    // the odd Tuesday only; the weekdays of the first two weeks have too little before them
    assertThat(alerts.get(1))
        .extracting(Alert::window, Alert::columns)
        .containsExactly(tuple("window-23", List.of("country")));
    List<WindowSummary> windows = MonitorHistory.read(sessions.get(1).state()).windows();
    assertThat(windows.subList(0, 14)).allMatch(window -> window.verdict() == Verdict.UNDECIDED);
  }

  @Test
  void state_savedAndResumedAnywhere_changesNothing() {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    Window.Timed hours = Window.every(HOUR).withLateness(Duration.ofMinutes(90));
    Monitor monitor = Monitor.drift(hours).against(Against.previous(2));
    World world = new World(seed);
    for (int hour = 0; hour < 8; hour++) {
      // starts up to an hour early: out of order, and some too late
      Instant from =
          MONDAY
              .plus(HOUR.multipliedBy(hour))
              .minusSeconds(random.nextInt(hour > 4 ? 9_000 : 3_600));
      hour(world, from, HOUR, 150, hour < 5 ? Mood.USUAL : Mood.SHIFTED);
    }
    WatchSession whole = start(monitor, Optional.empty());
    WatchSession cut = start(monitor, Optional.empty());
    for (LogEntry entry : log) {
      if (random.nextInt(40) == 0) {
        cut = start(monitor, Optional.of(cut.state()));
      }
      assertThat(cut.observe(entry)).as("seed %d", seed).isEqualTo(whole.observe(entry));
    }
    assertThat(cut.state()).as("seed %d", seed).isEqualTo(whole.state());
  }

  @Test
  void start_stateOfOtherWindows_beginsANewWindowAndForgetsThoseBefore() {
    Monitor before = Monitor.drift(Window.rows(500)).against(Against.previous(1));
    Monitor after = Monitor.drift(Window.rows(600)).against(Against.previous(1));
    World world = new World(8);
    WatchSession session = start(before, Optional.empty());
    observe(session, world.live(700, Mood.USUAL, 0));

    WatchSession changed = start(after, Optional.of(session.state()));
    observe(changed, world.live(600, Mood.SHIFTED, 0));

    assertThat(MonitorHistory.read(changed.state()).windows())
        .extracting(WindowSummary::rows, WindowSummary::verdict)
        .containsExactly(tuple(500L, Verdict.UNDECIDED), tuple(600L, Verdict.UNDECIDED));
  }

  @Test
  void options_thatWouldKeepTooMuch_areRefused() {
    assertThatThrownBy(() -> Monitor.drift(Window.every(HOUR).withLateness(Duration.ofHours(9))))
        .hasMessage(
            "at most 10 windows of a monitor may be open at once; take a shorter lateness than PT9H");
    Monitor hours = Monitor.drift(Window.every(HOUR));
    assertThatThrownBy(() -> hours.against(Against.previous(61)))
        .hasMessageContaining("remembers at most 60 windows, 61 would be needed");
    assertThatThrownBy(() -> hours.against(Against.sameWeekday(1, ZoneOffset.UTC)))
        .hasMessageContaining("remembers at most 60 windows");
    assertThatThrownBy(
            () -> Monitor.drift(Window.rows(10)).against(Against.sameWeekday(1, ZoneOffset.UTC)))
        .hasMessageContaining("windows of rows begin on no certain weekday");
    for (Window odd :
        List.of(Window.every(Duration.ofHours(5)), Window.every(Duration.ofDays(10)))) {
      assertThatThrownBy(() -> Monitor.drift(odd).against(Against.sameWeekday(1, ZoneOffset.UTC)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must divide a week")
          .hasMessageContaining("was PT")
          .hasMessageContaining("take Window.day(zone)");
    }
    Window months = Window.month(ZoneOffset.UTC);
    assertThatThrownBy(() -> Monitor.drift(months).against(Against.sameWeekday(1, ZoneOffset.UTC)))
        .hasMessageContaining("was months; take Window.day(zone)");
    for (Window even :
        List.of(
            Window.every(Duration.ofHours(6)),
            Window.every(Duration.ofDays(7)),
            Window.week(ZoneOffset.UTC))) {
      assertThat(Monitor.drift(even).against(Against.sameWeekday(2, ZoneOffset.UTC))).isNotNull();
    }
  }
}
