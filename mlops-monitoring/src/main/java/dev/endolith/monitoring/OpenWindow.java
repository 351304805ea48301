package dev.endolith.monitoring;

import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.Segments;
import dev.endolith.monitoring.profile.WindowProfile;
import dev.endolith.serving.LogEntry;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of a window that is not over. Mutable, confined to one thread. */
final class OpenWindow {
  final WindowProfile profile;
  final RowSample sample;
  final Map<String, Long> brokenRules = new TreeMap<>(); // by the rule's text
  final Segments.@Nullable Counts<Row> segments;
  long first;
  long last;
  Instant from = Instant.EPOCH;
  Instant to = Instant.EPOCH;

  OpenWindow(WindowProfile profile, RowSample sample, Segments.@Nullable Counts<Row> segments) {
    this.segments = segments;
    this.profile = profile;
    this.sample = sample;
  }

  static OpenWindow fresh(ReferenceProfile reference, @Nullable SegmentWatch segments) {
    return new OpenWindow(
        WindowProfile.empty(reference),
        new RowSample(),
        segments == null ? null : segments.fresh());
  }

  /** Counts a prediction, all but its answer. */
  void add(LogEntry entry) {
    if (profile.rows() == 0) {
      first = entry.sequence();
      from = entry.at();
      to = entry.at();
    }
    last = entry.sequence();
    from = entry.at().isBefore(from) ? entry.at() : from;
    to = entry.at().isAfter(to) ? entry.at() : to;
    profile.count(entry.prediction().features());
    if (segments != null) {
      segments.count(entry.prediction().features());
    }
    sample.add(entry.sequence(), entry.prediction().features());
  }

  Saved saved(Schema schema) {
    return new Saved(
        first,
        last,
        from,
        to,
        profile.toJson(),
        new TreeMap<>(brokenRules),
        sample.saved(schema),
        segments == null ? null : SegmentWatch.write(segments));
  }

  /** A window as JSON. */
  record Saved(
      long first,
      long last,
      Instant from,
      Instant to,
      String profile,
      @Nullable Map<String, Long> brokenRules,
      RowSample.Saved sample,
      @Nullable String segments) {
    OpenWindow open(ReferenceProfile reference, @Nullable SegmentWatch watched, Schema schema) {
      OpenWindow window =
          new OpenWindow(
              WindowProfile.fromJson(reference, profile),
              RowSample.of(sample, schema),
              watched == null ? null : watched.read(segments));
      window.first = first;
      window.last = last;
      window.from = from;
      window.to = to;
      window.brokenRules.putAll(brokenRules == null ? Map.of() : brokenRules);
      return window;
    }
  }
}
