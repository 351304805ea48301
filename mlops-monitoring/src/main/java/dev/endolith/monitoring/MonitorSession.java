package dev.endolith.monitoring;

import dev.endolith.event.Alert;
import dev.endolith.event.ModelHealth;
import dev.endolith.monitoring.MonitorState.Phase;
import dev.endolith.monitoring.MonitorState.Told;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ErrorProfile;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.Scores;
import dev.endolith.monitoring.profile.WindowProfile;
import dev.endolith.monitoring.stream.ChangeDetector;
import dev.endolith.monitoring.stream.Signal;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.watch.WatchSession;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches one version. What it answers depends on the entries alone. */
final class MonitorSession implements WatchSession {
  private static final Logger LOG = LoggerFactory.getLogger(MonitorSession.class);

  /** With fewer labels a window says nothing about whether a model errs less again. */
  private static final int LEAST_LABELS = 30;

  /** With fewer rows the open window is not asked which columns drifted. */
  private static final int LEAST_ROWS = 100;

  private final Monitor monitor;
  private final Drift comparison;
  private final Scores scores;
  private final List<String> labels;
  private final String model;
  private final long version;
  private final ReferenceProfile reference;
  private final ErrorProfile errors;
  private final MonitorState state;
  private final ChangeDetector detector;
  private final LevelTest level;
  private final CalibrationTest calibration;
  private final double bound;

  MonitorSession(
      Monitor monitor,
      Scores scores,
      List<String> labels,
      String model,
      long version,
      ReferenceProfile reference,
      ErrorProfile errors,
      MonitorState state) {
    this.monitor = monitor;
    this.comparison = monitor.comparison();
    this.scores = scores;
    this.labels = labels;
    this.model = model;
    this.version = version;
    this.reference = reference;
    this.errors = errors;
    this.state = state;
    this.bound = LevelTest.bound(errors, monitor.tolerance());
    this.level = new LevelTest(bound, state.wealth);
    this.calibration =
        new CalibrationTest(errors, monitor.calibrationTolerance(), state.calibration);
    this.detector = monitor.freshDetector();
    if (state.detector.length > 0) {
      try {
        detector.restore(state.detector);
      } catch (IllegalArgumentException e) {
        LOG.warn(
            "The change detector of {} v{} has other settings now and starts anew", model, version);
      }
    }
  }

  @Override
  public List<Alert> observe(LogEntry entry) {
    return entry instanceof LogEntry.Labelled labelled ? label(labelled) : prediction(entry);
  }

  private List<Alert> prediction(LogEntry entry) {
    PredictionRecord record = entry.prediction();
    WindowProfile open = state.profiles[0];
    if (open.rows() == 0) {
      state.first = entry.sequence();
      state.from = entry.at();
    }
    state.predictions++;
    state.last = entry.sequence();
    state.to = entry.at();
    open.count(record.features());
    open.countAnswer(scores.score(record.value(), record.scores()), record.value());
    return open.rows() < monitor.rows() ? List.of() : complete(entry);
  }

  /** Compares the window with the reference, and begins the next. */
  private List<Alert> complete(LogEntry entry) {
    WindowProfile window = state.profiles[0];
    DriftReport report = comparison.judge(reference, window);
    List<ColumnDrift> drifted = relevant(report);
    Verdict verdict = drifted.isEmpty() ? withoutDrift(report) : Verdict.DRIFT;
    WindowSummary summary =
        new WindowSummary(
            state.index,
            state.first,
            state.last,
            state.from,
            state.to,
            window.rows(),
            verdict,
            names(drifted),
            indices(report),
            state.tally.labels(),
            state.tally.metrics(errors.classification()));
    state.history.add(summary);
    if (state.history.size() > Monitor.MOST_WINDOWS) {
      state.history.remove();
    }
    List<Alert> alerts = judgeDrift(entry, report, drifted, verdict);
    judgeRecovery();
    state.profiles[1] = window;
    state.profiles[0] = WindowProfile.empty(reference);
    state.tally = LabelTally.NONE;
    state.index++;
    return alerts;
  }

