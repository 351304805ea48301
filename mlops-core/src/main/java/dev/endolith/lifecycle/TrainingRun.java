package dev.endolith.lifecycle;

import dev.endolith.Workspace;
import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Dataset;
import dev.endolith.data.LeakageReport;
import dev.endolith.model.Evaluator;
import dev.endolith.model.MemoryCheck;
import dev.endolith.model.Metric;
import dev.endolith.model.Outcomes;
import dev.endolith.model.Predictor;
import dev.endolith.model.Samples;
import dev.endolith.model.TrainedModel;
import dev.endolith.pipeline.Pipeline;
import dev.endolith.pipeline.StepOutput;
import dev.endolith.pipeline.StepValue;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.Gate;
import dev.endolith.registry.GateResult;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Run;
import dev.endolith.registry.Trial;
import dev.endolith.watch.Watch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/*
 * One training as a pipeline: choose how far back to look, train, judge against the champion on rows
 * that neither has seen, describe the world it was trained in, register. Every step's output is kept,
 * so that a training that was killed goes on after the last step that was done; registering is
 * idempotent under the run's id.
 *
 * The rows are in time order. From the end: the rows that the gates see, before them (while choosing
 * a window) the rows that validate it, before those the rows to train on. Nothing looks ahead.
 */
final class TrainingRun<X, Y> {
  /** Evidence of the gates, an attachment of the version. */
  static final String GATES = "gates";

  private static final List<Metric> METRICS =
      List.of(Metric.AUC, Metric.ACCURACY, Metric.LOG_LOSS, Metric.BRIER, Metric.RMSE, Metric.MAE);

  private final ManagedModelBuilder<X, Y> spec;
  private final Workspace workspace;
  private final Watch<X, Y> watch;

  TrainingRun(ManagedModelBuilder<X, Y> spec, Watch<X, Y> watch) {
    this.spec = spec;
    this.workspace = spec.workspace;
    this.watch = watch;
  }

  Trained run(String id, TrainingRows<X, Y> source, Optional<ModelVersion> champion, String why) {
    Pipeline.Builder steps = Pipeline.named("train-" + spec.name);
    StepOutput<Dataset<X, Y>> data =
        steps
            .step("data", StepValue.<Dataset<X, Y>>recomputed(Dataset::fingerprint))
            .does(source.rows()::get);
    StepOutput<Integer> window =
        steps.step("window", StepValue.json(Integer.class)).does(data, this::chooseWindow);
    StepOutput<TrainedModel<X, Y>> model =
        steps
            .step("train", StoredModel.value(spec.task, workspace.formats()))
            .does(data, window, (rows, size) -> train(training(rows).last(size)));
    StepOutput<Judgement> judgement =
        steps
            .step("judge", StepValue.json(Judgement.class))
            .does(
                data,
                window,
                model,
                (rows, size, trained) ->
                    judge(trained.predictor(), training(rows).last(size), heldOut(rows), champion));
    StepOutput<byte[]> reference =
        steps
            .step("reference", StepValue.<byte[]>bytes(bytes -> bytes, bytes -> bytes))
            .does(
                data,
                window,
                model,
                (rows, size, trained) ->
                    watch.reference(training(rows).last(size), heldOut(rows), trained.predictor()));
    StepOutput<Candidate> candidate =
        steps
            .step("describe", StepValue.<Candidate>recomputed())
            .does(
                data,
                window,
                model,
                judgement,
                (rows, size, trained, judged) ->
                    describe(id, training(rows).last(size), trained, judged, champion, why)
                        .withAttachment(
                            TrainingRecord.NAME,
                            "application/json",
                            TrainingRecord.ofLast(
                                    rows,
                                    training(rows).last(size),
                                    heldOut(rows),
                                    trained,
                                    spec.seed,
                                    source.knownAt())
                                .toJson()));
    StepOutput<byte[]> samples =
        steps
            .step("samples", StepValue.<byte[]>bytes(bytes -> bytes, bytes -> bytes))
            .does(
                data,
                window,
                model,
                (rows, size, trained) ->
                    Samples.record(trained.predictor(), training(rows).last(size), spec.privacy)
                        .toJson());
    StepOutput<Trained> registered =
        steps
            .step("register", StepValue.json(Trained.class))
            .does(
                candidate,
                reference,
                samples,
                judgement,
                (described, profile, sampled, judged) ->
                    register(
                        id,
                        described.withAttachment(Attachment.SAMPLES, "application/json", sampled),
                        profile,
                        judged));
    return workspace.pipelines().run(steps.returning(registered), id).result();
  }

