package dev.endolith.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Row;
import dev.endolith.event.Alert;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.Segments;
import dev.endolith.monitoring.window.Window;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.watch.Watch;
import dev.endolith.watch.WatchSession;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** A monitor that watches parts of the rows for themselves. */
class MonitorSegmentsTest {
  private static final Monitor BY_COUNTRY =
      Monitor.drift(Window.rows(2_000)).segments("country", 3);

  private static byte[] reference(Monitor monitor) {
    return watch(monitor)
        .reference(
            new World(1).rows(6_000, Mood.USUAL),
            new World(2).rows(2_000, Mood.USUAL),
            World.MODEL);
  }

  private static Watch<World.Order, Boolean> watch(Monitor monitor) {
    return monitor.open(World.TASK, PrivacyPolicy.standard());
  }

  private static WatchSession start(Monitor monitor, byte[] reference, Optional<String> state) {
    return watch(monitor).start(World.version(), reference, state);
  }

  /** Usual orders, but many of one country are of a shifted world: few in all. */
  private static List<LogEntry> odd(long seed, int rows, String country) {
    World usual = new World(seed);
    World shifted = new World(seed + 1);
    List<LogEntry> log = new ArrayList<>();
    while (log.size() < rows) {
      LogEntry entry = usual.live(1, Mood.USUAL, 0).get(0);
      while (country.equals(entry.prediction().features().category(3))
          && entry.prediction().features().number(0) < 60) {
        LogEntry other = shifted.live(1, Mood.SHIFTED, 0).get(0);
        entry = country.equals(other.prediction().features().category(3)) ? other : entry;
      }
      log.add(new LogEntry.Predicted(log.size() + 1L, entry.prediction()));
    }
    return log;
  }

  /**
   * Usual orders of whose amounts the greater of two goes to an even number of items, the smaller
   * one to an odd number: all that drifts is parts.
   */
  private static List<LogEntry> swapped(long seed, int rows) {
    World usual = new World(seed);
    List<LogEntry> log = new ArrayList<>();
    Deque<PredictionRecord> even = new ArrayDeque<>();
    Deque<PredictionRecord> odd = new ArrayDeque<>();
    while (log.size() < rows) {
      PredictionRecord record = usual.live(1, Mood.USUAL, 0).get(0).prediction();
      (record.features().number(1) % 2 == 0 ? even : odd).add(record);
      if (!even.isEmpty() && !odd.isEmpty()) {
        double one = even.element().features().number(0);
        double other = odd.element().features().number(0);
        log.add(World.with(log.size() + 1L, even.remove(), "amount", Math.max(one, other)));
        log.add(World.with(log.size() + 1L, odd.remove(), "amount", Math.min(one, other)));
      }
    }
    return log;
  }

  private static List<Alert> observe(WatchSession session, List<LogEntry> entries) {
    List<Alert> alerts = new ArrayList<>();
    entries.forEach(entry -> alerts.addAll(session.observe(entry)));
    return alerts;
  }

  @Test
  void observe_stableSegments_raiseNothing() {
    // each has its own reference, so that none differs from it for being a part; the same argument
    // as in MonitorTest with the level shared out: none of 5 windows alarms
    byte[] reference = reference(BY_COUNTRY);
    WatchSession session = start(BY_COUNTRY, reference, Optional.empty());

    assertThat(observe(session, new World(3).live(10_000, Mood.USUAL, 0))).isEmpty();
    assertThat(MonitorHistory.segments(session.state()))
        .extracting(SegmentDrift::name)
        .containsExactlyInAnyOrder("AT", "CH", "DE", Segments.OTHER);
    assertThat(MonitorHistory.segments(session.state()))
        .noneMatch(segment -> segment.verdict() == Verdict.DRIFT);
    assertThat(
            MonitorHistory.segments(session.state()).stream().mapToLong(SegmentDrift::rows).sum())
        .isEqualTo(2_000);
  }

  @Test
  void observe_shiftInOneSegment_isToldAlthoughTheWholeHardlyMoves() {
    byte[] reference = reference(BY_COUNTRY);
    WatchSession session = start(BY_COUNTRY.minimumEffect(0.2), reference, Optional.empty());

    List<Alert> alerts = observe(session, odd(5, 2_000, "DE"));

    assertThat(alerts).hasSize(1);
    assertThat(alerts.get(0).message())
        .startsWith("parts of the rows of orders v1 are distributed differently")
        .contains("segment DE (");
    assertThat(alerts.get(0).columns()).containsExactly("amount");
    assertThat(alerts.get(0).severity()).isEqualTo(Alert.Severity.WARNING);
    assertThat(MonitorHistory.read(session.state()).windows().get(0).drifted()).isEmpty();
    assertThat(MonitorHistory.segments(session.state()))
        .filteredOn(segment -> segment.verdict() == Verdict.DRIFT)
        .extracting(SegmentDrift::name)
        .containsExactly("DE");
    Map<String, DriftReport> reports = MonitorHistory.segments(session.state(), reference);
    assertThat(reports.get("DE").verdict()).isEqualTo(Verdict.DRIFT);
    assertThat(reports.get("AT").verdict()).isNotEqualTo(Verdict.DRIFT);
  }