  private List<Alert> judgeDrift(
      LogEntry entry, DriftReport report, List<ColumnDrift> drifted, Verdict verdict) {
    if (verdict == Verdict.UNDECIDED) {
      return List.of();
    }
    if (verdict == Verdict.NO_DRIFT) {
      state.streak = 0;
      state.drift = calmer(state.drift);
      return List.of();
    }
    state.streak++;
    if (state.streak < monitor.confirmations()) {
      return List.of();
    }
    boolean answersDrifted = drifted.stream().anyMatch(column -> column.role() != Role.FEATURE);
    boolean persists = state.streak > monitor.confirmations();
    Alert.Severity severity =
        answersDrifted || persists ? Alert.Severity.ALARM : Alert.Severity.WARNING;
    state.drift = severity == Alert.Severity.ALARM ? Phase.ALARM : Phase.WARNING;
    String message =
        String.format(
            Locale.ROOT,
            "%d of %d columns of %s v%d are distributed differently from its reference%s: %s",
            drifted.size(),
            report.columns().stream().filter(c -> c.role() != Role.LABEL).count(),
            model,
            version,
            answersDrifted ? ", its scores among them" : "",
            drifted.stream()
                .limit(Monitor.TOP_COLUMNS)
                .map(
                    c -> String.format(Locale.ROOT, "%s (PSI %.2f)", c.name(), c.psi().statistic()))
                .collect(Collectors.joining(", ")));
    return raise(entry, Alert.Kind.DRIFT, severity, names(drifted), message);
  }

  private void judgeRecovery() {
    if (state.tally.labels() >= LEAST_LABELS && state.performance != Phase.OK) {
      boolean well = state.tally.meanError() <= bound;
      state.performance = well ? calmer(state.performance) : Phase.ALARM;
    }
  }

  private static Phase calmer(Phase phase) {
    return phase == Phase.ALARM || phase == Phase.WARNING ? Phase.RECOVERING : Phase.OK;
  }

  private List<Alert> label(LogEntry.Labelled entry) {
    PredictionRecord record = entry.prediction();
    double error = errors.error(record.value(), entry.label());
    state.labels++;
    state.tally = state.tally.plus(error, loss(record, entry.label()), distance(record, entry));
    state.profiles[0].countLabel(entry.label());
    state.recentErrors.add(error);
    if (state.recentErrors.size() > MonitorState.RECENT_ERRORS) {
      state.errorSumBefore += state.recentErrors.remove();
      state.errorsBefore++;
    }
    boolean changed =
        detector.update(error) == Signal.DRIFT && state.labels > Monitor.WARM_UP_LABELS;
    boolean above = level.update(error);
    boolean off = calibration.update(scores.residual(labels, entry.label(), record.scores()));
    if (!changed && !above && !off) {
      return List.of();
    }
    state.performance = Phase.ALARM;
    List<Alert> alerts =
        raise(
            entry,
            Alert.Kind.PERFORMANCE,
            Alert.Severity.ALARM,
            suspects(),
            model + " v" + version + finding(changed, above));
    if (above) {
      level.restart(); // told or not: what is told after a cooldown must rest on later errors
    }
    if (off || !alerts.isEmpty()) {
      calibration.restart();
    }
    if (!alerts.isEmpty()) {
      level.restart();
      state.errorsBefore = 0;
      state.errorSumBefore = 0;
    }
    return alerts;
  }

  private String finding(boolean changed, boolean above) {
    if (changed) {
      return " errs more than it did: " + rates();
    }
    return above
        ? " errs more than on the rows held out: " + rates()
        : " promises what does not come: " + calibration.evidence();
  }

  private double loss(PredictionRecord record, String label) {
    double[] given = record.scores();
    if (!errors.classification()) {
      double distance = number(record.value()) - number(label);
      return distance * distance;
    }
    double sum = 0;
    for (int i = 0; i < Math.min(given.length, labels.size()); i++) {
      double miss = given[i] - (labels.get(i).equals(label) ? 1 : 0);
      sum += miss * miss;
    }
    return sum / 2;
  }

