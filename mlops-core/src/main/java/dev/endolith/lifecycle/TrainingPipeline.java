package dev.endolith.lifecycle;

import dev.endolith.Workspace;
import dev.endolith.data.Dataset;
import dev.endolith.data.Splitter;
import dev.endolith.data.Task;
import dev.endolith.model.Evaluator;
import dev.endolith.model.MemoryCheck;
import dev.endolith.model.Metric;
import dev.endolith.model.Outcomes;
import dev.endolith.model.Predictor;
import dev.endolith.model.Samples;
import dev.endolith.model.TrainedModel;
import dev.endolith.model.Trainer;
import dev.endolith.pipeline.Parameter;
import dev.endolith.pipeline.Pipeline;
import dev.endolith.pipeline.StepOutput;
import dev.endolith.pipeline.StepValue;
import dev.endolith.privacy.PrivacyPolicy;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.Gate;
import dev.endolith.registry.GateResult;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The pipeline that trains, judges beside the champion on rows that neither has seen, and registers
 * what passes: for those who want a new version, but no loop. Every step is journalled, and a run
 * registers one version however often it is resumed. Confined to one thread while it is built.
 *
 * <pre>{@code
 * Pipeline<Long> training =
 *     TrainingPipeline.of("credit", TASK, workspace)
 *         .train(Tribuo.classifier(new LogisticRegressionTrainer()))
 *         .data(() -> Csv.read(path, TASK))
 *         .split(Splitter.stratified(0.8, 1))
 *         .gate(Gate.beatsChampion(Metric.AUC))
 *         .build();
 * long version = workspace.pipelines().run(training, "credit-2026-03-01").result();
 * }</pre>
 *
 * @param <X> what the model is asked
 * @param <Y> what it answers
 */
public final class TrainingPipeline<X, Y> {
  /** What the registered model is compared with. */
  public static final String CHAMPION = "champion";

  private final String model;
  private final Task<X, Y> task;
  private final Workspace workspace;
  private final List<Gate> gates = new ArrayList<>();
  private List<Metric> metrics =
      List.of(Metric.AUC, Metric.ACCURACY, Metric.LOG_LOSS, Metric.BRIER, Metric.RMSE, Metric.MAE);
  private Splitter<? super X> splitter = Splitter.random(0.8, 1);
  private Optional<Trainer<X, Y>> trainer = Optional.empty();
  private Optional<Supplier<Dataset<X, Y>>> source = Optional.empty();
  private PrivacyPolicy privacy = PrivacyPolicy.standard();
  private long seed = 1;

  private TrainingPipeline(String model, Task<X, Y> task, Workspace workspace) {
    this.model = model;
    this.task = task;
    this.workspace = workspace;
  }

  /**
   * Begins a pipeline.
   *
   * @param model the model's name
   * @param task what it is asked and answers
   * @param workspace where versions are registered
   * @param <X> what the model is asked
   * @param <Y> what it answers
   * @return a builder; trainer and data are required
   */
  public static <X, Y> TrainingPipeline<X, Y> of(
      String model, Task<X, Y> task, Workspace workspace) {
    return new TrainingPipeline<>(model, task, workspace);
  }

  /**
   * Says what learns.
   *
   * @param learner the trainer
   * @return this
   */
  public TrainingPipeline<X, Y> train(Trainer<X, Y> learner) {
    this.trainer = Optional.of(learner);
    return this;
  }

  /**
   * Says what it learns from.
   *
   * @param rows reads the rows; asked again when a run is resumed
   * @return this
   */
  public TrainingPipeline<X, Y> data(Supplier<Dataset<X, Y>> rows) {
    this.source = Optional.of(rows);
    return this;
  }

  /**
   * Says which rows train and which judge.
   *
   * @param rule the first part trains, the second judges; by default four fifths by chance
   * @return this
   */
  public TrainingPipeline<X, Y> split(Splitter<? super X> rule) {
    this.splitter = rule;
    return this;
  }

  /**
   * Adds a gate that the candidate must pass to be registered.
   *
   * @param gate the gate; the champion is what the alias {@value #CHAMPION} points to
   * @return this
   */
  public TrainingPipeline<X, Y> gate(Gate gate) {
    gates.add(gate);
    return this;
  }

  /**
   * Says what is measured and recorded with the version.
   *
   * @param measures the metrics
   * @return this
   */
  public TrainingPipeline<X, Y> metrics(Metric... measures) {
    this.metrics = List.of(measures);
    return this;
  }

