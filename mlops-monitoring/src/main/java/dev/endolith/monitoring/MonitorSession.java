package dev.endolith.monitoring;

import dev.endolith.event.Alert;
import dev.endolith.event.ModelHealth;
import dev.endolith.monitoring.alert.AlertPolicy;
import dev.endolith.monitoring.alert.AlertSignal;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ErrorProfile;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.Scores;
import dev.endolith.monitoring.profile.WindowProfile;
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

/** Watches one version. What it answers depends on the entries alone. */
final class MonitorSession implements WatchSession {
  /** With fewer rows the open window is not asked which columns drifted. */
  private static final int LEAST_ROWS = 100;

  private final MonitorSettings monitor;
  private final WindowExplainer<?, ?> explainer;
  private final JudgedBy judgedBy;
  private final Scores scores;
  private final ReferenceProfile reference;
  private final ErrorProfile errors;
  private final MonitorState state;
  private final AlertPolicy policy;
  private final AlertDesk desk;
  private final ErrorWatch watched;
  private final SegmentAlerts segments;
  private final PairAlerts pairs;
  private final QualityAlerts quality;
  private final List<String> shown;

  MonitorSession(
      MonitorSettings monitor,
      WindowExplainer<?, ?> explainer,
      @Nullable SegmentWatch segments,
      WindowQuality rules,
      Scores scores,
      List<String> labels,
      String model,
      long version,
      ReferenceProfile reference,
      ErrorProfile errors,
      MonitorState state) {
    this.monitor = monitor;
    this.explainer = explainer;
    this.judgedBy = monitor.judgedBy();
    this.scores = scores;
    this.reference = reference;
    this.errors = errors;
    this.state = state;
    this.policy = monitor.alerts();
    this.desk = new AlertDesk(monitor, model, version, reference, state);
    this.watched = new ErrorWatch(monitor, scores, labels, errors, state, desk);
    this.segments = new SegmentAlerts(segments, policy, state, desk);
    this.pairs = new PairAlerts(policy, state, desk);
    this.quality = new QualityAlerts(rules, policy, state, desk);
    this.shown = MonitorState.columns(reference);
  }

  @Override
  public List<Alert> observe(LogEntry entry) {
    if (entry instanceof LogEntry.Corrected) {
      return List.of(); // the prediction and its error were counted when they came
    }
    return entry instanceof LogEntry.Labelled labelled
        ? watched.label(labelled, this::suspects)
        : prediction(entry);
  }

  private List<Alert> prediction(LogEntry entry) {
    PredictionRecord record = entry.prediction();
    state.predictions++;
    state.recentRows.add(() -> RecentRows.copy(record.features(), shown));
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
  }

  /** Compares a window that is over with the reference, or with earlier ones. */
  private List<Alert> complete(LogEntry entry, Piece<OpenWindow> piece) {
    OpenWindow over = piece.content();
    WindowProfile window = over.profile.merge(state.labelled);
    WindowProfile before = monitor.rolling() ? state.past.before(piece).orElse(null) : null;
    JudgedBy judged = judgedBy.of(piece.complete(), before != null || !monitor.rolling());
    DriftReport figures = judged.figures(reference, before, window);
    DriftReport report = judged.decided(reference, before, window);
    List<ColumnDrift> drifted = report.drifted();
    WindowFindings findings = WindowFindings.none(state.index);
    if (!drifted.isEmpty()) {
      findings = explainer.explain(state.index, drifted, before, window, over.sample);
      state.findings = findings;
    } else if (!monitor.rolling()) {
      findings = explainer.pairs(state.index, window, over.sample);
      if (!findings.correlations().isEmpty()) {
        state.findings = findings;
      }
    }
    WindowSummary summary =
        new WindowSummary(
            state.index,
            over.first,
            over.last,
            over.from,
            over.to,
            window.rows(),
            report.verdict(),
            names(FindingText.ranked(drifted, findings), Monitor.MOST_COLUMNS),
            indices(figures),
            state.tally.labels(),
            state.tally.metrics(errors.classification()));
    state.history.add(summary);
    if (state.history.size() > Monitor.MOST_WINDOWS) {
      state.history.remove();
    }
    segments.judge(piece);
    pairs.judge(piece, findings);
    List<Alert> alerts = new ArrayList<>(judgeDrift(entry, report, findings, before != null));
    if (alerts.isEmpty()) {
      alerts.addAll(segments.tell(entry));
    }
    if (alerts.isEmpty()) {
      alerts.addAll(pairs.tell(entry, findings));
    }
    alerts.addAll(quality.judge(entry, piece));
    watched.recover();
    state.alerts.forget(policy, state.index);
    state.past.add(piece, window);
    state.complete = window;
    state.before = before;
    state.judged = judged;
    state.labelled = WindowProfile.empty(reference);
    state.emptyWindows += piece.emptyBefore();
    state.tally = LabelTally.NONE;
    state.index++;
    return alerts;
  }

