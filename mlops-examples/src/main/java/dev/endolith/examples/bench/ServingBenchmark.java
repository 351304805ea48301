package dev.endolith.examples.bench;

import dev.endolith.Workspace;
import dev.endolith.contract.Findings;
import dev.endolith.contract.InputContract;
import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Id;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.VersionState;
import dev.endolith.serving.CallContext;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.Guards;
import dev.endolith.serving.PredictionObserver;
import dev.endolith.serving.Route;
import dev.endolith.serving.Served;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a deployment adds to a direct call of the model. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ServingBenchmark {
  /** A row of three numbers. */
  public record Point(double a, double b, double c) {}

  static final Classification<Point, Boolean> TASK =
      Task.classify(Point.class, Boolean.class).build();

  private static final int TRAINED_ON = 5_000;

  private Workspace workspace;
  private Deployment<Point, Boolean> deployment;
  private Deployment<Point, Boolean> guardedDeployment;
  private final Latencies latencies = new Latencies();
  private CallContext caller;
  private Predictor<Point, Boolean> model;
  private Point row;
  private Id id;

  /** Deploys the same model that is called directly. */
  @Setup
  public void deploy() {
    workspace = Workspace.builder().format(new Sigmoid()).open();
    workspace
        .models()
        .register("point", Candidate.of("sigmoid", TASK.features().schema(), new byte[0]));
    workspace.models().transition("point", 1, VersionState.VALIDATED, "benchmark");
    workspace.models().transition("point", 1, VersionState.APPROVED, "benchmark");
    workspace.models().move("point", Alias.CHAMPION, 1, "benchmark");
    deployment = Deployment.of("point", TASK, workspace.models()).build();
    Deployment<Point, Boolean> behindGuards =
        Deployment.of("point", TASK, workspace.models())
            .contract(contract())
            .guards(
                Guards.none()
                    .within(Duration.ofSeconds(1))
                    .atMost(64)
                    .ratePerCaller(1e9, 1_000)
                    .breaker(0.5, 20, Duration.ofSeconds(10), Duration.ofSeconds(5)))
            .build();
    guardedDeployment = Deployment.observed(behindGuards, latencies);
    caller = CallContext.NONE.by("caller");
    model = new Sigmoid().load(new byte[0], TASK);
    row = new Point(0.1, -0.2, 0.3);
    id = new Id(1, 2);
  }

  /** What rows of three numbers of a normal law are like. */
  private static InputContract contract() {
    Random random = new Random(1);
    List<Example<Point, Boolean>> rows = new ArrayList<>();
    for (int i = 0; i < TRAINED_ON; i++) {
      Point point = new Point(random.nextGaussian(), random.nextGaussian(), random.nextGaussian());
      rows.add(new Example<>(point, true));
    }
    return InputContract.learn(Dataset.of(TASK, DataOrigin.named("normal"), rows));
  }

  /** Counts calls and adds up what each took. */
  static final class Latencies implements PredictionObserver {
    private long calls;
    private long sum;

    @Override
    public boolean timesEveryCall() {
      return true;
    }

    @Override
    public void answered(Served<?> served, long nanos) {
      calls++;
      sum += nanos;
    }

    @Override
    public void failed(RuntimeException failure) {
      throw failure;
    }

    @Override
    public String toString() {
      return calls + " calls of " + sum + " ns";
    }
  }

  /** Closes the workspace. */
  @TearDown
  public void close() {
    deployment.close();
    guardedDeployment.close();
    workspace.close();
  }

  /**
   * The model, called directly, and the objects that a deployment returns around its answer.
   *
   * @return the answer
   */
  @Benchmark
  public Served<Boolean> direct() {
    return new Served<>(model.predict(row), new Id(id.high(), id.low()), 1, 1, Route.CHAMPION);
  }

  /**
   * The same with what a contract found, which is part of the answer.
   *
   * @return the answer
   */
  @Benchmark
  public Served<Boolean> directWithFindings() {
    return new Served<>(
        model.predict(row),
        new Id(id.high(), id.low()),
        1,
        1,
        Route.CHAMPION,
        new Findings(row.a(), List.of()));
  }

  /**
   * The model behind a deployment.
   *
   * @return the answer
   */
  @Benchmark
  public Served<Boolean> deployed() {
    return deployment.predict(row);
  }

  /**
   * The model behind a deployment with a deadline, a breaker, a bulkhead, a rate per caller, a
   * contract of what it may be asked, and an observer who is told how long each call took.
   *
   * @return the answer
   */
  @Benchmark
  public Served<Boolean> guarded() {
    return guardedDeployment.predict(row, caller);
  }

  /** A model of three weights, which costs about as much as the smallest that anybody serves. */
  static final class Sigmoid implements ModelFormat {
    @Override
    public String name() {
      return "sigmoid";
    }

    @Override
    @SuppressWarnings("unchecked") // a benchmark's only task is a classification
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      Classification<X, Y> classes = (Classification<X, Y>) task;
      Features<X> features = task.features();
      return new Predictor<>() {
        @Override
        public Prediction<Y> predict(X x) {
          double z =
              0.5 * features.number(x, 0) - features.number(x, 1) + 2 * features.number(x, 2);
          double p = 1 / (1 + Math.exp(-z));
          return Classified.of(classes, 1 - p, p);
        }
      };
    }
  }

  static final class Rows implements Suite {
    private static final double GOAL_NS = 100;
    private static final double GUARDED_GOAL_NS = 350;

    @Override
    public String name() {
      return "serving";
    }

    @Override
    public List<Class<?>> benchmarks() {
      return List.of(
          ServingBenchmark.class,
          SwapBenchmark.class,
          CompiledBenchmark.class,
          ContractBenchmark.class,
          HttpBenchmark.class);
    }

    @Override
    public List<Row> rows(Map<String, Score> scores) {
      Score direct = Bench.score(scores, "direct");
      Score deployed = Bench.score(scores, "deployed");
      double more = deployed.bytes() - direct.bytes();
      List<Row> rows = new ArrayList<>(CompiledBenchmark.rows(scores));
      rows.add(
          0,
          new Row(
              "Deployment.predict",
              deployed.ns(),
              more,
              direct.ns(),
              deployed.ns() / direct.ns(),
              "at most 100 ns and 0 bytes more than direct",
              deployed.ns() - direct.ns() <= GOAL_NS && more < 1));
      Score guarded = Bench.score(scores, "guarded");
      Score found = Bench.score(scores, "directWithFindings");
      double guards = guarded.bytes() - found.bytes();
      rows.add(
          1,
          new Row(
              "guarded, checked and timed Deployment.predict",
              guarded.ns(),
              guards,
              found.ns(),
              guarded.ns() / found.ns(),
              "at most 350 ns and 0 bytes more than direct",
              guarded.ns() - found.ns() <= GUARDED_GOAL_NS && guards < 1));
      rows.add(2, SwapBenchmark.row(scores));
      rows.addAll(ContractBenchmark.rows(scores));
      rows.addAll(HttpBenchmark.rows(scores));
      return rows;
    }
  }
}