  private double distance(PredictionRecord record, LogEntry.Labelled entry) {
    return errors.classification() ? 0 : Math.abs(number(record.value()) - number(entry.label()));
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private String rates() {
    double now = state.recentErrors.stream().mapToDouble(Double::doubleValue).sum();
    StringBuilder text = new StringBuilder(errors.classification() ? "error rate " : "mean error ");
    text.append(rate(now / state.recentErrors.size()))
        .append(" over its last ")
        .append(state.recentErrors.size())
        .append(" labels");
    if (state.errorsBefore > 0) {
      text.append(", ")
          .append(rate(state.errorSumBefore / state.errorsBefore))
          .append(" over the ")
          .append(state.errorsBefore)
          .append(" before");
    }
    if (errors.rows() > 0) {
      text.append(", ").append(rate(errors.mean())).append(" on the rows held out");
    }
    return text.toString();
  }

  private String rate(double error) {
    return errors.classification()
        ? String.format(Locale.ROOT, "%.3f", error)
        : String.format(Locale.ROOT, "%.4g", error * errors.scale());
  }

  /** The columns that drifted, as a hint to why the model errs. */
  private List<String> suspects() {
    WindowProfile open = state.profiles[0];
    if (open.rows() >= Math.max(LEAST_ROWS, monitor.rows() / 2)) {
      return names(relevant(comparison.judge(reference, open)));
    }
    WindowSummary latest = state.history.peekLast();
    return latest == null ? List.of() : latest.drifted();
  }

  private List<Alert> raise(
      LogEntry entry,
      Alert.Kind kind,
      Alert.Severity severity,
      List<String> columns,
      String message) {
    state.told.removeIf(told -> state.index - told.window() > monitor.cooldown());
    if (repeats(kind, severity, columns)) {
      return List.of();
    }
    state.told.add(new Told(kind, severity, columns, state.index));
    return List.of(
        new Alert(
            model,
            version,
            kind,
            severity,
            entry.at(),
            WindowSummary.name(state.index),
            columns,
            message));
  }

  private boolean repeats(Alert.Kind kind, Alert.Severity severity, List<String> columns) {
    boolean asSevere = false;
    boolean leaderNamed = columns.isEmpty() || kind != Alert.Kind.DRIFT;
    for (Told told : state.told) {
      if (told.kind() == kind) {
        asSevere |= told.severity().compareTo(severity) >= 0;
        leaderNamed = leaderNamed || told.columns().contains(columns.get(0));
      }
    }
    return asSevere && leaderNamed;
  }

  private List<ColumnDrift> relevant(DriftReport report) {
    return report.drifted().stream().filter(column -> !monitor.ignores(column.name())).toList();
  }

  private static Verdict withoutDrift(DriftReport report) {
    return report.verdict() == Verdict.UNDECIDED ? Verdict.UNDECIDED : Verdict.NO_DRIFT;
  }

  private static List<String> names(List<ColumnDrift> columns) {
    return columns.stream().limit(Monitor.TOP_COLUMNS).map(ColumnDrift::name).toList();
  }

  private Map<String, Double> indices(DriftReport report) {
    Map<String, Double> indices = new LinkedHashMap<>();
    for (String column : MonitorState.columns(reference)) {
      double psi = report.column(column).map(c -> c.psi().statistic()).orElse(Double.NaN);
      if (Double.isFinite(psi)) {
        indices.put(column, Math.rint(psi * 10_000) / 10_000);
      }
    }
    return indices;
  }

  @Override
  public String state() {
    state.detector = detector.snapshot();
    state.wealth = level.state();
    state.calibration = calibration.state();
    return state.write(reference);
  }

  @Override
  public ModelHealth health() {
    return MonitorHistory.health(
        state.predictions,
        state.labels,
        state.drift,
        state.performance,
        List.copyOf(state.history));
  }
}
