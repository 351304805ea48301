package dev.endolith.monitoring;

import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.Segments;
import dev.endolith.monitoring.profile.WindowProfile;
import dev.endolith.monitoring.quality.Expectation;
import dev.endolith.monitoring.quality.Inspection;
import dev.endolith.serving.LogEntry;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of a window that is not over. Mutable, confined to one thread. */
final class OpenWindow {
  final WindowProfile profile;
  final RowSample sample;
  final Inspection<Row> quality;
  private final WindowQuality rules;
  final Segments.@Nullable Counts<Row> segments;
  private @Nullable Schema asked;
  private boolean known;
  long first;
  long last;
  Instant from = Instant.EPOCH;
  Instant to = Instant.EPOCH;

  OpenWindow(
      WindowProfile profile,
      RowSample sample,
      WindowQuality rules,
      Inspection<Row> quality,
      Segments.@Nullable Counts<Row> segments) {
    this.rules = rules;
    this.quality = quality;
    this.segments = segments;
    this.profile = profile;
    this.sample = sample;
  }

  static OpenWindow fresh(
      ReferenceProfile reference, WindowQuality rules, @Nullable SegmentWatch segments) {
    WindowProfile profile = WindowProfile.empty(reference);
    return new OpenWindow(
        profile,
        new RowSample(),
        rules,
        rules.fresh(profile),
        segments == null ? null : segments.fresh());
  }

  /** Counts a prediction, all but its answer. */
  @SuppressWarnings("ReferenceEquality") // rows of one log share their schema; comparing it is slow
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
    if (asked == null || asked != entry.prediction().features().schema()) {
      asked = entry.prediction().features().schema();
      known = rules.knows(asked);
    }
    if (known) {
      List<Expectation> unused = quality.add(entry.prediction().features(), entry.at());
    }
  }

  Saved saved(Schema schema) {
    return new Saved(
        first,
        last,
        from,
        to,
        profile.toJson(),
        rules.isEmpty() ? null : Base64.getEncoder().encodeToString(quality.state()),
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
      @Nullable String quality,
      RowSample.Saved sample,
      @Nullable String segments) {
    OpenWindow open(
        ReferenceProfile reference,
        WindowQuality rules,
        @Nullable SegmentWatch watched,
        Schema schema) {
      WindowProfile counted = WindowProfile.fromJson(reference, profile);
      OpenWindow window =
          new OpenWindow(
              counted,
              RowSample.of(sample, schema),
              rules,
              rules.resume(quality == null ? null : Base64.getDecoder().decode(quality), counted),
              watched == null ? null : watched.read(segments));
      window.first = first;
      window.last = last;
      window.from = Objects.requireNonNull(from, "from");
      window.to = Objects.requireNonNull(to, "to");
      return window;
    }
  }
}
