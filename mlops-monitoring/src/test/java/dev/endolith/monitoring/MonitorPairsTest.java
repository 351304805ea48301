package dev.endolith.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.event.Alert;
import dev.endolith.event.ModelHealth;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.impact.CorrelationChange;
import dev.endolith.monitoring.window.Against;
import dev.endolith.monitoring.window.Window;
import dev.endolith.serving.LogEntry;
import dev.endolith.watch.WatchSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Columns that go together otherwise, each distributed as before. */
class MonitorPairsTest {
  private static final Monitor MONITOR = Monitor.drift(Window.rows(1_000));
  private static final byte[] REFERENCE =
      MONITOR
          .open(World.TASK)
          .reference(
              new World(1).rows(6_000, Mood.USUAL),
              new World(2).rows(2_000, Mood.USUAL),
              World.MODEL);

  private static WatchSession start(Monitor monitor) {
    return monitor.open(World.TASK).start(World.version(), REFERENCE, Optional.empty());
  }

  private static List<Alert> observe(WatchSession session, List<LogEntry> entries) {
    List<Alert> alerts = new ArrayList<>();
    entries.forEach(entry -> alerts.addAll(session.observe(entry)));
    return alerts.stream().filter(a -> a.kind() == Alert.Kind.DRIFT).toList();
  }

  @Test
  void pairThatIsTied_noColumnDrifts_isToldAndRecovers() {
    WatchSession session = start(MONITOR);
    World world = new World(7);
    assertThat(observe(session, world.live(1_000, Mood.USUAL, 0))).isEmpty();
    assertThat(MonitorHistory.findings(session.state())).isEmpty();

    List<Alert> told = observe(session, world.live(1_000, Mood.TIED, 0));

    List<WindowSummary> windows = MonitorHistory.read(session.state()).windows();
    assertThat(windows.get(1).drifted()).isEmpty();
    assertThat(told).hasSize(1);
    assertThat(told.get(0).message())
        .contains("go together otherwise than in its reference, each distributed as before")
        .contains("amount and items go together otherwise: correlation 0.9");
    assertThat(told.get(0).columns()).containsExactly("amount", "items");
    WindowFindings findings = MonitorHistory.findings(session.state()).orElseThrow();
    assertThat(findings.window()).isEqualTo(2);
    assertThat(findings.correlations())
        .extracting(CorrelationChange::first, CorrelationChange::second)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("amount", "items"));
    assertThat(session.health().status()).isEqualTo(ModelHealth.Status.WARNING);

    List<Alert> again = observe(session, world.live(1_000, Mood.TIED, 0));
    assertThat(again).extracting(Alert::severity).containsExactly(Alert.Severity.ALARM);
    assertThat(observe(session, world.live(1_000, Mood.TIED, 0))).as("goes on").isEmpty();
    assertThat(observe(session, world.live(5_000, Mood.USUAL, 0))).isEmpty();
    assertThat(session.health().status()).isEqualTo(ModelHealth.Status.OK);
  }

  @Test
  void usualWindows_pairsAreRarelyToldOf() {
    WatchSession session = start(MONITOR);
    int told = observe(session, new World(11).live(60_000, Mood.USUAL, 0)).size();
    // 60 windows at a level of 0.001 over pairs and, apart, of 0.01 over columns: 0.7 on average
    assertThat(told).isLessThanOrEqualTo(4);
  }

  @Test
  void pairOfAnIgnoredColumn_orAgainstWindowsBefore_isNotAsked() {
    WatchSession ignoring = start(MONITOR.ignore("items"));
    assertThat(observe(ignoring, new World(7).live(1_000, Mood.TIED, 0))).isEmpty();
    assertThat(MonitorHistory.findings(ignoring.state())).isEmpty();

    WatchSession rolling = start(MONITOR.against(Against.previous(1)));
    assertThat(observe(rolling, new World(7).live(3_000, Mood.TIED, 0))).isEmpty();
  }
}
