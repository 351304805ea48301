package dev.endolith.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Folds;
import dev.endolith.data.Ignore;
import dev.endolith.data.Splitter;
import dev.endolith.data.Task;
import dev.endolith.error.StepFailedException;
import dev.endolith.model.Metric;
import dev.endolith.model.Prediction;
import dev.endolith.pipeline.Pipeline;
import dev.endolith.pipeline.PipelineRun;
import dev.endolith.registry.Gate;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.VersionState;
import dev.endolith.tribuo.Tribuo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;

class PrebuiltPipelinesTest {
  record Point(double x, double y, @Ignore Instant at) {}

  private static final Classification<Point, Boolean> TASK =
      Task.classify(Point.class, Boolean.class).time(Point::at).build();

  private final Workspace workspace = Workspace.inMemory();

  @AfterEach
  void close() {
    workspace.close();
  }

  /** Rows in time order, of which the last ones follow another rule. */
  private static Dataset<Point, Boolean> rows(int n, double turned) {
    Random random = new Random(3);
    List<Example<Point, Boolean>> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double x = random.nextGaussian();
      Point point = new Point(x, random.nextGaussian(), Instant.ofEpochSecond(i));
      boolean truth = x + 0.3 * random.nextGaussian() > 0;
      rows.add(new Example<>(point, i < n * (1 - turned) ? truth : !truth));
    }
    return Dataset.of(TASK, DataOrigin.named("points"), rows);
  }

  private TrainingPipeline<Point, Boolean> training(Dataset<Point, Boolean> rows) {
    return TrainingPipeline.of("points", TASK, workspace)
        .train(Tribuo.classifier(new LogisticRegressionTrainer()))
        .data(() -> rows)
        .split(Splitter.byTime(0.8, Duration.ZERO))
        .metrics(Metric.AUC);
  }

  private long champion(String run) {
    long version =
        workspace
            .pipelines()
            .run(training(rows(600, 0)).gate(Gate.atLeast(Metric.AUC, 0.8)).build(), run)
            .result();
    workspace.models().transition("points", version, VersionState.VALIDATED, "ok");
    workspace.models().transition("points", version, VersionState.APPROVED, "ok");
    workspace.models().move("points", "champion", version, "ok");
    return version;
  }

  @Test
  void training_thatPasses_registersOneVersion_howeverOftenItIsRun() {
    long version = champion("first");
    Pipeline<Long> again = training(rows(600, 0)).gate(Gate.atLeast(Metric.AUC, 0.8)).build();
    assertThat(workspace.pipelines().run(again, "first").result()).isEqualTo(version);
    assertThat(workspace.pipelines().run(again, "second").result()).isEqualTo(version + 1);
    ModelVersion registered = workspace.models().get("points", version);
    assertThat(registered.metrics().get("auc")).isGreaterThan(0.9);
    assertThat(registered.datasets()).containsKeys("training", "evaluation");
    assertThat(registered.attachment(TrainingRecord.NAME)).isPresent();
  }

  @Test
  void training_thatAGateRefuses_registersNothing() {
    champion("first");
    PipelineRun<Long> refused =
        workspace
            .pipelines()
            .run(
                training(rows(600, 0)) // the same rows again: no better than before
                    .gate(Gate.atLeast(Metric.AUC, 0.8))
                    .gate(Gate.beatsChampion(Metric.AUC))
                    .build(),
                "r");
    assertThat(refused)
        .isInstanceOfSatisfying(
            PipelineRun.Refused.class,
            r ->
                assertThat(r.refusals().toString())
                    .contains("passed=false", "beats champion")
                    .doesNotContain("at least"));
    assertThat(workspace.models().find("points", 2)).isEmpty();
    assertThatThrownBy(() -> TrainingPipeline.of("points", TASK, workspace).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("train(...)");
  }

  /** Chunks of points; one of them may fail once. */
  private static final class Chunks implements BatchScoring.Batch<Point, Boolean> {
    private final Map<String, List<Boolean>> written = new ConcurrentHashMap<>();
    private final Map<String, Integer> reads = new ConcurrentHashMap<>();
    private String fails = "";

    @Override
    public List<String> chunks() {
      return List.of("a", "b", "c", "d");
    }

    @Override
    public List<Point> rows(String chunk) {
      reads.merge(chunk, 1, Integer::sum);
      if (fails.equals(chunk)) {
        throw new IllegalStateException("planted");
      }
      double x = chunk.charAt(0) <= 'b' ? -3 : 3;
      return List.of(new Point(x, 0, Instant.EPOCH), new Point(-x, 0, Instant.EPOCH));
    }

    @Override
    public void write(
        String chunk, ModelVersion version, List<Point> rows, List<Prediction<Boolean>> answers) {
      written.put(chunk, answers.stream().map(Prediction::value).toList());
    }
  }

  @Test
  void scoring_answersEveryChunk_andGoesOnWithThoseThatAreNotDone() {
    Chunks batch = new Chunks();
    Pipeline<BatchScoring.Report> pipeline =
        BatchScoring.pipeline(workspace, "points", TASK, batch);
    assertThatThrownBy(() -> workspace.pipelines().run(pipeline, "early"))
        .isInstanceOf(StepFailedException.class)
        .hasMessageContaining("no alias 'champion'");
    long version = champion("first");
    batch.fails = "c";
    assertThatThrownBy(() -> workspace.pipelines().run(pipeline, "r"))
        .isInstanceOf(StepFailedException.class)
        .hasMessageContaining("planted");
    batch.fails = "";
    assertThat(workspace.pipelines().run(pipeline, "r").result())
        .isEqualTo(new BatchScoring.Report(version, 4, 8));
    assertThat(batch.written)
        .containsEntry("a", List.of(false, true))
        .containsEntry("d", List.of(true, false))
        .hasSize(4);
    assertThat(batch.reads).containsEntry("a", 1).containsEntry("c", 2);
  }

  @Test
  void backtest_judgesEachWindowOnWhatCameAfterIt() {
    Pipeline<List<Backtest.Window>> pipeline =
        Backtest.pipeline(
            "back",
            () -> rows(1_000, 0.2),
            Folds.forward(4, Duration.ZERO),
            Tribuo.classifier(new LogisticRegressionTrainer()),
            List.of(Metric.AUC));
    List<Backtest.Window> windows = workspace.pipelines().run(pipeline, "r").result();
    assertThat(windows).hasSize(4);
    assertThat(windows).extracting(Backtest.Window::trained).isSorted();
    assertThat(windows.get(0).evaluation().get(Metric.AUC).orElseThrow()).isGreaterThan(0.9);
    assertThat(windows.get(3).evaluation().get(Metric.AUC).orElseThrow())
        .as("the world has turned")
        .isLessThan(0.2);
    assertThat(workspace.pipelines().run(pipeline, "r").result()).isEqualTo(windows);
  }
}
