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
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Two threads that ask a deployment, whose champion stays for a quarter of a second and moves every
 * 10 ms in the next. They take turns because what two threads pay for writing one counter changes
 * from second to second on a machine that others use.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(2)
public class SwapBenchmark {
  private static final int SWAP_MILLIS = 10;
  private static final int TICKS_A_TURN = 25;

  private final ServingBenchmark.Point row = new ServingBenchmark.Point(0.1, -0.2, 0.3);
  private Workspace workspace;
  private Deployment<ServingBenchmark.Point, Boolean> deployment;
  private ScheduledExecutorService mover;
  private long ticks;
  private long moves;
  private volatile boolean moving;

  /** How many answers a thread had in either turn. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Answers {
    /** While the champion stayed. */
    public long stays;

    /** While it moved. */
    public long moves;
  }

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
    var unused =
        mover.scheduleAtFixedRate(this::tick, SWAP_MILLIS, SWAP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    moving = ticks++ / TICKS_A_TURN % 2 == 1;
    if (moving) {
      workspace.models().move("point", Alias.CHAMPION, 1 + ++moves % 2, "benchmark");
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
   * @param answers counts
   * @return the answer
   */
  @Benchmark
  public Served<Boolean> asked(Answers answers) {
    if (moving) {
      answers.moves++;
    } else {
      answers.stays++;
    }
    return deployment.predict(row);
  }

  static Row row(Map<String, Suite.Score> scores) {
    Suite.Score both = Bench.score(scores, "asked");
    double stays = Bench.score(scores, "asked:stays").ns();
    double moves = Bench.score(scores, "asked:moves").ns();
    double half = both.ns() * (stays + moves) / 2; // each turn has half of the time
    return new Row(
        "2 threads, a swap every 10 ms",
        half / moves,
        both.bytes(),
        half / stays,
        stays / moves,
        "at least 0.9 times the throughput without swaps",
        moves / stays >= 0.9);
  }
}
