package dev.endolith.monitoring;

import dev.endolith.data.Row;
import dev.endolith.event.Alert;
import dev.endolith.monitoring.alert.AlertPolicy;
import dev.endolith.monitoring.alert.AlertState;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.profile.Segments;
import dev.endolith.monitoring.window.Piece;
import dev.endolith.serving.LogEntry;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is told of the segments of windows. */
final class SegmentAlerts {
  private final @Nullable SegmentWatch segments;
  private final AlertPolicy policy;
  private final MonitorState state;
  private final AlertDesk desk;

  SegmentAlerts(
      @Nullable SegmentWatch segments, AlertPolicy policy, MonitorState state, AlertDesk desk) {
    this.segments = segments;
    this.policy = policy;
    this.state = state;
    this.desk = desk;
  }

  /** Judges the segments of a window that is over. */
  void judge(Piece<OpenWindow> piece) {
    Segments.Counts<Row> counts = piece.content().segments;
    if (segments == null || counts == null) {
      return;
    }
    state.segments = segments.judge(counts, piece.complete());
    state.segmentCounts = segments.counts(counts);
    for (SegmentDrift part : state.segments) {
      state.alerts.next(
          policy, Alert.Kind.DRIFT, SegmentWatch.key(part), SegmentWatch.signal(part));
    }
  }

  /**
   * Those of the segments that drifted which an alert names: first those about which is to be told,
   * and of them those of which nobody was told, then by rows. What is not named stays due.
   */
  List<SegmentDrift> named() {
    return raised()
        .sorted(
            Comparator.comparing((SegmentDrift part) -> !due(part))
                .thenComparing(part -> alert(part).toldSeverity() != null))
        .limit(Monitor.TOP_COLUMNS)
        .toList();
  }

  private Stream<SegmentDrift> raised() {
    return state.segments.stream()
        .filter(part -> part.verdict() == Verdict.DRIFT)
        .filter(part -> alert(part).severity().isPresent());
  }

  private boolean due(SegmentDrift part) {
    return policy.due(alert(part), state.index);
  }

  private AlertState alert(SegmentDrift part) {
    return state.alerts.state(Alert.Kind.DRIFT, SegmentWatch.key(part));
  }

  /** An alert of segments alone, where the whole window has none. */
  List<Alert> tell(LogEntry entry) {
    if (raised().noneMatch(this::due)) {
      return List.of();
    }
    List<SegmentDrift> raised = named();
    List<String> keys = raised.stream().map(SegmentWatch::key).toList();
    List<String> sentences = raised.stream().map(SegmentWatch::sentence).toList();
    List<String> columns =
        raised.stream()
            .flatMap(part -> part.drifted().stream())
            .distinct()
            .limit(Monitor.TOP_COLUMNS)
            .toList();
    String message =
        "parts of the rows of "
            + desk.subject()
            + " are distributed differently from their own references: "
            + String.join("; ", sentences)
            + AlertDesk.more((int) raised().count());
    return List.of(desk.told(entry, Alert.Kind.DRIFT, keys, columns, message, sentences));
  }
}
