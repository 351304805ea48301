package dev.endolith.examples.bench;

import dev.endolith.monitoring.stream.Adwin;
import dev.endolith.monitoring.stream.ChangeDetector;
import dev.endolith.monitoring.stream.ReferenceMode;
import dev.endolith.monitoring.stream.Signal;
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
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One update of a change detector, on a stationary stream of errors. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DetectorsBenchmark {
  private static final int SIZE = 1 << 16;

  private final double[] stream = new Random(1).doubles(SIZE).map(u -> u < 0.2 ? 1 : 0).toArray();
  private final ChangeDetector adwin = Adwin.create();
  private final ChangeDetector moa = Adwin.builder().mode(ReferenceMode.MOA).build();
  private int next;

  /**
   * ADWIN with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal adwin() {
    return adwin.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * ADWIN in MOA's mode.
   *
   * @return the signal
   */
  @Benchmark
  public Signal adwinMoa() {
    return moa.update(stream[next++ & (SIZE - 1)]);
  }

  static final class Rows implements Suite {
    private static final double GOAL_NS = 120;

    @Override
    public String name() {
      return "detectors";
    }

    @Override
    public List<Class<?>> benchmarks() {
      return List.of(DetectorsBenchmark.class);
    }

    @Override
    public List<Row> rows(Map<String, Score> scores) {
      return List.of(
          row("Adwin.update", Bench.score(scores, "adwin")),
          row("Adwin.update, MOA mode", Bench.score(scores, "adwinMoa")));
    }

    private static Row row(String path, Score score) {
      return new Row(
          path,
          score.ns(),
          score.bytes(),
          null,
          null,
          "at most 120 ns, 0 bytes",
          score.ns() <= GOAL_NS && score.bytes() < 1);
    }
  }
}
