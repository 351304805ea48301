package dev.endolith.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.error.DataException;
import dev.endolith.event.Alert;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.drift.AlarmBudget;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.Correction;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import dev.endolith.monitoring.window.Against;
import dev.endolith.monitoring.window.Window;
import dev.endolith.serving.LogEntry;
import dev.endolith.watch.WatchSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is read of a monitor's state is judged as the monitor judged it. */
class JudgedByTest {
  private static final Monitor USUAL = Monitor.drift(Window.rows(1_000));
  private static final byte[] REFERENCE = reference(USUAL);

  private static byte[] reference(Monitor monitor) {
    return monitor
        .open(World.TASK)
        .reference(
            new World(1).rows(6_000, Mood.USUAL),
            new World(2).rows(2_000, Mood.USUAL),
            World.MODEL);
  }

  private static ReferenceProfile profile(byte[] reference) {
    return ReferenceProfile.fromJson(new String(reference, StandardCharsets.UTF_8));
  }

  private static WatchSession start(Monitor monitor, byte[] reference, Optional<String> state) {
    return monitor.open(World.TASK).start(World.version(), reference, state);
  }

  private static List<Alert> observe(WatchSession session, List<LogEntry> entries) {
    List<Alert> alerts = new ArrayList<>();
    entries.forEach(entry -> alerts.addAll(session.observe(entry)));
    return alerts.stream().filter(a -> a.kind() == Alert.Kind.DRIFT).toList();
  }

  private static WindowSummary last(String state) {
    List<WindowSummary> windows = MonitorHistory.read(state).windows();
    return windows.get(windows.size() - 1);
  }

  @Test
  void lastReport_unusualSettings_judgesAsTheSessionDid() {
    ReferenceProfile reference = profile(REFERENCE);
    List<Monitor> monitors =
        List.of(
            USUAL,
            USUAL.alpha(1e-9),
            USUAL.alpha(0.9).minimumEffect(0),
            USUAL.minimumEffect(5),
            USUAL.ignore("amount", "prediction"),
            USUAL.alpha(0.2).minimumEffect(0.002).ignore("amount", "items", "country"));
    List<List<String>> answers = new ArrayList<>();
    for (Monitor monitor : monitors) {
      for (Mood mood : List.of(Mood.USUAL, Mood.SHIFTED, Mood.ABROAD)) {
        WatchSession session = start(monitor, REFERENCE, Optional.empty());
        List<Alert> alerts = observe(session, new World(7).live(1_000, mood, 0));
        String state = session.state();
        DriftReport report = MonitorHistory.lastReport(state, reference);
        List<String> drifted = report.drifted().stream().map(ColumnDrift::name).toList();

        assertThat(report.verdict()).isEqualTo(last(state).verdict());
        assertThat(drifted)
            .containsAll(last(state).drifted())
            .hasSizeGreaterThanOrEqualTo(last(state).drifted().size());
        assertThat(alerts.isEmpty()).isEqualTo(drifted.isEmpty());
        for (Alert alert : alerts) {
          assertThat(drifted).containsAll(alert.columns());
          assertThat(alert.message()).startsWith(drifted.size() + " of ");
        }
        answers.add(drifted);
      }
    }
    // by the defaults all monitors would answer alike
    assertThat(answers.stream().distinct().count()).isGreaterThan(5);
  }

  @Test
  void lastReport_itsFigures_areThoseOfTheSameComparison() {
    ReferenceProfile reference = profile(REFERENCE);
    Monitor monitor = USUAL.alpha(0.2).minimumEffect(0.3).ignore("items");
    WatchSession session = start(monitor, REFERENCE, Optional.empty());
    observe(session, new World(8).live(1_000, Mood.SHIFTED, 0));
    WindowProfile window = MonitorHistory.lastWindow(session.state(), reference);

    DriftReport report = MonitorHistory.lastReport(session.state(), reference);
    DriftReport same =
        Drift.builder()
            .alpha(0.2)
            .minimumEffect(0.3)
            .ignore(List.of("items"))
            .build()
            .judge(reference, window);

    assertThat(report.alpha()).isEqualTo(0.2);
    assertThat(report.minimumEffect()).isEqualTo(0.3);
    assertThat(report.correction()).isEqualTo(Correction.BENJAMINI_HOCHBERG);
    assertThat(report).isEqualTo(same);
    // and still after the monitor was set up otherwise, until a window of its own is over
    WatchSession other = start(USUAL, REFERENCE, Optional.of(session.state()));
    assertThat(MonitorHistory.lastReport(other.state(), reference)).isEqualTo(report);
  }

