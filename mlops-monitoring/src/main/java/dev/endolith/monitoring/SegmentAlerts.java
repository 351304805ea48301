package dev.endolith.monitoring;

import dev.endolith.data.Row;
import dev.endolith.event.Alert;
import dev.endolith.monitoring.alert.AlertPolicy;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.profile.Segments;
import dev.endolith.monitoring.window.Piece;
import dev.endolith.serving.LogEntry;
import java.util.List;
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

  /** Judges the segments of a window that is over; answers those that drifted and are raised. */
  List<SegmentDrift> judge(Piece<OpenWindow> piece) {
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
    return raised();
  }

  /** Those of the segments that drifted about which is to be told, most rows first. */
  List<SegmentDrift> raised() {
    return state.segments.stream()
        .filter(part -> part.verdict() == Verdict.DRIFT)
        .filter(
            part ->
                state.alerts.state(Alert.Kind.DRIFT, SegmentWatch.key(part)).severity().isPresent())
        .limit(Monitor.TOP_COLUMNS)
        .toList();
  }

  /** An alert of segments alone, where the whole window has none. */
  List<Alert> tell(LogEntry entry, List<SegmentDrift> raised) {
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
            + desk.subject()
            + " are distributed differently from their own references: "
            + String.join("; ", sentences);
    return List.of(desk.told(entry, Alert.Kind.DRIFT, keys, columns, message, sentences));
  }
}