  private List<Alert> judgeDrift(
      LogEntry entry, DriftReport report, WindowFindings findings, boolean rolling) {
    // each column for itself: one that is undecided for ever must not keep others from recovering
    List<ColumnDrift> drifted = report.drifted();
    boolean answersDrifted = drifted.stream().anyMatch(column -> column.role() != Role.FEATURE);
    for (ColumnDrift column : report.columns()) {
      if (column.role() != Role.LABEL) {
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
            "%d of %d columns of %s are distributed differently from %s%s: %s",
            drifted.size(),
            report.columns().stream().filter(c -> c.role() != Role.LABEL).count(),
            desk.subject(),
            MonitorHistory.comparedWith(rolling),
            answersDrifted ? ", its scores among them" : "",
            ranked.stream()
                .limit(Monitor.TOP_COLUMNS)
                .map(
                    c -> String.format(Locale.ROOT, "%s (PSI %.2f)", c.name(), c.psi().statistic()))
                .collect(Collectors.joining(", ")));
    List<String> causes = new ArrayList<>(FindingText.causes(ranked, findings));
    List<String> keys = new ArrayList<>(names(raised, Monitor.TOP_COLUMNS));
    for (SegmentDrift part : segments.named()) { // the same alert tells of them, too
      causes.add(SegmentWatch.sentence(part));
      keys.add(SegmentWatch.key(part));
    }
    List<String> columns = names(ranked, Monitor.TOP_COLUMNS);
    return List.of(desk.told(entry, Alert.Kind.DRIFT, keys, columns, message, causes));
  }

  private static AlertSignal signal(
      ColumnDrift column, List<ColumnDrift> drifted, boolean answersDrifted) {
    if (drifted.contains(column)) {
      return answersDrifted ? AlertSignal.ALARM : AlertSignal.WARNING;
    }
    return column.verdict() == Verdict.UNDECIDED ? AlertSignal.UNDECIDED : AlertSignal.CALM;
  }

  /** The columns that drifted, as a hint to why the model errs. */
  private List<String> suspects() {
    WindowProfile open = state.windows.latest().map(window -> window.profile).orElse(null);
    if (open != null && open.rows() >= Math.max(LEAST_ROWS, monitor.rows() / 2)) {
      List<ColumnDrift> drifted = judgedBy.decided(reference, null, open).drifted();
      return names(drifted, Monitor.TOP_COLUMNS);
    }
    WindowSummary latest = state.history.peekLast();
    return latest == null
        ? List.of()
        : latest.drifted().stream().limit(Monitor.TOP_COLUMNS).toList();
  }

  private static List<String> names(List<ColumnDrift> columns, int most) {
    return columns.stream().limit(most).map(ColumnDrift::name).toList();
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
    watched.save();
    return state.write(reference, explainer.schema());
  }

  @Override
  public ModelHealth health() {
    return MonitorHistory.health(
        state.before != null,
        state.predictions,
        state.labels,
        state.windows.late(),
        state.emptyWindows,
        state.alerts.saved(),
        List.copyOf(state.history));
  }
}