  /**
   * Says what of the rows may be recorded with the version, as {@link Samples} to warm it up with.
   *
   * @param policy the policy; by default public fields only
   * @return this
   */
  public TrainingPipeline<X, Y> privacy(PrivacyPolicy policy) {
    this.privacy = policy;
    return this;
  }

  /**
   * Seeds the training, unless a run says otherwise.
   *
   * @param number the seed
   * @return this
   */
  public TrainingPipeline<X, Y> seed(long number) {
    this.seed = number;
    return this;
  }

  /**
   * Builds the pipeline. It has a parameter {@code seed}.
   *
   * @return a pipeline that answers the number of the registered version, and ends as refused if a
   *     gate does not let the candidate through
   * @throws IllegalStateException if the trainer or the data are missing
   */
  public Pipeline<Long> build() {
    Trainer<X, Y> learner = trainer.orElseThrow(() -> missing("train(...)"));
    Supplier<Dataset<X, Y>> rows = source.orElseThrow(() -> missing("data(...)"));
    Pipeline.Builder steps = Pipeline.named("train-" + model);
    Parameter<Long> seeded = steps.parameter("seed", StepValue.json(Long.class), seed);
    StepOutput<Dataset<X, Y>> data =
        steps
            .step("data", StepValue.<Dataset<X, Y>>recomputed(Dataset::fingerprint))
            .does(rows::get);
    StepOutput<TrainedModel<X, Y>> trained =
        steps
            .step("train", StoredModel.value(task, workspace.formats()))
            .does(
                data,
                seeded,
                (all, number) -> {
                  Dataset<X, Y> training = all.split(splitter).first();
                  MemoryCheck.of(learner, training, MemoryCheck.heapBytes()).orThrow();
                  return learner.train(training, number);
                });
    StepOutput<Judgement> judged =
        steps
            .step("judge", StepValue.json(Judgement.class))
            .does(
                data, trained, (all, candidate) -> judge(candidate, all.split(splitter).second()));
    StepOutput<Judgement> passed = steps.gate("gates", judged, TrainingPipeline::verdict);
    StepOutput<Long> version =
        steps
            .step("register", StepValue.json(Long.class))
            .does(
                data,
                trained,
                passed,
                seeded,
                steps.context(),
                (all, candidate, judgement, number, context) ->
                    register(all, candidate, judgement, number, context.key()));
    return steps.returning(version);
  }

  private IllegalStateException missing(String what) {
    return new IllegalStateException(
        "the training pipeline of '" + model + "' needs " + what + " before build()");
  }

  private Judgement judge(TrainedModel<X, Y> candidate, Dataset<X, Y> rows) {
    Optional<Outcomes> champion =
        workspace
            .models()
            .alias(model, CHAMPION)
            .map(
                alias -> {
                  ModelVersion version = workspace.models().get(model, alias.version());
                  try (Predictor<X, Y> before = workspace.models().load(version, task)) {
                    return Outcomes.of(before, rows);
                  }
                });
    Trial trial = new Trial(Outcomes.of(candidate.predictor(), rows), champion);
    return new Judgement(
        Evaluator.evaluate(candidate.predictor(), rows, metrics),
        gates.stream().map(gate -> gate.judge(trial)).toList());
  }

  /** One result for all gates, with the evidence of those that refuse. */
  private static GateResult verdict(Judgement judgement) {
    List<GateResult> refusing = judgement.gates().stream().filter(g -> !g.passed()).toList();
    List<GateResult> told = refusing.isEmpty() ? judgement.gates() : refusing;
    return new GateResult(
        "gates",
        refusing.isEmpty(),
        String.join("; ", told.stream().map(g -> g.gate() + ": " + g.evidence()).toList()));
  }

  private long register(
      Dataset<X, Y> all, TrainedModel<X, Y> trained, Judgement judgement, long number, String key) {
    Dataset.Split<X, Y> parts = all.split(splitter);
    Candidate candidate =
        Candidate.of(trained, task.features().schema())
            .withKey(key)
            .withMetrics(judgement.evaluation().metrics())
            .withDataset("training", parts.first().fingerprint())
            .withDataset("evaluation", judgement.evaluation().data())
            .withAttachment(
                TrainingRecord.NAME,
                "application/json",
                TrainingRecord.ofSplit(all, parts, trained, number).toJson())
            .withAttachment(
                Attachment.SAMPLES,
                "application/json",
                Samples.record(trained.predictor(), parts.first(), privacy).toJson());
    return workspace.models().register(model, candidate).number();
  }
}
