package dev.endolith.monitoring;

import dev.endolith.data.Row;
import dev.endolith.error.DataException;
import dev.endolith.monitoring.alert.AlertSignal;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.Segments;
import dev.endolith.monitoring.profile.WindowProfile;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts and judges the segments of a window. Immutable. */
final class SegmentWatch {
  private final Segments<Row> segments;
  private final Map<String, ReferenceProfile> references;
  private final JudgedBy judgedBy;

  /**
   * Watches segments.
   *
   * @param segments how rows are divided
   * @param references those of the segments that are judged
   * @param monitor how
   */
  SegmentWatch(
      Segments<Row> segments, Map<String, ReferenceProfile> references, MonitorSettings monitor) {
    this.references = references;
    this.segments = segments.withReferences(references);
    this.judgedBy = monitor.judgedBy();
  }

  Segments.Counts<Row> fresh() {
    return segments.counts();
  }

  /** Counts that were saved; fresh ones if they were of other segments. */
  Segments.Counts<Row> read(@Nullable String saved) {
    if (saved == null) {
      return fresh();
    }
    try {
      return Segments.Counts.read(segments, Base64.getDecoder().decode(saved));
    } catch (DataException e) {
      return fresh(); // the monitor divides otherwise now
    }
  }

  static String write(Segments.Counts<Row> counts) {
    return Base64.getEncoder().encodeToString(counts.toBytes());
  }

  /** The segments of a window that have rows, those with most rows first. */
  List<SegmentDrift> judge(Segments.Counts<Row> counts, boolean complete) {
    List<SegmentDrift> judged = new ArrayList<>();
    for (String name : counts.occupied()) {
      WindowProfile window = counts.profile(name);
      ReferenceProfile reference = references.get(name);
      if (reference == null || !complete) {
        judged.add(new SegmentDrift(name, window.rows(), Verdict.UNDECIDED, List.of()));
        continue;
      }
      DriftReport report = judgedBy.segment(reference, window, references.size());
      List<String> drifted =
          report.drifted().stream().map(ColumnDrift::name).limit(Monitor.TOP_COLUMNS).toList();
      judged.add(new SegmentDrift(name, window.rows(), report.verdict(), drifted));
    }
    return judged;
  }

  /** The counts of the segments that are judged, for reports. */
  Map<String, String> counts(Segments.Counts<Row> counts) {
    Map<String, String> saved = new LinkedHashMap<>();
    for (String name : counts.occupied()) {
      if (references.containsKey(name)) {
        saved.put(name, Base64.getEncoder().encodeToString(counts.profile(name).toBytes()));
      }
    }
    return saved;
  }

  /** The key of its alerts; no field has such a name. */
  static String key(SegmentDrift segment) {
    return "(segment) " + segment.name();
  }

  static AlertSignal signal(SegmentDrift segment) {
    return switch (segment.verdict()) {
      case DRIFT -> AlertSignal.WARNING;
      case NO_DRIFT -> AlertSignal.CALM;
      case UNDECIDED -> AlertSignal.UNDECIDED;
    };
  }

  static String sentence(SegmentDrift segment) {
    return "segment "
        + segment.name()
        + " ("
        + segment.rows()
        + " rows): "
        + String.join(", ", segment.drifted());
  }
}
