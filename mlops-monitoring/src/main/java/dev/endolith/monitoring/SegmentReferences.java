package dev.endolith.monitoring;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Row;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.Segments;
import dev.endolith.privacy.PrivacyPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The references of segments, each made of its own rows of training: compared with the whole, a
 * segment would always seem to have drifted. They stand beside the profile in the same text, where
 * a reader of profiles does not see them.
 */
final class SegmentReferences {
  /** A segment of fewer rows in training has no reference. */
  static final int LEAST_ROWS = 200;

  private SegmentReferences() {}

  private record Beside(@Nullable Map<String, String> segments) {}

  /** The profile with the references of its segments, as text. */
  static <X, Y> byte[] write(
      ReferenceProfile whole,
      Segments<Row> segments,
      Dataset<X, Y> training,
      PrivacyPolicy privacy) {
    Map<String, List<Example<X, Y>>> parts = new TreeMap<>();
    Features<X> features = training.task().features();
    for (Example<X, Y> example : training) {
      String name = segments.of(privacy.apply(Row.copyOf(features, example.x())));
      parts.computeIfAbsent(name, unused -> new ArrayList<>()).add(example);
    }
    Map<String, String> references = new TreeMap<>();
    parts.forEach(
        (name, rows) -> {
          if (rows.size() >= LEAST_ROWS) {
            DataOrigin origin = training.origin();
            references.put(
                name, ReferenceProfile.of(Dataset.of(training.task(), origin, rows)).toJson());
          }
        });
    Map<Object, Object> both =
        new TreeMap<>((Map<?, ?>) CanonicalJson.readGeneric(whole.toJson(), Map.class));
    both.put("segments", references);
    return CanonicalJson.write(both).getBytes(StandardCharsets.UTF_8);
  }

  /** The references by segment; none in a reference that was made without segments. */
  static Map<String, ReferenceProfile> read(byte[] reference) {
    Beside saved = CanonicalJson.read(new String(reference, StandardCharsets.UTF_8), Beside.class);
    Map<String, ReferenceProfile> references = new TreeMap<>();
    if (saved.segments() != null) {
      saved.segments().forEach((k, json) -> references.put(k, ReferenceProfile.fromJson(json)));
    }
    return references;
  }
}