  @Test
  void observe_shiftOfAll_isOneAlertThatNamesTheSegments() {
    WatchSession session = start(BY_COUNTRY, reference(BY_COUNTRY), Optional.empty());

    List<Alert> alerts = observe(session, new World(4).live(2_000, Mood.SHIFTED, 0));

    assertThat(alerts).filteredOn(alert -> alert.kind() == Alert.Kind.DRIFT).hasSize(1);
    assertThat(alerts.get(0).details().causes())
        .anyMatch(cause -> cause.startsWith("segment AT (") && cause.endsWith("amount"));
  }

  @Test
  void observe_sixSegmentsThatDrifted_areAllTold() {
    Map<String, Predicate<? super Row>> conditions = new LinkedHashMap<>();
    for (int items = 1; items <= 6; items++) {
      int own = items;
      conditions.put("items " + items, row -> row.number(1) == own);
    }
    Monitor monitor = Monitor.drift(Window.rows(3_000)).segments(conditions).cooldown(9);
    WatchSession session = start(monitor, reference(monitor), Optional.empty());

    List<Alert> alerts = observe(session, swapped(8, 6_000));

    assertThat(alerts).extracting(Alert::window).containsExactly("window-1", "window-2");
    assertThat(alerts.get(0).message()).contains("; and 1 more");
    Set<String> told = new TreeSet<>();
    for (int items = 1; items <= 6; items++) {
      for (Alert alert : alerts) {
        if (alert.message().contains("segment items " + items + " (")) {
          told.add("items " + items);
        }
      }
    }
    assertThat(told).isEqualTo(conditions.keySet());
  }

  @Test
  void observe_segmentsByCondition_countEachRowOnce() {
    Map<String, Predicate<? super Row>> conditions = new LinkedHashMap<>();
    conditions.put("cheap", row -> row.number(0) < 40);
    conditions.put("never", row -> row.number(0) < -1_000);
    Monitor monitor = Monitor.drift(Window.rows(1_000)).segments(conditions);
    byte[] reference = reference(monitor);
    WatchSession session = start(monitor, reference, Optional.empty());

    assertThat(observe(session, new World(6).live(1_000, Mood.USUAL, 0))).isEmpty();
    assertThat(MonitorHistory.segments(session.state()))
        .extracting(SegmentDrift::name)
        .containsExactlyInAnyOrder("cheap", Segments.OTHER);
    assertThat(MonitorHistory.segments(session.state()).get(1).rows()).isBetween(180L, 330L);
  }

  @Test
  void observe_segmentRareInTraining_staysUndecided() {
    Monitor monitor = Monitor.drift(Window.rows(500)).segments("country", 4);
    Watch<World.Order, Boolean> watch = watch(monitor);
    byte[] reference =
        watch.reference(
            new World(1).rows(700, Mood.USUAL), new World(2).rows(500, Mood.USUAL), World.MODEL);
    WatchSession session = start(monitor, reference, Optional.empty());

    observe(session, new World(6).live(500, Mood.ABROAD, 0));

    assertThat(MonitorHistory.segments(session.state()))
        .singleElement()
        .returns(Verdict.UNDECIDED, SegmentDrift::verdict);
  }

  @Test
  void state_savedAndResumedAnywhere_changesNothing() {
    byte[] reference = reference(BY_COUNTRY);
    WatchSession whole = start(BY_COUNTRY, reference, Optional.empty());
    WatchSession cut = start(BY_COUNTRY, reference, Optional.empty());
    for (LogEntry entry : odd(9, 2_300, "CH")) {
      if (entry.sequence() % 333 == 0) {
        cut = start(BY_COUNTRY, reference, Optional.of(cut.state()));
      }
      assertThat(cut.observe(entry)).isEqualTo(whole.observe(entry));
    }
    assertThat(cut.state()).isEqualTo(whole.state());
    // another division begins anew, and goes on with all else
    WatchSession other =
        start(BY_COUNTRY.segments("country", 2), reference, Optional.of(cut.state()));
    assertThat(other.health().predictions()).isEqualTo(2_300);
  }

  @Test
  void reference_withSegments_isReadAsTheProfileItIs() {
    byte[] with = reference(BY_COUNTRY);
    byte[] without = reference(Monitor.drift(Window.rows(2_000)));

    ReferenceProfile read = ReferenceProfile.fromJson(new String(with, StandardCharsets.UTF_8));
    assertThat(read.toJson()).isEqualTo(new String(without, StandardCharsets.UTF_8));
    WatchSession session = start(BY_COUNTRY, without, Optional.empty());
    observe(session, new World(4).live(2_000, Mood.USUAL, 0));
    assertThat(MonitorHistory.segments(session.state())).isEmpty();
  }

  @Test
  void options_outOfRange_areRefused() {
    Monitor monitor = Monitor.drift(Window.rows(500));
    assertThatThrownBy(() -> monitor.segments("country", 21))
        .hasMessage("a monitor watches 1 to 20 segments, was given 21");
    assertThatThrownBy(() -> monitor.segments(Map.of()))
        .hasMessage("a monitor watches 1 to 20 segments, was given 0");
    assertThatThrownBy(() -> reference(monitor.segments("customer", 2)))
        .hasMessageContaining("segments are by a public field of categories");
  }
}
