package dev.endolith.examples.bench;

import dev.endolith.monitoring.stream.Adwin;
import dev.endolith.monitoring.stream.Bocd;
import dev.endolith.monitoring.stream.ChangeDetector;
import dev.endolith.monitoring.stream.Cusum;
import dev.endolith.monitoring.stream.Ddm;
import dev.endolith.monitoring.stream.Ecdd;
import dev.endolith.monitoring.stream.Eddm;
import dev.endolith.monitoring.stream.Fhddm;
import dev.endolith.monitoring.stream.GeometricMovingAverage;
import dev.endolith.monitoring.stream.HddmA;
import dev.endolith.monitoring.stream.HddmW;
import dev.endolith.monitoring.stream.Kswin;
import dev.endolith.monitoring.stream.PageHinkley;
import dev.endolith.monitoring.stream.Rddm;
import dev.endolith.monitoring.stream.ReferenceMode;
import dev.endolith.monitoring.stream.Signal;
import dev.endolith.monitoring.stream.Stepd;
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
  private final ChangeDetector ddm = Ddm.create();
  private final ChangeDetector eddm = Eddm.create();
  private final ChangeDetector hddmA = HddmA.create();
  private final ChangeDetector hddmW = HddmW.create();
  private final ChangeDetector pageHinkley = PageHinkley.create();
  private final ChangeDetector cusum = Cusum.create();
  private final ChangeDetector geometricMovingAverage = GeometricMovingAverage.create();
  private final ChangeDetector ecdd = Ecdd.create();
  private final ChangeDetector stepd = Stepd.create();
  private final ChangeDetector rddm = Rddm.create();
  private final ChangeDetector kswin = Kswin.create();
  private final ChangeDetector fhddm = Fhddm.create();
  private final ChangeDetector bocd = Bocd.create();
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

  /**
   * Ddm with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal ddm() {
    return ddm.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * Eddm with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal eddm() {
    return eddm.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * HddmA with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal hddmA() {
    return hddmA.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * HddmW with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal hddmW() {
    return hddmW.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * PageHinkley with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal pageHinkley() {
    return pageHinkley.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * Cusum with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal cusum() {
    return cusum.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * GeometricMovingAverage with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal geometricMovingAverage() {
    return geometricMovingAverage.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * Ecdd with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal ecdd() {
    return ecdd.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * Stepd with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal stepd() {
    return stepd.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * Rddm with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal rddm() {
    return rddm.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * Kswin with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal kswin() {
    return kswin.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * Fhddm with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal fhddm() {
    return fhddm.update(stream[next++ & (SIZE - 1)]);
  }

  /**
   * Bocd with the library's defaults.
   *
   * @return the signal
   */
  @Benchmark
  public Signal bocd() {
    return bocd.update(stream[next++ & (SIZE - 1)]);
  }

  static final class Rows implements Suite {
    private static final double NO_GOAL = 0;

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
          row("Adwin.update", Bench.score(scores, "adwin"), 120),
          row("Adwin.update, MOA mode", Bench.score(scores, "adwinMoa"), 120),
          row("Ddm.update", Bench.score(scores, "ddm"), 15),
          row("Eddm.update", Bench.score(scores, "eddm"), NO_GOAL),
          row("HddmA.update", Bench.score(scores, "hddmA"), 40),
          row("HddmW.update", Bench.score(scores, "hddmW"), 40),
          row("PageHinkley.update", Bench.score(scores, "pageHinkley"), 15),
          row("Cusum.update", Bench.score(scores, "cusum"), 15),
          row("GeometricMovingAverage.update", Bench.score(scores, "geometricMovingAverage"), 15),
          row("Ecdd.update", Bench.score(scores, "ecdd"), NO_GOAL),
          row("Stepd.update", Bench.score(scores, "stepd"), NO_GOAL),
          row("Rddm.update", Bench.score(scores, "rddm"), NO_GOAL),
          row("Kswin.update", Bench.score(scores, "kswin"), NO_GOAL),
          row("Fhddm.update", Bench.score(scores, "fhddm"), NO_GOAL),
          row("Bocd.update", Bench.score(scores, "bocd"), NO_GOAL));
    }

    private static Row row(String path, Score score, double goalNs) {
      boolean timed = goalNs != NO_GOAL;
      return new Row(
          path,
          score.ns(),
          score.bytes(),
          null,
          null,
          timed ? String.format("at most %.0f ns, 0 bytes", goalNs) : "0 bytes",
          (!timed || score.ns() <= goalNs) && score.bytes() < 1);
    }
  }
}
