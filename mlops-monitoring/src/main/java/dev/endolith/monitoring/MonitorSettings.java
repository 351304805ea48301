package dev.endolith.monitoring;

import dev.endolith.monitoring.alert.AlertPolicy;
import dev.endolith.monitoring.quality.Expectations;
import dev.endolith.monitoring.stream.Adwin;
import dev.endolith.monitoring.stream.ChangeDetector;
import dev.endolith.monitoring.window.Against;
import dev.endolith.monitoring.window.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a {@link Monitor} was told, and the parts of a session that follow from it. */
final class MonitorSettings {
  // written by Monitor.with alone, before the monitor that holds them is seen
  private final Window window;
  Supplier<? extends ChangeDetector> detector = () -> Adwin.builder().risesOnly(true).build();
  double alpha = 0.01;

  /** Whether the level is for the whole windows and their segments together. */
  boolean budgeted;

  double minimumEffect = 0.1;
  double tolerance = 0.02;
  double calibrationTolerance = 0.05;
  AlertPolicy alerts = AlertPolicy.standard();
  String owner = "";
  String runbook = "";
  Expectations quality = Expectations.builder().build();
  Set<String> ignored = Set.of();
  Against against = Against.reference();
  @Nullable SegmentPlan segments;

  MonitorSettings(Window window) {
    checkOpen(window);
    this.window = window;
  }

  MonitorSettings(MonitorSettings other) {
    this.window = other.window;
    this.detector = other.detector;
    this.alpha = other.alpha;
    this.budgeted = other.budgeted;
    this.minimumEffect = other.minimumEffect;
    this.tolerance = other.tolerance;
    this.calibrationTolerance = other.calibrationTolerance;
    this.alerts = other.alerts;
    this.owner = other.owner;
    this.runbook = other.runbook;
    this.quality = other.quality;
    this.ignored = other.ignored;
    this.against = other.against;
    this.segments = other.segments;
  }

  private static void checkOpen(Window window) {
    if (window instanceof Window.Timed timed) {
      Instant begin = timed.start(Instant.EPOCH);
      Instant end = begin;
      for (int i = 0; i < Monitor.MOST_OPEN - 2; i++) {
        end = timed.end(end);
      }
      if (Duration.between(begin, end).compareTo(timed.lateness()) < 0) {
        throw new IllegalArgumentException(
            "at most "
                + Monitor.MOST_OPEN
                + " windows of a monitor may be open at once; take a shorter lateness than "
                + timed.lateness());
      }
    }
  }

  static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
    }
  }

  static void share(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1], was " + value);
    }
  }

  static void checkSegments(int most) {
    if (most < 1 || most > Monitor.MOST_SEGMENTS) {
      throw new IllegalArgumentException(
          "a monitor watches 1 to " + Monitor.MOST_SEGMENTS + " segments, was given " + most);
    }
  }

  void checkRemembered(Against choice) {
    int needed = remembered(choice);
    if (needed > Monitor.MOST_PAST) {
      throw new IllegalArgumentException(
          "a monitor remembers at most "
              + Monitor.MOST_PAST
              + " windows, "
              + needed
              + " would be needed; take longer windows, or fewer of them");
    }
  }

  private int remembered(Against choice) {
    if (!(choice instanceof Against.SameWeekday)) {
      return choice.pieces();
    }
    if (!(window instanceof Window.Timed timed)) {
      throw new IllegalArgumentException(
          "windows of rows begin on no certain weekday; take windows of time, or Against.previous");
    }
    boolean weekly =
        timed instanceof Window.Span span
            ? Duration.ofDays(7).toMillis() % span.length().toMillis() == 0
            : ((Window.Calendar) timed).unit() != ChronoUnit.MONTHS;
    if (!weekly) {
      throw new IllegalArgumentException(
          "windows that are compared with the same weekday must divide a week, so that one begins at"
              + " the same time a week later, was "
              + (timed instanceof Window.Span span ? span.length() : "months")
              + "; take Window.day(zone), or a span such as six or twelve hours");
    }
    Instant monday = Instant.parse("2024-01-01T00:00:00Z");
    Instant end = timed.start(monday);
    int week = 0;
    while (week <= Monitor.MOST_PAST && end.isBefore(monday.plus(Duration.ofDays(7)))) {
      end = timed.end(end);
      week++;
    }
    return week * choice.pieces();
  }

  AlertPolicy cooldown(int windows) {
    return new AlertPolicy(alerts.flagged(), alerts.of(), alerts.calm(), windows);
  }

  AlertPolicy confirmations(int windows) {
    return new AlertPolicy(windows, windows, alerts.calm(), alerts.cooldown());
  }

  /** With so many rows a window is over; 0 if its time decides. */
  int rows() {
    return window instanceof Window.Rows counted ? counted.rows() : 0;
  }

  Window window() {
    return window;
  }

  boolean rolling() {
    return against.pieces() > 0;
  }

  PastWindows freshPast() {
    return new PastWindows(against, remembered(against));
  }

  ChangeDetector freshDetector() {
    return detector.get();
  }

  Optional<SegmentPlan> segments() {
    return Optional.ofNullable(segments);
  }

  JudgedBy judgedBy() {
    double level = budgeted && segments != null ? alpha / 2 : alpha;
    return new JudgedBy(level, minimumEffect, ignored, true, true);
  }

  double tolerance() {
    return tolerance;
  }

  double calibrationTolerance() {
    return calibrationTolerance;
  }

  AlertPolicy alerts() {
    return alerts;
  }

  String owner() {
    return owner;
  }

  String runbook() {
    return runbook;
  }

  Expectations quality() {
    return quality;
  }

  boolean ignores(String column) {
    return ignored.contains(column);
  }
}
