package dev.endolith.monitoring;

import dev.endolith.event.Alert;
import dev.endolith.monitoring.alert.AlertPolicy;
import dev.endolith.monitoring.alert.AlertSignal;
import dev.endolith.monitoring.alert.AlertState;
import dev.endolith.monitoring.profile.ErrorProfile;
import dev.endolith.monitoring.profile.Scores;
import dev.endolith.monitoring.stream.ChangeDetector;
import dev.endolith.monitoring.stream.Signal;
import dev.endolith.serving.LogEntry;
import dev.endolith.serving.PredictionRecord;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a version errs more than it did, or should, or promises what does not come. */
final class ErrorWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorWatch.class);

  /** With fewer labels a window says nothing about whether a model errs less again. */
  private static final int LEAST_LABELS = 30;

  private final Scores scores;
  private final List<String> labels;
  private final ErrorProfile errors;
  private final MonitorState state;
  private final AlertDesk desk;
  private final ChangeDetector detector;
  private final LevelTest level;
  private final CalibrationTest calibration;
  private final double bound;
  private final AlertPolicy atOnce;

  ErrorWatch(
      MonitorSettings monitor,
      Scores scores,
      List<String> labels,
      ErrorProfile errors,
      MonitorState state,
      AlertDesk desk) {
    this.scores = scores;
    this.labels = labels;
    this.errors = errors;
    this.state = state;
    this.desk = desk;
    this.bound = LevelTest.bound(errors, monitor.tolerance());
    this.level = new LevelTest(bound, state.wealth);
    this.calibration =
        new CalibrationTest(errors, monitor.calibrationTolerance(), state.calibration);
    this.detector = monitor.freshDetector();
    AlertPolicy policy = monitor.alerts();
    this.atOnce = new AlertPolicy(1, 1, policy.calm(), policy.cooldown());
    if (state.detector.length > 0) {
      try {
        detector.restore(state.detector);
      } catch (IllegalArgumentException e) {
        LOG.warn("The change detector of {} has other settings now, starts anew", desk.subject());
      }
    }
  }

  /** Puts what the detectors know into the state. */
  void save() {
    state.detector = detector.snapshot();
    state.wealth = level.state();
    state.calibration = calibration.state();
  }

  /** Asks of a window that is over whether the model errs as little as it should again. */
  void recover() {
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

  /** Sees a label; what drifted is asked only if there is something to tell. */
  List<Alert> label(LogEntry.Labelled entry, Supplier<List<String>> drifted) {
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
      List<String> suspects = drifted.get();
      alerts =
          List.of(
              desk.told(
                  entry,
                  Alert.Kind.PERFORMANCE,
                  List.of(AlertBook.WHOLE),
                  suspects,
                  desk.subject() + finding(changed, above),
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
}
