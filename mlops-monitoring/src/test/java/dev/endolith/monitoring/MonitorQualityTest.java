package dev.endolith.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.endolith.event.Alert;
import dev.endolith.monitoring.World.Mood;
import dev.endolith.monitoring.quality.Check;
import dev.endolith.monitoring.quality.DataCheck;
import dev.endolith.monitoring.quality.Expectation;
import dev.endolith.monitoring.quality.Expectations;
import dev.endolith.monitoring.quality.ExpectationsBuilder;
import dev.endolith.monitoring.quality.Measure;
import dev.endolith.monitoring.quality.RowCheck;
import dev.endolith.monitoring.quality.Severity;
import dev.endolith.monitoring.quality.Status;
import dev.endolith.monitoring.quality.UsualRange;
import dev.endolith.monitoring.window.Window;
import dev.endolith.privacy.FieldPolicy;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.watch.Watch;
import dev.endolith.watch.WatchSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a monitor says of windows that break expectations of any kind. */
class MonitorQualityTest {
  private static final byte[] REFERENCE =
      Monitor.drift(Window.rows(500))
          .open(World.TASK)
          .reference(
              new World(1).rows(5_000, Mood.USUAL),
              new World(2).rows(2_000, Mood.USUAL),
              World.MODEL);

  @Test
  void observe_rulesThatUsualWindowsKeep_raiseNothing() {
    Expectations kept =
        Expectations.builder()
            .fail(Check.rows(200, 200))
            .fail(Check.missing("discount", 0.5))
            .fail(Check.missing("amount", 0))
            .fail(new DataCheck.Bounded(Measure.MEAN, "amount", 45, 55))
            .fail(new DataCheck.Bounded(Measure.DISTINCT, "country", 3, 5))
            .fail(Check.unique("amount", "day"))
            .add(new Expectation(Check.present("discount"), Severity.WARN, 0.5))
            .fail(new DataCheck.Distributed(List.of(), 0.001, 0.2))
            .build();

    assertThat(quality(Monitor.drift(Window.rows(200)).quality(kept), usual(2_000))).isEmpty();
  }

  @Test
  void observe_rulesOfEveryKind_areToldWhereTheyAreBroken() {
    assertBroken(Check.missing("discount", 0.1), "discount");
    assertBroken(new DataCheck.Bounded(Measure.MEAN, "amount", 60, 70), "amount");
    assertBroken(new DataCheck.Bounded(Measure.DISTINCT, "country", 1, 2), "country");
    assertBroken(Check.unique("items", "country"), "items", "country");
    assertBroken(Check.compare("amount", RowCheck.Comparison.LESS, "items"), "amount", "items");
    assertBroken(new DataCheck.References("items", "discount"), "items", "discount");
    assertBroken(Check.rows(500, 1_000));
  }

  private static void assertBroken(Check check, String... columns) {
    List<Alert> alerts =
        quality(
            Monitor.drift(Window.rows(200)).quality(Expectations.builder().warn(check).build()),
            usual(200));
    assertThat(alerts).as(check.text()).hasSize(1);
    assertThat(alerts.get(0).severity()).isEqualTo(Alert.Severity.WARNING);
    assertThat(alerts.get(0).columns()).containsExactly(columns);
    assertThat(alerts.get(0).message()).contains(check.text());
  }

  @Test
  void observe_sixBrokenRules_areAllToldOnce() {
    ExpectationsBuilder six = Expectations.builder();
    for (int i = 0; i < 6; i++) {
      six.fail(new DataCheck.Bounded(Measure.MEAN, "amount", 60 + i, 70 + i));
    }
    Check sixth = new DataCheck.Bounded(Measure.MEAN, "amount", 65, 75);

    List<Alert> alerts = quality(Monitor.drift(Window.rows(200)).quality(six.build()), usual(800));

    // failing rules are alarms at once: nothing becomes worse, and the cooldown is three windows
    assertThat(alerts).extracting(Alert::window).containsExactly("window-1", "window-2");
    assertThat(alerts.get(0).message()).contains("; and 1 more").doesNotContain(sixth.text());
    assertThat(alerts.get(1).message())
        .contains("break expectations: " + sixth.text(), "; and 1 more");
  }

  @Test
  void rules_ofTheLastWindow_areKeptBrokenOnesFirst() {
    Check kept = Check.rows(200, 200);
    Check broken = Check.missing("discount", 0.1);
    Watch<World.Order, Boolean> watch =
        Monitor.drift(Window.rows(200))
            .quality(Expectations.builder().warn(kept).fail(broken).build())
            .open(World.TASK);
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());
    assertThat(MonitorHistory.rules(session.state())).isEmpty();
    usual(200).forEach(session::observe);

