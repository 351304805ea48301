package dev.endolith.monitoring;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Schema;
import dev.endolith.error.DataException;
import dev.endolith.error.EndolithException;
import dev.endolith.monitoring.alert.AlertState;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.profile.ReferenceColumn;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import dev.endolith.monitoring.quality.MetricHistory;
import dev.endolith.monitoring.window.Window;
import dev.endolith.monitoring.window.Windowing;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that a session knows, and its form as JSON. Every sum is kept to the bit. */
final class MonitorState {
  /** Over so many errors is said how much a model errs now. */
  static final int RECENT_ERRORS = 64;

  private static final int FORMAT = 1;
  private static final String NO_STATE =
      "the text must be the state of a monitor of format " + FORMAT;

  Windowing<OpenWindow> windows;
  final PastWindows past;
  WindowProfile labelled; // labels that arrived since a window was closed
  WindowProfile complete; // the last window that is over
  @Nullable WindowProfile before; // what that was compared with, where it is not the reference
  JudgedBy judged = JudgedBy.DEFAULTS; // how that was judged
  long emptyWindows;
  long predictions;
  long labels;
  long index = 1;
  LabelTally tally = LabelTally.NONE;
  final Deque<Double> recentErrors = new ArrayDeque<>();
  long errorsBefore;
  double errorSumBefore;
  byte[] detector = new byte[0];
  double[] wealth = new double[0];
  double[] calibration = new double[0];
  AlertBook alerts = new AlertBook();
  final Deque<Supplier<Map<String, String>>> recentRows = new ArrayDeque<>(); // most never asked
  final Deque<WindowSummary> history = new ArrayDeque<>();
  List<SegmentDrift> segments = List.of(); // of the last window that is over
  Map<String, String> segmentCounts = Map.of();
  MetricHistory figures = MetricHistory.EMPTY; // of windows, for rules about what is usual
  @Nullable WindowFindings findings; // of the latest window that drifted
  List<RuleFinding> rules = List.of(); // of the last window that is over

  private MonitorState(
      MonitorSettings monitor,
      ReferenceProfile reference,
      WindowQuality rules,
      @Nullable SegmentWatch segments) {
    this.windows =
        Windowing.of(monitor.window(), () -> OpenWindow.fresh(reference, rules, segments));
    this.past = monitor.freshPast();
    this.labelled = WindowProfile.empty(reference);
    this.complete = WindowProfile.empty(reference);
  }

  static MonitorState fresh(
      MonitorSettings monitor,
      ReferenceProfile reference,
      WindowQuality rules,
      @Nullable SegmentWatch segments) {
    return new MonitorState(monitor, reference, rules, segments);
  }

  static List<String> columns(ReferenceProfile reference) {
    return reference.columns().stream()
        .map(ReferenceColumn::name)
        .limit(Monitor.MOST_COLUMNS)
        .toList();
  }

  /** Reads a state; one of another reference or format is refused. */
  static MonitorState read(
      String json,
      MonitorSettings monitor,
      ReferenceProfile reference,
      WindowQuality rules,
      @Nullable SegmentWatch segments,
      Schema schema) {
    return reading(() -> of(peek(json), monitor, reference, rules, segments, schema));
  }

  /** What is made of a text that may say anything: whatever goes wrong is the text's fault. */
  static <A> A reading(Supplier<A> read) {
    try {
      return read.get();
    } catch (EndolithException e) {
      throw e;
    } catch (RuntimeException e) { // parts that are missing, no base 64, no numbers
      throw new DataException("JSON", 0, "", NO_STATE, e);
    }
  }

  private static MonitorState of(
      Saved saved,
      MonitorSettings monitor,
      ReferenceProfile reference,
      WindowQuality rules,
      @Nullable SegmentWatch segments,
      Schema schema) {
    MonitorState state = new MonitorState(monitor, reference, rules, segments);
    state.windows =
        Windowing.resume(
            monitor.window(),
            () -> OpenWindow.fresh(reference, rules, segments),
            saved.windows(monitor.window()),
            window -> window.open(reference, rules, segments, schema));
    if (saved.past != null && saved.cutAs(monitor.window())) {
      state.past.restore(saved.past, reference);
    }
    state.complete = WindowProfile.fromJson(reference, saved.complete);
    state.labelled =
        saved.labelled == null
            ? WindowProfile.empty(reference)
            : WindowProfile.fromJson(reference, saved.labelled);
    state.before = saved.before == null ? null : WindowProfile.fromJson(reference, saved.before);
    state.judged = saved.judgedBy();
    state.emptyWindows = saved.emptyWindows;
    state.predictions = saved.predictions;
    state.labels = saved.labels;
    state.index = saved.index;
    state.tally = saved.tally;
    state.recentErrors.addAll(saved.recentErrors);
    state.errorsBefore = saved.errorsBefore;
    state.errorSumBefore = saved.errorSumBefore;
    state.detector = Base64.getDecoder().decode(saved.detector);
    state.wealth = saved.wealth;
    state.calibration = saved.calibration;
    state.alerts = AlertBook.of(saved.alertStates());
    if (saved.recentRows != null) {
      saved.recentRows.forEach(row -> state.recentRows.add(() -> row));
    }
    state.figures =
        saved.figures == null ? MetricHistory.EMPTY : MetricHistory.fromJson(saved.figures);
    state.findings = saved.findings;
    state.rules = saved.rules == null ? List.of() : List.copyOf(saved.rules);
    state.segments = saved.segments == null ? List.of() : saved.segments;
    state.segmentCounts = saved.segmentCounts == null ? Map.of() : saved.segmentCounts;
    saved.history.forEach(past -> state.history.add(past.summary(saved.columns)));
    return state;
  }

