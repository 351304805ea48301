package dev.endolith.monitoring;

import dev.endolith.data.Row;
import dev.endolith.event.Alert;
import dev.endolith.event.AlertDetails;
import dev.endolith.event.ModelHealth;
import dev.endolith.monitoring.alert.AlertPolicy;
import dev.endolith.monitoring.alert.AlertSignal;
import dev.endolith.monitoring.alert.AlertState;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ErrorProfile;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.Scores;
import dev.endolith.monitoring.profile.Segments;
import dev.endolith.monitoring.profile.WindowProfile;
import dev.endolith.monitoring.quality.Expectation;
import dev.endolith.monitoring.quality.Severity;
import dev.endolith.monitoring.stream.ChangeDetector;
import dev.endolith.monitoring.stream.Signal;
import dev.endolith.monitoring.window.Piece;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.watch.WatchSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
  private final WindowExplainer<?, ?> explainer;
  private final @Nullable SegmentWatch segments;
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
  private final AlertPolicy policy;
  private final AlertPolicy atOnce;
  private final WindowQuality quality;
  private final List<String> shown;

  MonitorSession(
      Monitor monitor,
      WindowExplainer<?, ?> explainer,
      @Nullable SegmentWatch segments,
      Scores scores,
      List<String> labels,
      String model,
      long version,
      ReferenceProfile reference,
      ErrorProfile errors,
      MonitorState state) {
    this.monitor = monitor;
    this.explainer = explainer;
    this.segments = segments;
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
    this.policy = monitor.alerts();
    this.atOnce = new AlertPolicy(1, 1, policy.calm(), policy.cooldown());
    this.quality = new WindowQuality(monitor.quality(), monitor::ignores);
    this.shown = MonitorState.columns(reference);
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
    if (entry instanceof LogEntry.Corrected) {
      return List.of(); // the prediction and its error were counted when they came
    }
    return entry instanceof LogEntry.Labelled labelled ? label(labelled) : prediction(entry);
  }

  private List<Alert> prediction(LogEntry entry) {
    PredictionRecord record = entry.prediction();
    state.predictions++;
    state.recentRows.add(RecentRows.copy(record.features(), shown));
    if (state.recentRows.size() > RecentRows.MOST) {
      state.recentRows.remove();
    }
    List<Alert> alerts = new ArrayList<>();
    for (Piece<OpenWindow> over : state.windows.add(entry.at(), window -> count(window, entry))) {
      alerts.addAll(complete(entry, over));
    }
    return alerts;
  }

  private void count(OpenWindow window, LogEntry entry) {
    PredictionRecord record = entry.prediction();
    window.add(entry);
    window.profile.countAnswer(scores.score(record.value(), record.scores()), record.value());
    quality.count(record.features(), window.brokenRules);
  }

  /** Compares a window that is over with the reference, or with earlier ones. */
  private List<Alert> complete(LogEntry entry, Piece<OpenWindow> piece) {
    OpenWindow over = piece.content();
    WindowProfile window = over.profile.merge(state.labelled);
    WindowProfile before = monitor.rolling() ? state.past.before(piece).orElse(null) : null;
    DriftReport report =
        before == null ? comparison.judge(reference, window) : comparison.between(before, window);
    boolean enough = piece.complete() && (before != null || !monitor.rolling());
    List<ColumnDrift> drifted = enough ? relevant(report) : List.of();
    Verdict verdict =
        enough ? drifted.isEmpty() ? withoutDrift(report) : Verdict.DRIFT : Verdict.UNDECIDED;
    WindowFindings findings = WindowFindings.none(state.index);
    if (!drifted.isEmpty()) {
      findings = explainer.explain(state.index, drifted, before, window, over.sample);
      state.findings = findings;
    }
    WindowSummary summary =
        new WindowSummary(
            state.index,
            over.first,
            over.last,
            over.from,
            over.to,
            window.rows(),
            verdict,
            names(FindingText.ranked(drifted, findings)),
            indices(report),
            state.tally.labels(),
            state.tally.metrics(errors.classification()));
    state.history.add(summary);
    if (state.history.size() > Monitor.MOST_WINDOWS) {
      state.history.remove();
    }
    List<SegmentDrift> parts = judgeSegments(piece);
    List<Alert> alerts = new ArrayList<>(judgeDrift(entry, report, drifted, verdict, findings));
    if (alerts.isEmpty()) {
      alerts.addAll(tellSegments(entry, parts));
    }
    alerts.addAll(judgeQuality(entry, over));
    judgeRecovery();
    state.alerts.forget(policy, state.index);
    state.past.add(piece, window);
    state.complete = window;
    state.before = before;
    state.labelled = WindowProfile.empty(reference);
    state.emptyWindows += piece.emptyBefore();
    state.tally = LabelTally.NONE;
    state.index++;
    return alerts;
  }

  private List<Alert> judgeDrift(
      LogEntry entry,
      DriftReport report,
      List<ColumnDrift> drifted,
      Verdict verdict,
      WindowFindings findings) {
    if (verdict == Verdict.UNDECIDED) {
      return List.of();
    }
    boolean answersDrifted = drifted.stream().anyMatch(column -> column.role() != Role.FEATURE);
    for (ColumnDrift column : report.columns()) {
      if (column.role() != Role.LABEL && !monitor.ignores(column.name())) {
        state.alerts.next(
            policy, Alert.Kind.DRIFT, column.name(), signal(column, drifted, answersDrifted));
      }
    }
    List<ColumnDrift> raised =
        drifted.stream()
            .filter(c -> state.alerts.state(Alert.Kind.DRIFT, c.name()).severity().isPresent())
            .toList();
    // what leads decides: twenty columns that follow it one by one are no twenty alerts
    if (raised.isEmpty()
        || !policy.due(state.alerts.state(Alert.Kind.DRIFT, raised.get(0).name()), state.index)) {
      return List.of();
    }
    List<ColumnDrift> ranked = FindingText.ranked(raised, findings);
    String message =
        String.format(
            Locale.ROOT,
            "%d of %d columns of %s v%d are distributed differently from its reference%s: %s",
            drifted.size(),
            report.columns().stream().filter(c -> c.role() != Role.LABEL).count(),
            model,
            version,
            answersDrifted ? ", its scores among them" : "",
            ranked.stream()
                .limit(Monitor.TOP_COLUMNS)
                .map(
                    c -> String.format(Locale.ROOT, "%s (PSI %.2f)", c.name(), c.psi().statistic()))
                .collect(Collectors.joining(", ")));
    List<String> causes = new ArrayList<>(FindingText.causes(ranked, findings));
    List<String> keys = new ArrayList<>(names(raised));
    for (SegmentDrift part : raised(state.segments)) { // the same alert tells of them, too
      causes.add(SegmentWatch.sentence(part));
      keys.add(SegmentWatch.key(part));
    }
    return List.of(told(entry, Alert.Kind.DRIFT, keys, names(ranked), message, causes));
  }

  private List<SegmentDrift> judgeSegments(Piece<OpenWindow> piece) {
    Segments.Counts<Row> counts = piece.content().segments;
    if (segments == null || counts == null) {
      return List.of();
    }
    state.segments = segments.judge(counts, piece.complete());
    state.segmentCounts = segments.counts(counts);
    for (SegmentDrift part : state.segments) {
      state.alerts.next(
          policy, Alert.Kind.DRIFT, SegmentWatch.key(part), SegmentWatch.signal(part));
    }
    return raised(state.segments);
  }

  /** Those of the segments that drifted about which is to be told, most rows first. */
  private List<SegmentDrift> raised(List<SegmentDrift> parts) {
    return parts.stream()
        .filter(part -> part.verdict() == Verdict.DRIFT)
        .filter(
            part ->
                state.alerts.state(Alert.Kind.DRIFT, SegmentWatch.key(part)).severity().isPresent())
        .limit(Monitor.TOP_COLUMNS)
        .toList();
  }

  private List<Alert> tellSegments(LogEntry entry, List<SegmentDrift> raised) {
    List<String> keys = raised.stream().map(SegmentWatch::key).toList();
    if (keys.stream()
        .noneMatch(key -> policy.due(state.alerts.state(Alert.Kind.DRIFT, key), state.index))) {
      return List.of();
    }
    List<String> sentences = raised.stream().map(SegmentWatch::sentence).toList();
    List<String> columns =
        raised.stream()
            .flatMap(part -> part.drifted().stream())
            .distinct()
            .limit(Monitor.TOP_COLUMNS)
            .toList();
    String message =
        "parts of the rows of "
            + model
            + " v"
            + version
            + " are distributed differently from their own references: "
            + String.join("; ", sentences);
    return List.of(told(entry, Alert.Kind.DRIFT, keys, columns, message, sentences));
  }

  private static AlertSignal signal(
      ColumnDrift column, List<ColumnDrift> drifted, boolean answersDrifted) {
    if (drifted.contains(column)) {
      return answersDrifted ? AlertSignal.ALARM : AlertSignal.WARNING;
    }
    return column.verdict() == Verdict.UNDECIDED ? AlertSignal.UNDECIDED : AlertSignal.CALM;
  }

  private List<Alert> judgeQuality(LogEntry entry, OpenWindow over) {
    List<WindowQuality.Broken> broken = quality.broken(over.brokenRules, over.profile.rows());
    for (Expectation expectation : monitor.quality().all()) {
      AlertSignal signal = AlertSignal.CALM;
      for (WindowQuality.Broken found : broken) {
        if (found.expectation().equals(expectation)) {
          boolean warns = expectation.severity() == Severity.WARN;
          signal = warns ? AlertSignal.WARNING : AlertSignal.ALARM;
        }
      }
      state.alerts.next(policy, Alert.Kind.DATA_QUALITY, expectation.check().text(), signal);
    }
    List<WindowQuality.Broken> raised =
        broken.stream()
            .filter(b -> quality(b).severity().isPresent())
            .limit(Monitor.TOP_COLUMNS)
            .toList();
    if (raised.stream().noneMatch(b -> policy.due(quality(b), state.index))) {
      return List.of();
    }
    List<String> texts = raised.stream().map(WindowQuality.Broken::text).toList();
    return List.of(
        told(
            entry,
            Alert.Kind.DATA_QUALITY,
            raised.stream().map(b -> b.expectation().check().text()).toList(),
            raised.stream()
                .flatMap(b -> b.expectation().check().columns().stream())
                .distinct()
                .limit(Monitor.TOP_COLUMNS)
                .toList(),
            "rows of "
                + model
                + " v"
                + version
                + " break expectations: "
                + String.join("; ", texts),
            texts));
  }

  private AlertState quality(WindowQuality.Broken broken) {
    return state.alerts.state(Alert.Kind.DATA_QUALITY, broken.expectation().check().text());
  }

  private void judgeRecovery() {
    AlertState before = state.alerts.state(Alert.Kind.PERFORMANCE, AlertBook.WHOLE);
    if (state.tally.labels() >= LEAST_LABELS && before.phase() != AlertState.Phase.OK) {
      boolean well = state.tally.meanError() <= bound;
      state.alerts.next(
          atOnce,
          Alert.Kind.PERFORMANCE,
          AlertBook.WHOLE,
          well ? AlertSignal.CALM : AlertSignal.ALARM);
    }
  }

  private List<Alert> label(LogEntry.Labelled entry) {
    PredictionRecord record = entry.prediction();
    double error = errors.error(record.value(), entry.label());
    state.labels++;
    state.tally = state.tally.plus(error, loss(record, entry.label()), distance(record, entry));
    state.labelled.countLabel(entry.label());
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
    AlertState raised =
        state.alerts.next(atOnce, Alert.Kind.PERFORMANCE, AlertBook.WHOLE, AlertSignal.ALARM);
    List<Alert> alerts = List.of();
    if (atOnce.due(raised, state.index)) {
      List<String> suspects = suspects();
      alerts =
          List.of(
              told(
                  entry,
                  Alert.Kind.PERFORMANCE,
                  List.of(AlertBook.WHOLE),
                  suspects,
                  model + " v" + version + finding(changed, above),
                  suspects.stream().map(column -> column + " drifted").toList()));
    }
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
    WindowProfile open = state.windows.latest().map(window -> window.profile).orElse(null);
    if (open != null && open.rows() >= Math.max(LEAST_ROWS, monitor.rows() / 2)) {
      return names(relevant(comparison.judge(reference, open)));
    }
    WindowSummary latest = state.history.peekLast();
    return latest == null ? List.of() : latest.drifted();
  }

  /** Makes an alert of states that are raised, and keeps that it was told. */
  private Alert told(
      LogEntry entry,
      Alert.Kind kind,
      List<String> keys,
      List<String> columns,
      String message,
      List<String> causes) {
    Alert.Severity severity = Alert.Severity.WARNING;
    for (String key : keys) {
      if (state.alerts.state(kind, key).severity().orElse(severity) == Alert.Severity.ALARM) {
        severity = Alert.Severity.ALARM;
      }
      state.alerts.told(kind, key, state.index);
    }
    AlertDetails details =
        new AlertDetails(
            reference.digest().hex(),
            monitor.owner(),
            monitor.runbook(),
            causes,
            RecentRows.examples(state.recentRows, columns, reference));
    return new Alert(
        model,
        version,
        kind,
        severity,
        entry.at(),
        WindowSummary.name(state.index),
        columns,
        message,
        details);
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
    return state.write(reference, explainer.schema());
  }

  @Override
  public ModelHealth health() {
    return MonitorHistory.health(
        state.predictions,
        state.labels,
        state.windows.late(),
        state.emptyWindows,
        state.alerts.saved(),
        List.copyOf(state.history));
  }
}
