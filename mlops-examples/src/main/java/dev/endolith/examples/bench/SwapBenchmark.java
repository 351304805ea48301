package dev.endolith.examples.bench;

import dev.endolith.Workspace;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.Models;
import dev.endolith.registry.VersionState;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.Served;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Two threads that ask a deployment, whose champion stays or moves every 10 ms. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SwapBenchmark {
  private static final int SWAP_MILLIS = 10;
  private static final String STAYS = "stays";
  private static final String MOVES = "moves";

  /** What the champion does. */
  @Param({STAYS, MOVES})
  public String champion = STAYS;

  private final ServingBenchmark.Point row = new ServingBenchmark.Point(0.1, -0.2, 0.3);
  private Workspace workspace;
  private Deployment<ServingBenchmark.Point, Boolean> deployment;
  private ScheduledExecutorService mover;
  private long moves;

  /** Deploys one of two versions, and begins to move the champion between them. */
  @Setup
  public void deploy() {
    workspace = Workspace.builder().format(new ServingBenchmark.Sigmoid()).open();
    Models models = workspace.models();
    for (int version = 1; version <= 2; version++) {
      models.register(
          "point",
          Candidate.of("sigmoid", ServingBenchmark.TASK.features().schema(), new byte[] {1}));
      models.transition("point", version, VersionState.VALIDATED, "benchmark");
      models.transition("point", version, VersionState.APPROVED, "benchmark");
    }
    models.move("point", Alias.CHAMPION, 1, "benchmark");
    deployment =
        Deployment.of("point", ServingBenchmark.TASK, models)
            .events(workspace.events())
            .warmUp(Duration.ZERO)
            .build();
    mover = Executors.newSingleThreadScheduledExecutor();
    if (champion.equals(MOVES)) {
      var unused =
          mover.scheduleAtFixedRate(
              () -> models.move("point", Alias.CHAMPION, 1 + ++moves % 2, "benchmark"),
              SWAP_MILLIS,
              SWAP_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }

  /** Ends the moves and closes the workspace. */
  @TearDown
  public void close() {
    mover.shutdownNow();
    deployment.close();
    workspace.close();
  }

  /**
   * Asks whoever is champion.
   *
   * @return the answer
   */
  @Benchmark
  public Served<Boolean> asked() {
    return deployment.predict(row);
  }

  static Row row(Map<String, Suite.Score> scores) {
    Suite.Score still = Bench.score(scores, "asked/" + STAYS);
    Suite.Score moved = Bench.score(scores, "asked/" + MOVES);
    return new Row(
        "2 threads, a swap every 10 ms",
        moved.ns(),
        moved.bytes(),
        still.ns(),
        moved.ns() / still.ns(),
        "at least 0.9 times the throughput without swaps",
        still.ns() / moved.ns() >= 0.9);
  }
}