  @Test
  void lastReport_windowThatCouldNotBeDecided_isUndecided() {
    ReferenceProfile reference = profile(REFERENCE);
    WatchSession rolling = start(USUAL.against(Against.previous(3)), REFERENCE, Optional.empty());
    observe(rolling, new World(9).live(1_000, Mood.SHIFTED, 0));
    WatchSession timed =
        start(Monitor.drift(Window.every(Duration.ofSeconds(500))), REFERENCE, Optional.empty());
    observe(timed, new World(9).live(400, Mood.SHIFTED, 0));

    for (WatchSession session : List.of(rolling, timed)) {
      DriftReport report = MonitorHistory.lastReport(session.state(), reference);
      assertThat(last(session.state()).verdict()).isEqualTo(Verdict.UNDECIDED);
      assertThat(report.verdict()).isEqualTo(Verdict.UNDECIDED);
      assertThat(report.drifted()).isEmpty();
      assertThat(report.column("amount").orElseThrow().effect()).isGreaterThan(0.1);
      assertThat(report.column("amount").orElseThrow().reason())
          .containsAnyOf(
              "there are too few earlier windows to compare with; by its figures alone:",
              "the window is incomplete; by its figures alone:");
    }
  }

  @Test
  void segments_unusualSettings_judgeAsTheSessionDid() {
    Monitor monitor = USUAL.segments("country", 3).minimumEffect(0.5).alpha(0.3).ignore("late");
    byte[] reference = reference(monitor);
    for (Monitor one : List.of(monitor, monitor.against(Against.previous(2)))) {
      WatchSession session = start(one, reference, Optional.empty());
      observe(session, new World(4).live(1_000, Mood.SHIFTED, 0));
      Map<String, DriftReport> reports = MonitorHistory.segments(session.state(), reference);

      assertThat(reports).isNotEmpty();
      for (SegmentDrift segment : MonitorHistory.segments(session.state())) {
        DriftReport report = reports.get(segment.name());
        assertThat(report.verdict()).isEqualTo(segment.verdict());
        assertThat(report.drifted().stream().map(ColumnDrift::name).toList())
            .containsAll(segment.drifted());
        assertThat(report.minimumEffect()).isEqualTo(0.5);
        assertThat(report.alpha()).isEqualTo(0.3 / reports.size());
      }
    }
  }

  /** One false alarm in ten windows, of any size: of the whole and of segments together. */
  @Test
  void budget_stableWindows_isKeptOverColumnsWindowsAndSegments() {
    AlarmBudget budget = AlarmBudget.atMost(1, Duration.ofDays(10));
    Monitor plain =
        Monitor.drift(Window.rows(300)).minimumEffect(0).budget(budget, Duration.ofDays(1));
    Monitor split = plain.segments("country", 2);

    // 240 windows over 8 references: at most 24 on average, deviation 4.6
    assertThat(alarms(plain)).isLessThanOrEqualTo(42);
    assertThat(alarms(split)).isLessThanOrEqualTo(42);
    assertThat(alarms(split.alpha(0.5))).as("the count can be more").isGreaterThan(42);

    WatchSession session = start(split, reference(split), Optional.empty());
    observe(session, new World(4).live(300, Mood.USUAL, 0));
    ReferenceProfile reference = profile(reference(split));
    assertThat(MonitorHistory.lastReport(session.state(), reference).alpha()).isEqualTo(0.05);
    assertThat(MonitorHistory.segments(session.state(), reference(split)).values())
        .allSatisfy(part -> assertThat(part.alpha()).isBetween(0.01, 0.026));
    assertThatThrownBy(() -> plain.budget(budget, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("every");
  }

  private static int alarms(Monitor monitor) {
    int alarms = 0;
    for (int seed = 10; seed < 18; seed++) {
      byte[] reference =
          monitor
              .open(World.TASK)
              .reference(
                  new World(seed).rows(3_000, Mood.USUAL),
                  new World(seed + 100).rows(1_000, Mood.USUAL),
                  World.MODEL);
      WatchSession session = start(monitor, reference, Optional.empty());
      World world = new World(seed + 1_000);
      for (int window = 0; window < 30; window++) {
        observe(session, world.live(300, Mood.USUAL, 0));
        boolean whole = last(session.state()).verdict() == Verdict.DRIFT;
        boolean part =
            MonitorHistory.segments(session.state()).stream()
                .anyMatch(segment -> segment.verdict() == Verdict.DRIFT);
        alarms += whole || part ? 1 : 0;
      }
    }
    return alarms;
  }

  @Test
  void read_stateThatDoesNotSay_isJudgedByTheDefaults_andNonsenseIsRefused() {
    ReferenceProfile reference = profile(REFERENCE);
    WatchSession session = start(USUAL.minimumEffect(0.7), REFERENCE, Optional.empty());
    observe(session, new World(3).live(1_000, Mood.SHIFTED, 0));
    String state = session.state();
    String judged = state.replaceAll("(?s).*(\"judged\":\\{[^}]*}).*", "$1");

    assertThat(MonitorHistory.lastReport(state, reference).minimumEffect()).isEqualTo(0.7);
    assertThat(
            MonitorHistory.lastReport(state.replace(judged + ",", ""), reference).minimumEffect())
        .isEqualTo(0.1);
    assertThatThrownBy(() -> MonitorHistory.lastReport(state.replace(":0.7}", ":-0.7}"), reference))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("minimumEffect must be finite and at least 0, was -0.7");
  }
}
