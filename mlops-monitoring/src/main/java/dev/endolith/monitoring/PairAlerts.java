package dev.endolith.monitoring;

import dev.endolith.event.Alert;
import dev.endolith.monitoring.alert.AlertPolicy;
import dev.endolith.monitoring.alert.AlertSignal;
import dev.endolith.monitoring.alert.AlertState;
import dev.endolith.monitoring.impact.CorrelationChange;
import dev.endolith.monitoring.window.Piece;
import dev.endolith.serving.LogEntry;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells of pairs of columns that go together otherwise while each is distributed as before, which
 * no test of single columns sees.
 */
final class PairAlerts {
  /** The key of their alerts; no field has such a name. */
  private static final String KEY = "(pairs)";

  private final AlertPolicy policy;
  private final MonitorState state;
  private final AlertDesk desk;

  PairAlerts(AlertPolicy policy, MonitorState state, AlertDesk desk) {
    this.policy = policy;
    this.state = state;
    this.desk = desk;
  }

  /** Judges the pairs of a window that is over. */
  void judge(Piece<OpenWindow> piece, WindowFindings findings) {
    state.alerts.next(policy, Alert.Kind.DRIFT, KEY, signal(piece, findings));
  }

  private static AlertSignal signal(Piece<OpenWindow> piece, WindowFindings findings) {
    if (!piece.complete() || findings.rows() < RowSample.LEAST) {
      return AlertSignal.UNDECIDED;
    }
    return findings.correlations().isEmpty() ? AlertSignal.CALM : AlertSignal.WARNING;
  }

  /** An alert of pairs alone, where no column and no segment has one. */
  List<Alert> tell(LogEntry entry, WindowFindings findings) {
    AlertState alert = state.alerts.state(Alert.Kind.DRIFT, KEY);
    List<CorrelationChange> changes = findings.correlations();
    if (changes.isEmpty() || alert.severity().isEmpty() || !policy.due(alert, state.index)) {
      return List.of();
    }
    List<CorrelationChange> first = changes.stream().limit(Monitor.TOP_COLUMNS).toList();
    List<String> sentences = first.stream().map(FindingText::sentence).toList();
    List<String> columns =
        first.stream()
            .flatMap(change -> Stream.of(change.first(), change.second()))
            .distinct()
            .limit(Monitor.TOP_COLUMNS)
            .toList();
    String message =
        "columns of "
            + desk.subject()
            + " go together otherwise than in its reference, each distributed as before: "
            + String.join("; ", sentences)
            + AlertDesk.more(changes.size());
    return List.of(desk.told(entry, Alert.Kind.DRIFT, List.of(KEY), columns, message, sentences));
  }
}
