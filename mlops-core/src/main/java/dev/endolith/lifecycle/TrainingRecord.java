package dev.endolith.lifecycle;

import dev.endolith.Workspace;
import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Dataset;
import dev.endolith.data.Derivation;
import dev.endolith.data.Rebuilding;
import dev.endolith.model.ModelDigest;
import dev.endolith.model.TrainedModel;
import dev.endolith.registry.ModelVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a version was trained: what is needed to train it again. An attachment of the version.
 *
 * @param origin the name of the data's origin
 * @param location where the data live, empty if unknown
 * @param source the fingerprint of all rows, as hex
 * @param rows how many they were
 * @param training which of them were trained on
 * @param judged which of them were judged on
 * @param seed the seed of the training
 * @param digest what the model was trained with and answered to the rows to judge on
 * @param knownAt the instant at which the source of rows was asked, empty if the host handed them
 *     in
 */
record TrainingRecord(
    String origin,
    String location,
    String source,
    int rows,
    Part training,
    Part judged,
    long seed,
    ModelDigest digest,
    String knownAt) {
  static final String NAME = "training";

  /** A record without the instant was written before there was one. */
  TrainingRecord {
    knownAt = Objects.requireNonNullElse(knownAt, "");
  }

  /** Of the last rows trained on and judged on. */
  static <X, Y> TrainingRecord ofLast(
      Dataset<X, Y> all,
      Dataset<X, Y> training,
      Dataset<X, Y> judged,
      TrainedModel<X, Y> model,
      long seed,
      Optional<Instant> knownAt) {
    int cut = all.size() - judged.size();
    return of(
        all,
        new Part(cut - training.size(), cut, null),
        new Part(cut, all.size(), null),
        ModelDigest.of(model, judged),
        seed,
        knownAt);
  }

  /** Of the two parts that a splitter made. */
  static <X, Y> TrainingRecord ofSplit(
      Dataset<X, Y> all, Dataset.Split<X, Y> parts, TrainedModel<X, Y> model, long seed) {
    return of(
        all,
        Part.of(parts.first()),
        Part.of(parts.second()),
        ModelDigest.of(model, parts.second()),
        seed,
        Optional.empty());
  }

  private static TrainingRecord of(
      Dataset<?, ?> all,
      Part training,
      Part judged,
      ModelDigest digest,
      long seed,
      Optional<Instant> knownAt) {
    return new TrainingRecord(
        all.origin().name(),
        all.origin().location(),
        all.fingerprint().hex(),
        all.size(),
        training,
        judged,
        seed,
        digest,
        knownAt.map(Instant::toString).orElse(""));
  }

  /** The instant at which to ask a source of rows for those of the training. */
  Instant askAt(Instant registered) {
    return knownAt.isEmpty() ? registered : Instant.parse(knownAt);
  }

  /**
   * Which of the rows that the training was given, whatever those were taken from.
   *
   * @param from the first of successive rows
   * @param to behind the last of them
   * @param step how else the rows were chosen; null if they are successive
   */
  record Part(int from, int to, @Nullable Derivation step) {
    private static Part of(Dataset<?, ?> part) {
      List<Derivation> steps = part.derivations();
      return new Part(0, 0, steps.get(steps.size() - 1));
    }

    <X, Y> Dataset<X, Y> of(Dataset<X, Y> all, Rebuilding<? super X> own) {
      return step == null ? all.slice(from, to) : all.rebuild(List.of(step), own);
    }
  }

  static TrainingRecord of(Workspace workspace, ModelVersion version) {
    byte[] json = workspace.models().attachment(version, NAME);
    return CanonicalJson.read(new String(json, StandardCharsets.UTF_8), TrainingRecord.class);
  }

  byte[] toJson() {
    return CanonicalJson.write(this).getBytes(StandardCharsets.UTF_8);
  }
}
