package dev.endolith.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Digest;
import dev.endolith.data.Example;
import dev.endolith.data.Leakage;
import dev.endolith.data.Rebuilding;
import dev.endolith.data.Splitter;
import dev.endolith.data.Task;
import dev.endolith.error.InsufficientMemoryException;
import dev.endolith.error.NotFoundException;
import dev.endolith.model.Challenge;
import dev.endolith.model.MemoryCheck;
import dev.endolith.model.Metric;
import dev.endolith.model.Trainer;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.Gate;
import dev.endolith.registry.GateResult;
import dev.endolith.registry.ModelVersion;
import dev.endolith.serving.Rollout;
import dev.endolith.tribuo.Tribuo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;

class ReproductionTest {
  record Point(double x, double y, String color) {}

  private static final Task<Point, Boolean> TASK =
      Task.classify(Point.class, Boolean.class).build();

  private final Workspace workspace = Workspace.inMemory();

  @AfterEach
  void close() {
    workspace.close();
  }

  private static Dataset<Point, Boolean> points(int n, long seed) {
    Random random = new Random(seed);
    List<Example<Point, Boolean>> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double x = random.nextGaussian();
      rows.add(
          new Example<>(
              new Point(x, random.nextGaussian(), "c" + random.nextInt(5)),
              x + random.nextGaussian() > 0));
    }
    return Dataset.of(TASK, new DataOrigin("points", "the test", ""), rows);
  }

  private static Trainer<Point, Boolean> trainer() {
    return Tribuo.classifier(new LogisticRegressionTrainer());
  }

  private ManagedModel<Point, Boolean> model(Trainer<Point, Boolean> trainer) {
    return ManagedModel.of("points", TASK, workspace)
        .train(trainer)
        .gate(Gate.atLeast(Metric.AUC, 0.5))
        .watch(new ManagedModelTest.ErrorCounter(50))
        .holdout(100)
        .window(TrainingWindow.bestOf(300))
        .drivenByHand()
        .build();
  }

  @Test
  void reproduce_sameRowsAndTrainer_isIdentical_thoughTheBytesDiffer() {
    ManagedModel<Point, Boolean> model = model(trainer());
    // a part of other rows: what counts is what the training was given
    assertThat(model.train(points(900, 1).slice(50, 850)))
        .isInstanceOf(TrainOutcome.Promoted.class);
    Reproduction again = model.reproduce(1, points(900, 1).slice(50, 850));
    assertThat(again)
        .isInstanceOfSatisfying(
            Reproduction.Identical.class,
            same -> {
              assertThat(same.differences()).isEmpty();
              assertThat(workspace.runs().find(same.run()).orElseThrow().tags())
                  .containsEntry("reproduces", "points v1")
                  .containsEntry("reproduction", "identical");
            });
    assertThat(workspace.models().find("points", 2)).isEmpty();
  }

  @Test
  void reproduce_otherRows_isImpossible_andSaysWhich() {
    ManagedModel<Point, Boolean> model = model(trainer());
    assertThat(model.train(points(800, 1))).isInstanceOf(TrainOutcome.Promoted.class);
    assertThat(model.reproduce(1, points(800, 2)))
        .isInstanceOfSatisfying(
            Reproduction.Impossible.class,
            no ->
                assertThat(no.differences().get(0).what())
                    .contains("800 rows of points at the test with fingerprint"));
  }

  @Test
  void reproduce_otherTrainer_isDifferent_andNamesTheSetting() {
    ManagedModel<Point, Boolean> model = model(trainer());
    assertThat(model.train(points(800, 1))).isInstanceOf(TrainOutcome.Promoted.class);
    LogisticRegressionTrainer longer = new LogisticRegressionTrainer();
    longer.setShuffle(false);
    ModelVersion version = workspace.models().get("points", 1);
    assertThat(
            Reproduction.of(
                workspace, version, points(800, 1), Tribuo.<Point, Boolean>classifier(longer)))
        .isInstanceOfSatisfying(
            Reproduction.Different.class,
            other -> {
              assertThat(other.differences())
                  .extracting(Reproduction.Difference::kind)
                  .containsExactly(Reproduction.Kind.PARAMETER, Reproduction.Kind.ANSWERS);
              assertThat(other.differences().get(0).what()).contains("'configuration'");
            });
  }

  @Test
  void reproduce_withoutSourceOfRows_saysTheWayOut() {
    ManagedModel<Point, Boolean> model = model(trainer());
    assertThat(model.train(points(800, 1))).isInstanceOf(TrainOutcome.Promoted.class);
    assertThatThrownBy(() -> model.reproduce(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("retrainFrom()");
  }

  @Test
  void reproduce_rowsSplitByChance_isIdentical() {
    Dataset<Point, Boolean> rows = points(600, 1);
    long number =
        workspace
            .pipelines()
            .run(
                TrainingPipeline.of("points", TASK, workspace)
                    .train(trainer())
                    .data(() -> rows)
                    .split(Splitter.random(0.7, 3))
                    .metrics(Metric.AUC)
                    .build(),
                "once")
            .result();
    ModelVersion version = workspace.models().get("points", number);
    assertThat(Reproduction.of(workspace, version, points(600, 1), trainer()))
        .isInstanceOf(Reproduction.Identical.class);
  }

  @Test
  void reproduce_rowsSplitByCodeOfTheHost_needsTheCode() {
    Dataset<Point, Boolean> rows = points(600, 1);
    long number =
        workspace
            .pipelines()
            .run(
                TrainingPipeline.of("points", TASK, workspace)
                    .train(trainer())
                    .data(() -> rows)
                    .split(Splitter.grouped("color", Point::color, 0.7, 3))
                    .metrics(Metric.AUC)
                    .build(),
                "once")
            .result();
    ModelVersion version = workspace.models().get("points", number);
    assertThatThrownBy(() -> Reproduction.of(workspace, version, points(600, 1), trainer()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'color'");
    assertThat(
            Reproduction.of(
                workspace,
                version,
                points(600, 1),
                trainer(),
                Rebuilding.<Point>of().withGrouping("color", Point::color)))
        .isInstanceOf(Reproduction.Identical.class);
  }

  @Test
  void reproduce_versionWithoutRecord_saysSo() {
    ModelVersion version =
        workspace
            .models()
            .register(
                "other", Candidate.of("tribuo-protobuf", TASK.features().schema(), new byte[1]));
    assertThatThrownBy(() -> Reproduction.of(workspace, version, points(10, 1), trainer()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("'training'");
  }

  @Test
  void surroundings_differences_areNamed() {
    Digest then =
        workspace
            .artifacts()
            .put("{\"a.jar\":\"1\",\"b.jar\":\"2\"}".getBytes(StandardCharsets.UTF_8));
    Digest now =
        workspace
            .artifacts()
            .put("{\"a.jar\":\"9\",\"c.jar\":\"2\"}".getBytes(StandardCharsets.UTF_8));
    assertThat(
            Surroundings.differences(
                workspace.artifacts(),
                Map.of("java", "17", "classpath", then.hex(), "max-heap-bytes", "1"),
                Map.of("java", "25", "classpath", now.hex(), "max-heap-bytes", "2", "git", "f")))
        .containsExactly(
            new Reproduction.Difference(
                Reproduction.Kind.CODE,
                "the class path differs in [a.jar changed, b.jar gone, c.jar new]"),
            new Reproduction.Difference(Reproduction.Kind.CODE, "git was unknown and is f"),
            new Reproduction.Difference(Reproduction.Kind.ENVIRONMENT, "java was 17 and is 25"));
  }

  @Test
  void gates_challengeAndLeaks_leaveEvidence() {
    ManagedModel<Point, Boolean> model =
        ManagedModel.of("gated", TASK, workspace)
            .train(ReproductionTest.trainer())
            .gate(Challenge.on(Metric.LOG_LOSS).withMargin(0.05))
            .refuseLeaks(Leakage.usual())
            .watch(new ManagedModelTest.ErrorCounter(50))
            .rollout(Rollout.immediate())
            .drivenByHand()
            .build();
    TrainOutcome first = model.train(points(800, 1));
    assertThat(first).isInstanceOf(TrainOutcome.Promoted.class);
    assertThat(first.gates())
        .extracting(GateResult::evidence)
        .first()
        .isEqualTo("there is no champion yet");
    // the same rows twice: what is held out was trained on
    List<Example<Point, Boolean>> twice = new ArrayList<>(points(400, 2).examples());
    twice.addAll(points(400, 2).examples());
    TrainOutcome leaky = model.train(Dataset.of(TASK, DataOrigin.named("twice"), twice));
    assertThat(leaky).isInstanceOf(TrainOutcome.Refused.class);
    assertThat(leaky.gates().get(0).evidence()).startsWith("NOT_WORSE: log_loss");
    assertThat(leaky.gates().get(1).passed()).isFalse();
    assertThat(leaky.gates().get(1).evidence())
        .contains("160 of 160 rows to judge on have the features of a training row");
  }

  @Test
  void memoryCheck_tooLarge_isRefusedBeforeTraining() {
    Dataset<Point, Boolean> data = points(1_000, 1);
    assertThat(MemoryCheck.of(trainer(), data, MemoryCheck.heapBytes()).orThrow())
        .isInstanceOf(MemoryCheck.Fits.class);
    MemoryCheck small = MemoryCheck.of(trainer(), data, 100_000);
    assertThat(small)
        .isInstanceOfSatisfying(
            MemoryCheck.TooLarge.class,
            no -> {
              assertThat(no.shape().values()).isEqualTo(3_000);
              assertThat(no.shape().features()).isEqualTo(7);
              assertThat(no.shape().labels()).isEqualTo(2);
            });
    assertThatThrownBy(small::orThrow)
        .isInstanceOf(InsufficientMemoryException.class)
        .hasMessageContaining("1000 rows of 7 features")
        .hasMessageContaining("-Xmx");
    Trainer<Point, Boolean> own =
        (rows, seed) -> {
          throw new IllegalStateException("not trained here");
        };
    assertThat(MemoryCheck.of(own, data, 1)).isInstanceOf(MemoryCheck.Unknown.class);
    Trainer<Point, Boolean> huge =
        new Trainer<>() {
          @Override
          public dev.endolith.model.TrainedModel<Point, Boolean> train(
              Dataset<Point, Boolean> rows, long seed) {
            throw new IllegalStateException("it should have been refused");
          }

          @Override
          public java.util.OptionalLong bytesFor(dev.endolith.data.DataShape shape) {
            return java.util.OptionalLong.of(Long.MAX_VALUE);
          }
        };
    ManagedModel<Point, Boolean> model = model(huge);
    assertThatThrownBy(() -> model.train(data))
        .hasRootCauseInstanceOf(InsufficientMemoryException.class);
  }
}
