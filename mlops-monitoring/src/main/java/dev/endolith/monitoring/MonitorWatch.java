package dev.endolith.monitoring;

import dev.endolith.data.Classification;
import dev.endolith.data.Dataset;
import dev.endolith.data.Features;
import dev.endolith.data.Row;
import dev.endolith.data.Task;
import dev.endolith.error.DataException;
import dev.endolith.model.Predictor;
import dev.endolith.monitoring.profile.ErrorProfile;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.Scores;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.registry.ModelVersion;
import dev.endolith.watch.Watch;
import dev.endolith.watch.WatchSession;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A monitor of one task. */
final class MonitorWatch<X, Y> implements Watch<X, Y> {
  private final MonitorSettings monitor;
  private final Scores scores;
  private final List<String> labels;
  private final Task<X, Y> task;
  private final @Nullable PrivacyPolicy privacy; // null if it is not known what the log keeps

  MonitorWatch(MonitorSettings monitor, Task<X, Y> task, @Nullable PrivacyPolicy privacy) {
    this.monitor = monitor;
    this.task = task;
    this.privacy = privacy;
    this.scores = Scores.of(task);
    this.labels =
        task instanceof Classification<X, Y> classes
            ? classes.labels().stream().map(classes::labelName).toList()
            : List.of();
  }

  @Override
  public byte[] reference(Dataset<X, Y> training, Dataset<X, Y> heldOut, Predictor<X, Y> model) {
    ReferenceProfile whole = ReferenceProfile.of(training, heldOut, model);
    return monitor
        .segments()
        .map(plan -> SegmentReferences.write(whole, plan.of(rows(), whole), training, kept()))
        .orElseGet(() -> whole.toJson().getBytes(StandardCharsets.UTF_8));
  }

  private Features<Row> rows() {
    return Features.rows(task.features().schema());
  }

  private PrivacyPolicy kept() {
    return privacy == null ? PrivacyPolicy.standard() : privacy;
  }

  /** Null without segments, or where the version was trained without. */
  private @Nullable SegmentWatch segments(ReferenceProfile profile, byte[] reference) {
    Map<String, ReferenceProfile> own =
        monitor.segments().isPresent() ? SegmentReferences.read(reference) : Map.of();
    return own.isEmpty()
        ? null
        : new SegmentWatch(monitor.segments().orElseThrow().of(rows(), profile), own, monitor);
  }

  @Override
  public WatchSession start(ModelVersion version, byte[] reference, Optional<String> state) {
    return start(version, reference, state, new WindowExplainer<>(task, null, monitor.ignored));
  }

  @Override
  public WatchSession start(
      ModelVersion version,
      byte[] reference,
      Optional<String> state,
      Supplier<? extends Predictor<X, Y>> model) {
    return start(version, reference, state, new WindowExplainer<>(task, model, monitor.ignored));
  }

  private WatchSession start(
      ModelVersion version,
      byte[] reference,
      Optional<String> state,
      WindowExplainer<X, Y> explainer) {
    ReferenceProfile profile =
        ReferenceProfile.fromJson(new String(reference, StandardCharsets.UTF_8));
    ErrorProfile errors =
        profile
            .errors()
            .orElseThrow(
                () ->
                    new DataException(
                        "JSON", 0, "", "the reference must hold the errors of a model"));
    SegmentWatch segments = segments(profile, reference);
    WindowQuality rules =
        new WindowQuality(monitor.quality(), monitor::ignores, explainer.schema(), profile, kept());
    MonitorState start =
        state
            .map(
                json ->
                    MonitorState.read(json, monitor, profile, rules, segments, explainer.schema()))
            .orElseGet(() -> MonitorState.fresh(monitor, profile, rules, segments));
    return new MonitorSession(
        monitor,
        explainer,
        segments,
        rules,
        scores,
        labels,
        version.model(),
        version.number(),
        profile,
        errors,
        start);
  }
}
