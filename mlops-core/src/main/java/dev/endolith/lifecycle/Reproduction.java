package dev.endolith.lifecycle;

import dev.endolith.Workspace;
import dev.endolith.data.Dataset;
import dev.endolith.data.Rebuilding;
import dev.endolith.model.ModelDigest;
import dev.endolith.model.TrainedModel;
import dev.endolith.model.Trainer;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Run;
import dev.endolith.registry.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of training a version again from its record: the yardstick is the digest of the model's
 * parameters and of its answers to the rows that it was judged on.
 */
public sealed interface Reproduction {
  /** What a difference is about. */
  enum Kind {
    /** The rows. */
    DATA,
    /** What the model was trained with. */
    PARAMETER,
    /** What the model answers. */
    ANSWERS,
    /** The class path or the revision of the source. */
    CODE,
    /** Java and the machine. */
    ENVIRONMENT
  }

  /**
   * One difference from the record.
   *
   * @param kind what it is about
   * @param what a sentence for people
   */
  record Difference(Kind kind, String what) {}

  /**
   * The model is the same to the bit.
   *
   * @param digest its digest
   * @param differences how code and environment differ all the same
   * @param run the id of the run that trained again
   */
  record Identical(ModelDigest digest, List<Difference> differences, String run)
      implements Reproduction {}

  /**
   * The model is another.
   *
   * @param recorded the digest in the record
   * @param reproduced the digest of the model that was trained again
   * @param differences what may explain it; at least one
   * @param run the id of the run that trained again
   */
  record Different(
      ModelDigest recorded, ModelDigest reproduced, List<Difference> differences, String run)
      implements Reproduction {}

  /**
   * Nothing was trained: the rows are not those of the record.
   *
   * @param differences why
   */
  record Impossible(List<Difference> differences) implements Reproduction {}

  /**
   * Trains a version again and compares. Code of the host that chose the rows is not in the record:
   * see the other form.
   *
   * @param workspace where the version is
   * @param version a version that a {@link ManagedModel} or a {@link TrainingPipeline} trained
   * @param source the rows that its training was given
   * @param trainer the trainer; the record has its settings as text, not its code
   * @param <X> the row
   * @param <Y> the label
   * @return the outcome
   * @throws dev.endolith.error.NotFoundException if the version holds no record of its training
   */
  static <X, Y> Reproduction of(
      Workspace workspace, ModelVersion version, Dataset<X, Y> source, Trainer<X, Y> trainer) {
    return of(workspace, version, source, trainer, Rebuilding.plain());
  }

  /**
   * Trains a version again and compares.
   *
   * @param workspace where the version is
   * @param version a version that a {@link ManagedModel} or a {@link TrainingPipeline} trained
   * @param source the rows that its training was given
   * @param trainer the trainer; the record has its settings as text, not its code
   * @param own the host's code by which rows were chosen: the grouping of {@link
   *     dev.endolith.data.Splitter#grouped}
   * @param <X> the row
   * @param <Y> the label
   * @return the outcome
   * @throws dev.endolith.error.NotFoundException if the version holds no record of its training
   * @throws IllegalArgumentException if rows were chosen by code that is not given; the message
   *     names it
   */
  static <X, Y> Reproduction of(
      Workspace workspace,
      ModelVersion version,
      Dataset<X, Y> source,
      Trainer<X, Y> trainer,
      Rebuilding<? super X> own) {
    TrainingRecord record = TrainingRecord.of(workspace, version);
    if (!record.source().equals(source.fingerprint().hex())) {
      return new Impossible(List.of(otherRows(record, source)));
    }
    Dataset<X, Y> training = record.training().of(source, own);
    Dataset<X, Y> judged = record.judged().of(source, own);
    try (Run run = workspace.runs().start(version.model())) {
      run.tag("reproduces", version.label());
      run.params(Map.of("seed", Long.toString(record.seed())))
          .input("training", training.fingerprint());
      TrainedModel<X, Y> model = trainer.train(training, record.seed());
      ModelDigest digest;
      try (var predictor = model.predictor()) {
        digest = ModelDigest.of(predictor, model.parameters(), judged);
      }
      List<Difference> differences = new ArrayList<>();
      for (String what : digest.differences(record.digest())) {
        differences.add(
            new Difference(what.startsWith("parameter") ? Kind.PARAMETER : Kind.ANSWERS, what));
      }
      boolean same = digest.equals(record.digest());
      differences.addAll(surroundings(workspace, version, run.id()));
      run.tag("reproduction", same ? "identical" : "different").finish();
      return same
          ? new Identical(digest, List.copyOf(differences), run.id())
          : new Different(record.digest(), digest, List.copyOf(differences), run.id());
    }
  }

  private static Difference otherRows(TrainingRecord record, Dataset<?, ?> source) {
    return new Difference(
        Kind.DATA,
        "the training was given "
            + record.rows()
            + " rows of "
            + record.origin()
            + (record.location().isEmpty() ? "" : " at " + record.location())
            + " with fingerprint "
            + record.source()
            + "; these are "
            + source.size()
            + " rows with "
            + source.fingerprint().hex());
  }

  private static List<Difference> surroundings(
      Workspace workspace, ModelVersion version, String now) {
    Optional<RunRecord> then = workspace.runs().find(version.run());
    Optional<RunRecord> here = workspace.runs().find(now);
    if (then.isEmpty() || here.isEmpty()) {
      return List.of(
          new Difference(Kind.ENVIRONMENT, "the run that trained the version is not recorded"));
    }
    return Surroundings.differences(
        workspace.artifacts(), then.get().environment(), here.get().environment());
  }
}
