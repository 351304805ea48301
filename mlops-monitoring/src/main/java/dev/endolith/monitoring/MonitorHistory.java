package dev.endolith.monitoring;

import dev.endolith.event.Alert;
import dev.endolith.event.ModelHealth;
import dev.endolith.monitoring.alert.AlertState;
import dev.endolith.monitoring.alert.AlertState.Phase;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the watch of a version has seen so far, read from its state. Immutable.
 *
 * @param predictions how many predictions
 * @param labels how many labels
 * @param late how many of the predictions came after their window was closed and are in none
 * @param emptyWindows how many windows of time had no prediction, and so not enough data
 * @param windows the complete windows, oldest first, at most {@link Monitor#MOST_WINDOWS}
 * @param health how the version is
 */
public record MonitorHistory(
    long predictions,
    long labels,
    long late,
    long emptyWindows,
    List<WindowSummary> windows,
    ModelHealth health) {
  /**
   * Copies the windows.
   *
   * @param predictions how many predictions
   * @param labels how many labels
   * @param late how many predictions came too late
   * @param emptyWindows how many windows of time had no prediction
   * @param windows the complete windows
   * @param health how the version is
   */
  public MonitorHistory {
    windows = List.copyOf(windows);
  }

  /**
   * Reads the state of a session of {@link Monitor}.
   *
   * @param state what {@link dev.endolith.watch.WatchSession#state()} answered
   * @return the history
   * @throws dev.endolith.error.DataException if the text is not such a state
   */
  public static MonitorHistory read(String state) {
    return MonitorState.reading(() -> of(state));
  }

  private static MonitorHistory of(String state) {
    MonitorState.Saved saved = MonitorState.peek(state);
    List<WindowSummary> windows =
        saved.history().stream().map(past -> past.summary(saved.columns())).toList();
    return new MonitorHistory(
        saved.predictions(),
        saved.labels(),
        saved.late(),
        saved.emptyWindows(),
        windows,
        health(
            saved.before() != null,
            saved.predictions(),
            saved.labels(),
            saved.late(),
            saved.emptyWindows(),
            saved.alertStates(),
            windows));
  }

  /**
   * The counts of the last complete window.
   *
   * @param state what {@link dev.endolith.watch.WatchSession#state()} answered
   * @param reference the reference of the session
   * @return the counts; of no rows before the first window is complete
   * @throws dev.endolith.error.DataException if the text is not a state on that reference
   */
  public static WindowProfile lastWindow(String state, ReferenceProfile reference) {
    return WindowProfile.fromJson(reference, MonitorState.peek(state).complete());
  }

  /**
   * What the last complete window was compared with.
   *
   * @param state what {@link dev.endolith.watch.WatchSession#state()} answered
   * @param reference the reference of the session
   * @return the sum of earlier windows; empty if it was compared with the reference
   * @throws dev.endolith.error.DataException if the text is not a state on that reference
   */
  public static Optional<WindowProfile> before(String state, ReferenceProfile reference) {
    return Optional.ofNullable(MonitorState.peek(state).before())
        .map(json -> WindowProfile.fromJson(reference, json));
  }

  /**
   * How the last complete window differs from what it was compared with, as the monitor judged it:
   * by its level, least effect and ignored columns when it was closed, so that the report says what
   * the alert said. A window that could not be decided is shown with its figures, undecided.
   *
   * @param state what {@link dev.endolith.watch.WatchSession#state()} answered
   * @param reference the reference of the session
   * @return the report; of no rows before the first window is complete
   * @throws dev.endolith.error.DataException if the text is not a state on that reference
   */
  public static DriftReport lastReport(String state, ReferenceProfile reference) {
    return MonitorState.reading(() -> lastOf(MonitorState.peek(state), reference));
  }

  private static DriftReport lastOf(MonitorState.Saved saved, ReferenceProfile reference) {
    WindowProfile last = WindowProfile.fromJson(reference, saved.complete());
    WindowProfile before =
        saved.before() == null ? null : WindowProfile.fromJson(reference, saved.before());
    return saved.judgedBy().decided(reference, before, last);
  }

  /**
   * How the segments of the last window were.
   *
   * @param state what {@link dev.endolith.watch.WatchSession#state()} answered
   * @return the segments that had predictions, most first; empty if none are watched
   * @throws dev.endolith.error.DataException if the text is not such a state
   */
  public static List<SegmentDrift> segments(String state) {
    List<SegmentDrift> segments = MonitorState.peek(state).segments();
    return segments == null ? List.of() : MonitorState.reading(() -> List.copyOf(segments));
  }

  /**
   * How the segments of the last window differ from their references, as the monitor judged them:
   * with the level of the window shared out among them.
   *
   * @param state what {@link dev.endolith.watch.WatchSession#state()} answered
   * @param reference the version's reference, as {@link dev.endolith.watch.Watch#reference} made it
   * @return a report by segment name, of those that have a reference of their own
   * @throws dev.endolith.error.DataException if the texts cannot be read
   */
  public static Map<String, DriftReport> segments(String state, byte[] reference) {
    return MonitorState.reading(() -> segmentsOf(MonitorState.peek(state), reference));
  }

  private static Map<String, DriftReport> segmentsOf(MonitorState.Saved saved, byte[] reference) {
    Map<String, String> counts = saved.segmentCounts();
    if (counts == null || counts.isEmpty()) {
      return Map.of();
    }
    Map<String, ReferenceProfile> references = SegmentReferences.read(reference);
    JudgedBy judged = saved.judgedBy();
    Map<String, DriftReport> reports = new LinkedHashMap<>();
    counts.forEach(
        (name, counted) -> {
          ReferenceProfile own = references.get(name);
          if (own != null) {
            WindowProfile window = WindowProfile.read(own, Base64.getDecoder().decode(counted));
            reports.put(name, judged.segment(own, window, references.size()));
          }
        });
    return reports;
  }

  /**
   * What the monitor found about the latest window that drifted.
   *
   * @param state what {@link dev.endolith.watch.WatchSession#state()} answered
   * @return what it does to the score and what may have caused it; empty if no window drifted
   * @throws dev.endolith.error.DataException if the text is not such a state
   */
  public static Optional<WindowFindings> findings(String state) {
    return Optional.ofNullable(MonitorState.peek(state).findings());
  }

  /**
   * What the last window said of the expectations of {@link Monitor#quality}.
   *
   * @param state what {@link dev.endolith.watch.WatchSession#state()} answered
   * @return at most {@link Monitor#MOST_RULES}, broken ones first, then those that are not decided;
   *     empty if nothing was asked, before a window is complete, and for a state of an earlier
   *     version
   * @throws dev.endolith.error.DataException if the text is not such a state
   */
  public static List<RuleFinding> rules(String state) {
    List<RuleFinding> rules = MonitorState.peek(state).rules();
    return rules == null ? List.of() : MonitorState.reading(() -> List.copyOf(rules));
  }

  static ModelHealth health(
      boolean rolling,
      long predictions,
      long labels,
      long late,
      long empty,
      Map<String, AlertState> alerts,
      List<WindowSummary> windows) {
    Phase drift = AlertBook.worst(alerts, Alert.Kind.DRIFT);
    Phase performance = AlertBook.worst(alerts, Alert.Kind.PERFORMANCE);
    Phase quality = AlertBook.worst(alerts, Alert.Kind.DATA_QUALITY);
    Map<String, Double> metrics =
        windows.isEmpty() ? Map.of() : windows.get(windows.size() - 1).metrics();
    return new ModelHealth(
        status(labels, drift, performance, quality, windows),
        predictions,
        labels,
        metrics,
        explanation(rolling, labels, drift, performance, quality, windows) + gaps(late, empty));
  }

  private static String gaps(long late, long empty) {
    return (late > 0
            ? String.format(Locale.ROOT, " %,d predictions came after their window.", late)
            : "")
        + (empty > 0
            ? String.format(
                Locale.ROOT, " %,d windows without a prediction: not enough data.", empty)
            : "");
  }

  private static ModelHealth.Status status(
      long labels, Phase drift, Phase performance, Phase quality, List<WindowSummary> windows) {
    List<Phase> all = List.of(drift, performance, quality);
    if (all.contains(Phase.ALARM)) {
      return ModelHealth.Status.ALARM;
    }
    if (all.contains(Phase.WARNING) || all.contains(Phase.RECOVERING)) {
      return ModelHealth.Status.WARNING;
    }
    return windows.isEmpty() && labels < Monitor.WARM_UP_LABELS
        ? ModelHealth.Status.NOT_ENOUGH_DATA
        : ModelHealth.Status.OK;
  }

  /** What windows are compared with, in a sentence about a version. */
  static String comparedWith(boolean rolling) {
    return rolling ? "the windows before" : "its reference";
  }

  private static boolean undecided(List<WindowSummary> windows) {
    return !windows.isEmpty() && windows.get(windows.size() - 1).verdict() == Verdict.UNDECIDED;
  }

  private static String explanation(
      boolean rolling,
      long labels,
      Phase drift,
      Phase performance,
      Phase quality,
      List<WindowSummary> windows) {
    if (windows.isEmpty() && labels < Monitor.WARM_UP_LABELS && performance == Phase.OK) {
      return "No window is complete yet, and too few labels arrived.";
    }
    StringBuilder text = new StringBuilder();
    text.append(
        switch (performance) {
          case ALARM -> "It errs more than it should";
          case RECOVERING, WARNING -> "It errs as little as it should again, for one window so far";
          case OK ->
              labels < Monitor.WARM_UP_LABELS ? "Too few labels arrived" : "It errs as expected";
        });
    text.append(
        switch (drift) {
          case ALARM -> "; what it is asked or answers drifted";
          case WARNING ->
              undecided(windows)
                  ? "; what it is asked drifted, and the last window has not enough data to say"
                      + " whether it still does"
                  : "; what it is asked drifted in the last window";
          case RECOVERING -> "; the last window did not drift, the one before did";
          case OK ->
              windows.isEmpty()
                  ? "; no window is complete yet"
                  : undecided(windows)
                      ? "; the last window has not enough data to say whether what it is asked drifted"
                      : "; what it is asked and answers is distributed as in "
                          + comparedWith(rolling);
        });
    text.append(
        switch (quality) {
          case ALARM, WARNING -> "; rows break expectations";
          case RECOVERING -> "; rows keep their expectations again, those before did not";
          case OK -> "";
        });
    if (!windows.isEmpty()) {
      WindowSummary last = windows.get(windows.size() - 1);
      if (!last.drifted().isEmpty()) {
        text.append(" (").append(last.someDrifted()).append(')');
      }
      for (String metric : List.of("error_rate", "mae")) {
        Double value = last.metrics().get(metric);
        if (value != null) {
          text.append(
              String.format(
                  Locale.ROOT,
                  "; %s %.4g over %d labels",
                  metric.equals("mae") ? "mean absolute error" : "error rate",
                  value,
                  last.labels()));
        }
      }
    }
    return text.append('.').toString();
  }
}
