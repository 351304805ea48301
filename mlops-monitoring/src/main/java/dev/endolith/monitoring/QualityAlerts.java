package dev.endolith.monitoring;

import dev.endolith.event.Alert;
import dev.endolith.monitoring.alert.AlertPolicy;
import dev.endolith.monitoring.alert.AlertSignal;
import dev.endolith.monitoring.alert.AlertState;
import dev.endolith.monitoring.quality.Severity;
import dev.endolith.monitoring.window.Piece;
import dev.endolith.serving.LogEntry;
import java.util.Comparator;
import java.util.List;

/** What is told of the expectations that windows break. */
final class QualityAlerts {
  private final WindowQuality quality;
  private final AlertPolicy policy;
  private final MonitorState state;
  private final AlertDesk desk;

  QualityAlerts(WindowQuality quality, AlertPolicy policy, MonitorState state, AlertDesk desk) {
    this.quality = quality;
    this.policy = policy;
    this.state = state;
    this.desk = desk;
  }

  List<Alert> judge(LogEntry entry, Piece<OpenWindow> piece) {
    WindowQuality.Judged judged = quality.judge(piece, state.figures);
    state.figures = judged.figures();
    state.rules = judged.kept();
    for (WindowQuality.Finding finding : judged.findings()) {
      state.alerts.next(policy, Alert.Kind.DATA_QUALITY, finding.rule(), signal(finding));
    }
    List<WindowQuality.Finding> all =
        judged.broken().stream().filter(f -> alert(f).severity().isPresent()).toList();
    if (all.stream().noneMatch(this::due)) {
      return List.of();
    }
    // what is due leads, and of that what nobody was told of; what is not named stays due
    List<WindowQuality.Finding> raised =
        all.stream()
            .sorted(
                Comparator.comparing((WindowQuality.Finding f) -> !due(f))
                    .thenComparing(f -> alert(f).toldSeverity() != null))
            .limit(Monitor.TOP_COLUMNS)
            .toList();
    List<String> texts = raised.stream().map(WindowQuality.Finding::text).toList();
    return List.of(
        desk.told(
            entry,
            Alert.Kind.DATA_QUALITY,
            raised.stream().map(WindowQuality.Finding::rule).toList(),
            raised.stream()
                .flatMap(f -> f.expectation().check().columns().stream())
                .distinct()
                .limit(Monitor.TOP_COLUMNS)
                .toList(),
            "rows of "
                + desk.subject()
                + " break expectations: "
                + String.join("; ", texts)
                + AlertDesk.more(all.size()),
            texts));
  }

  private static AlertSignal signal(WindowQuality.Finding finding) {
    return switch (finding.status()) {
      case HELD -> AlertSignal.CALM;
      case UNDECIDED -> AlertSignal.UNDECIDED;
      case BROKEN ->
          finding.expectation().severity() == Severity.WARN
              ? AlertSignal.WARNING
              : AlertSignal.ALARM;
    };
  }

  private boolean due(WindowQuality.Finding finding) {
    return policy.due(alert(finding), state.index);
  }

  private AlertState alert(WindowQuality.Finding finding) {
    return state.alerts.state(Alert.Kind.DATA_QUALITY, finding.rule());
  }
}