    String state = session.state();

    assertThat(MonitorHistory.rules(state))
        .extracting(RuleFinding::rule, RuleFinding::status, RuleFinding::severity)
        .containsExactly(
            tuple(broken.text(), Status.BROKEN, Severity.FAIL),
            tuple(kept.text(), Status.HELD, Severity.WARN));
    WatchSession resumed = watch.start(World.version(), REFERENCE, Optional.of(state));
    assertThat(MonitorHistory.rules(resumed.state())).isEqualTo(MonitorHistory.rules(state));
    String old = state.replaceAll("\"rules\":\\[\\{.*?}],", "");
    assertThat(old).hasSizeLessThan(state.length());
    assertThat(MonitorHistory.rules(old)).isEmpty();
    assertThat(watch.start(World.version(), REFERENCE, Optional.of(old)).health().predictions())
        .isEqualTo(200);
  }

  @Test
  void rule_ofLongTexts_isCutOff() {
    RuleFinding cut =
        new RuleFinding("x".repeat(900), Status.HELD, Severity.WARN, "\ud83d\ude00".repeat(400));
    assertThat(cut.rule()).hasSize(RuleFinding.MOST_CHARACTERS).endsWith("…");
    assertThat(cut.evidence()).hasSize(RuleFinding.MOST_CHARACTERS - 1).endsWith("\ude00…");
  }

  @Test
  void observe_distribution_isComparedAtTheLevelOfTheRule() {
    Monitor monitor =
        Monitor.drift(Window.rows(200))
            .quality(
                Expectations.builder()
                    .fail(new DataCheck.Distributed(List.of(), 0.001, 0.2))
                    .build());

    assertThat(quality(monitor, usual(200))).isEmpty();
    assertThat(quality(monitor, new World(7).live(200, Mood.SHIFTED, 0)))
        .singleElement()
        .extracting(Alert::message)
        .asString()
        .contains("distributed as in the reference", "amount (PSI");
  }

  @Test
  void observe_everyColumnDistributed_leavesOutWhatIsNotLogged() {
    // customers are never logged, and amounts not by this policy: both would look as if they
    // vanished
    Monitor monitor =
        Monitor.drift(Window.rows(200))
            .quality(
                Expectations.builder()
                    .fail(new DataCheck.Distributed(List.of(), 0.001, 0.2))
                    .fail(new DataCheck.Bounded(Measure.MEAN, "amount", 60, 70))
                    .build());
    Watch<World.Order, Boolean> watch =
        monitor.open(World.TASK, PrivacyPolicy.standard().with("amount", FieldPolicy.DROP));

    assertThat(quality(watch, new World(7).live(400, Mood.SHIFTED, 0))).isEmpty();
  }

  @Test
  void observe_oldRows_areNotFreshAtTheTimeOfTheLog() {
    // days are within a hundred days of 1970, as the log's clock is; none is older than 100 days
    Monitor stale =
        Monitor.drift(Window.rows(200))
            .quality(Expectations.builder().fail(Check.fresh("day", Duration.ofHours(1))).build());

    List<LogEntry> entries = usual(200);
    assertThat(entries.get(0).at()).isBefore("1970-01-02T00:00:00Z");
    // the days of the world lie after its time, but those of its first day
    assertThat(quality(stale, entries)).isEmpty();
    assertThat(quality(stale, later(entries, Duration.ofDays(200))))
        .singleElement()
        .extracting(Alert::message)
        .asString()
        .contains("day is at most PT1H old", "the newest is PT");
  }

  private static List<LogEntry> later(List<LogEntry> entries, Duration by) {
    return entries.stream()
        .filter(entry -> entry instanceof LogEntry.Predicted)
        .map(entry -> later(entry, by))
        .toList();
  }

  private static LogEntry later(LogEntry entry, Duration by) {
    PredictionRecord record = entry.prediction();
    return new LogEntry.Predicted(
        entry.sequence(),
        new PredictionRecord(
            record.id(),
            record.deployment(),
            record.key(),
            record.at().plus(by),
            record.version(),
            record.generation(),
            record.route(),
            record.features(),
            record.value(),
            record.scores(),
            record.assignment()));
  }

  @Test
  void observe_figureThatLeavesItsUsualRange_isTold() {
    Monitor monitor =
        Monitor.drift(Window.rows(100))
            .quality(
                Expectations.builder()
                    .warn(
                        new DataCheck.Usual(
                            Measure.MEAN, "amount", UsualRange.of(UsualRange.Kind.LEVEL)))
                    .build());
    World world = new World(5);
    List<LogEntry> entries = new ArrayList<>(world.live(2_500, Mood.USUAL, 0));
    int usual = entries.size();
    entries.addAll(world.live(100, Mood.SHIFTED, 0));

    assertThat(quality(monitor, entries.subList(0, usual))).isEmpty();
    assertThat(quality(monitor, entries))
        .singleElement()
        .extracting(Alert::window)
        .isEqualTo("window-26");
  }

  @Test
  void observe_spanWithoutRows_breaksALeastNumberOfRows() {
    Monitor monitor =
        Monitor.drift(Window.every(Duration.ofSeconds(100)))
            .quality(Expectations.builder().fail(Check.rows(1, 1_000)).build());
    List<LogEntry> entries = new ArrayList<>(usual(200)); // 400 seconds
    assertThat(quality(monitor, entries)).isEmpty();
    entries.addAll(later(new World(6).live(200, Mood.USUAL, 0), Duration.ofSeconds(1_000)));

    assertThat(quality(monitor, entries))
        .singleElement()
        .extracting(Alert::message)
        .asString()
        .contains("windows before it have no row at all");
  }

  @Test
  void state_savedAndResumedAnywhere_changesNothing() {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    Expectations all =
        Expectations.builder()
            .warn(Check.missing("discount", 0.25))
            .warn(Check.unique("items", "country", "day"))
            .warn(Check.fresh("day", Duration.ofHours(1)))
            .warn(new DataCheck.References("items", "discount"))
            .warn(new DataCheck.Bounded(Measure.DISTINCT, "amount", 0, 150))
            .warn(
                new DataCheck.Usual(
                    Measure.DEVIATION, "amount", UsualRange.of(UsualRange.Kind.LEVEL)))
            .warn(new DataCheck.Distributed(List.of(), 0.01, 0.01))
            .build();
    Watch<World.Order, Boolean> watch =
        Monitor.drift(Window.rows(170)).quality(all).open(World.TASK);
    WatchSession whole = watch.start(World.version(), REFERENCE, Optional.empty());
    WatchSession cut = watch.start(World.version(), REFERENCE, Optional.empty());
    for (LogEntry entry : new World(random.nextLong()).live(700, Mood.USUAL, 3)) {
      if (random.nextInt(60) == 0) {
        cut = watch.start(World.version(), REFERENCE, Optional.of(cut.state()));
      }
      assertThat(cut.observe(entry)).as("seed %d", seed).isEqualTo(whole.observe(entry));
    }
    assertThat(cut.state()).as("seed %d", seed).isEqualTo(whole.state());
  }

  @Test
  void state_keysBeyondTheCap_isBoundedAndUndecided() {
    Watch<World.Order, Boolean> watch =
        Monitor.drift(Window.rows(20_000))
            .quality(Expectations.builder().fail(Check.unique("amount")).build())
            .open(World.TASK);
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());
    World world = new World(3);
    world.live(9_000, Mood.USUAL, 0).forEach(session::observe);
    int full = session.state().length();
    world.live(9_000, Mood.USUAL, 0).forEach(session::observe);

    // 16 bytes a key and the sketch of 16 KiB, in base 64
    int most = (16 * Monitor.MOST_KEYS + 16_384) * 4 / 3;
    assertThat(session.state().length()).isBetween(most, full + 2_000);
    assertThat(quality(watch, new World(4).live(20_000, Mood.USUAL, 0))).isEmpty();
  }

  private static List<LogEntry> usual(int count) {
    return new World(7).live(count, Mood.USUAL, 0);
  }

  private static List<Alert> quality(Monitor monitor, List<LogEntry> entries) {
    return quality(monitor.open(World.TASK), entries);
  }

  private static List<Alert> quality(Watch<World.Order, Boolean> watch, List<LogEntry> entries) {
    WatchSession session = watch.start(World.version(), REFERENCE, Optional.empty());
    List<Alert> alerts = new ArrayList<>();
    for (LogEntry entry : entries) {
      session.observe(entry).stream()
          .filter(alert -> alert.kind() == Alert.Kind.DATA_QUALITY)
          .forEach(alerts::add);
    }
    return alerts;
  }
}