  private TrainedModel<X, Y> train(Dataset<X, Y> rows) {
    MemoryCheck.of(spec.trainer(), rows, MemoryCheck.heapBytes()).orThrow();
    return spec.trainer().train(rows, spec.seed);
  }

  private Dataset<X, Y> heldOut(Dataset<X, Y> rows) {
    return rows.last(holdout(rows));
  }

  private Dataset<X, Y> training(Dataset<X, Y> rows) {
    return rows.slice(0, rows.size() - holdout(rows));
  }

  private int holdout(Dataset<X, Y> rows) {
    int held = Math.min(spec.holdout, rows.size() / 5);
    if (held < 1) {
      throw new IllegalArgumentException(
          "training needs at least 5 rows, so that a fifth can be held out; " + rows);
    }
    return held;
  }

  private int chooseWindow(Dataset<X, Y> rows) {
    List<Integer> candidates = spec.window.candidates();
    if (candidates.size() == 1) {
      return candidates.get(0);
    }
    Dataset<X, Y> past = training(rows);
    int validation = holdout(past);
    Dataset<X, Y> before = past.slice(0, past.size() - validation);
    int best = Integer.MAX_VALUE;
    double least = Double.POSITIVE_INFINITY;
    for (int size : candidates) {
      if (size != Integer.MAX_VALUE && size >= before.size()) {
        continue; // the same rows as all
      }
      double loss = validationLoss(before.last(size), past.last(validation));
      if (loss < least) {
        least = loss;
        best = size;
      }
    }
    return best;
  }

  private double validationLoss(Dataset<X, Y> rows, Dataset<X, Y> validation) {
    Predictor<X, Y> model;
    try {
      model = train(rows).predictor();
    } catch (IllegalArgumentException e) {
      return Double.POSITIVE_INFINITY; // too short to learn from
    }
    try (model) {
      Outcomes outcomes = Outcomes.of(model, validation);
      return (outcomes.labels() > 0 ? Metric.LOG_LOSS : Metric.RMSE).compute(outcomes);
    }
  }

  private Judgement judge(
      Predictor<X, Y> candidate,
      Dataset<X, Y> trained,
      Dataset<X, Y> rows,
      Optional<ModelVersion> champion) {
    Optional<Outcomes> before =
        champion.map(
            version -> {
              try (Predictor<X, Y> model = workspace.models().load(version, spec.task)) {
                return Outcomes.of(model, rows);
              }
            });
    Trial trial = new Trial(Outcomes.of(candidate, rows), before);
    List<GateResult> results = new ArrayList<>();
    for (Gate gate : spec.gates) {
      results.add(gate.judge(trial));
    }
    if (spec.leakage != null) {
      LeakageReport leaks = spec.leakage.check(trained, rows);
      results.add(new GateResult("no leak", leaks.clean(), leaks.evidence()));
    }
    return new Judgement(Evaluator.evaluate(candidate, rows, METRICS), results);
  }

  private Candidate describe(
      String id,
      Dataset<X, Y> trained,
      TrainedModel<X, Y> model,
      Judgement judgement,
      Optional<ModelVersion> champion,
      String why) {
    return Candidate.of(model, spec.task.features().schema())
        .withKey(id)
        .withRun(id)
        .withMetrics(judgement.evaluation().metrics())
        .withDataset("training", trained.fingerprint())
        .withDataset("evaluation", judgement.evaluation().data())
        .withParent(champion.map(ModelVersion::number).orElse(0L))
        .withDescription(
            "Trained on "
                + trained.size()
                + " rows of "
                + trained.origin().name()
                + ", judged on the "
                + judgement.evaluation().rows()
                + " rows after them. Why: "
                + why);
  }

  private Trained register(String id, Candidate candidate, byte[] reference, Judgement judgement) {
    ModelVersion version =
        workspace
            .models()
            .register(
                spec.name,
                candidate
                    .withAttachment(Watch.REFERENCE, "application/json", reference)
                    .withAttachment(
                        GATES,
                        "application/json",
                        CanonicalJson.write(judgement.gates()).getBytes(StandardCharsets.UTF_8)));
    Run run = workspace.runs().resume(spec.name, id).params(version.parameters());
    version.datasets().forEach(run::input);
    judgement
        .evaluation()
        .metrics()
        .forEach((name, value) -> run.tag("metric." + name, "" + value));
    run.output("version", version.label()).finish();
    return new Trained(version.number(), judgement.gates());
  }
}