  /** Reads what does not need the reference: what a report shows. */
  static Saved peek(String json) {
    Saved saved = CanonicalJson.read(json, Saved.class);
    if (!saved.sound()) {
      throw new DataException("JSON", 0, "", NO_STATE);
    }
    return saved;
  }

  String write(ReferenceProfile reference, Schema schema) {
    List<String> columns = columns(reference);
    return CanonicalJson.write(
        new Saved(
            FORMAT,
            predictions,
            labels,
            index,
            tally,
            windows.state(window -> window.saved(schema)),
            past.saved(),
            labelled.toJson(),
            before == null ? null : before.toJson(),
            judged,
            emptyWindows,
            complete.toJson(),
            List.copyOf(recentErrors),
            errorsBefore,
            errorSumBefore,
            Base64.getEncoder().encodeToString(detector),
            wealth,
            calibration,
            alerts.saved(),
            recentRows.stream().map(Supplier::get).toList(),
            findings,
            rules,
            figures.points().isEmpty() ? null : figures.toJson(),
            segments,
            segmentCounts,
            columns,
            history.stream().map(summary -> Past.of(summary, columns)).toList()));
  }

  /** The state as JSON. */
  @SuppressWarnings("ArrayRecordComponent") // read and written only
  record Saved(
      int format,
      long predictions,
      long labels,
      long index,
      LabelTally tally,
      Windowing.@Nullable State<OpenWindow.Saved> windows,
      @Nullable List<PastWindows.Saved> past,
      @Nullable String labelled,
      @Nullable String before,
      @Nullable JudgedBy judged,
      long emptyWindows,
      String complete,
      List<Double> recentErrors,
      long errorsBefore,
      double errorSumBefore,
      String detector,
      double[] wealth,
      double[] calibration,
      @Nullable Map<String, AlertState> alerts,
      @Nullable List<Map<String, String>> recentRows,
      @Nullable WindowFindings findings,
      @Nullable List<RuleFinding> rules,
      @Nullable String figures,
      @Nullable List<SegmentDrift> segments,
      @Nullable Map<String, String> segmentCounts,
      List<String> columns,
      List<Past> history) {

    /** None in a state of an earlier version, which then starts anew in this. */
    Map<String, AlertState> alertStates() {
      return alerts == null ? Map.of() : alerts;
    }

    JudgedBy judgedBy() {
      return judged == null ? JudgedBy.DEFAULTS : judged;
    }

    /** The open windows; none of a monitor that cut otherwise, or of an earlier version. */
    Windowing.State<OpenWindow.Saved> windows(Window window) {
      return windows == null || !cutAs(window)
          ? new Windowing.State<>(window.toString(), List.of(), null, null, 0, late())
          : windows;
    }

    boolean cutAs(Window window) {
      return windows != null && windows.window().equals(window.toString());
    }

    long late() {
      return windows == null ? 0 : windows.late();
    }

    boolean sound() {
      return format == FORMAT
          && Arrays.asList(
                  tally, complete, recentErrors, detector, wealth, calibration, columns, history)
              .stream()
              .noneMatch(part -> (@Nullable Object) part == null);
    }
  }

  /** A complete window as JSON; its columns are named once for all windows. */
  @SuppressWarnings("ArrayRecordComponent") // read and written only
  record Past(
      long index,
      long first,
      long last,
      Instant from,
      Instant to,
      long rows,
      ColumnDrift.Verdict verdict,
      List<String> drifted,
      double[] psi,
      long labels,
      Map<String, Double> metrics) {

    static Past of(WindowSummary summary, List<String> columns) {
      return new Past(
          summary.index(),
          summary.first(),
          summary.last(),
          summary.from(),
          summary.to(),
          summary.rows(),
          summary.verdict(),
          summary.drifted(),
          columns.stream()
              .mapToDouble(column -> summary.psi().getOrDefault(column, Double.NaN))
              .toArray(),
          summary.labels(),
          summary.metrics());
    }

    WindowSummary summary(List<String> columns) {
      Map<String, Double> named = new LinkedHashMap<>();
      for (int i = 0; i < Math.min(psi.length, columns.size()); i++) {
        if (!Double.isNaN(psi[i])) {
          named.put(columns.get(i), psi[i]);
        }
      }
      return new WindowSummary(
          index, first, last, from, to, rows, verdict, drifted, named, labels, metrics);
    }
  }
}
