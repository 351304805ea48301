package dev.endolith.examples.bench;

import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.monitoring.drift.Drift;
import dev.endolith.monitoring.drift.DriftReport;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.report.DataReport;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The page of a comparison of many columns, of which every fourth drifted. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class ReportBenchmark {
  private static final int ROWS = 500;

  /** How many columns. */
  @Param({"100", "1000"})
  public int columns;

  private DriftReport drift;

  /** Compares made up rows. */
  @Setup
  public void compare() {
    drift = Drift.compare(ReferenceProfile.of(rows(0, 1)), rows(4, 2));
  }

  private Dataset<double[], Double> rows(double shift, long seed) {
    NumberRow features = new NumberRow(columns);
    Regression<double[]> task = Task.regress(features).label("y").build();
    Random random = new Random(seed);
    List<Example<double[], Double>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double[] x = random.doubles(columns).map(u -> 10 * u).toArray();
      for (int c = 0; c < columns; c += 4) {
        x[c] += shift;
      }
      rows.add(new Example<>(x, 0.0));
    }
    return Dataset.of(task, DataOrigin.named("made up"), rows);
  }

  /**
   * The page.
   *
   * @return the page
   */
  @Benchmark
  public String page() {
    return DataReport.of(drift).toHtml();
  }

  static final class Rows implements Suite {
    private static final double MOST_NS = 300e6;

    @Override
    public String name() {
      return "report";
    }

    @Override
    public List<Class<?>> benchmarks() {
      return List.of(ReportBenchmark.class);
    }

    @Override
    public List<Row> rows(Map<String, Score> scores) {
      Score hundred = Bench.score(scores, "page/100");
      Score thousand = Bench.score(scores, "page/1000");
      return List.of(
          new Row(
              "page of 100 columns",
              hundred.ns(),
              hundred.bytes(),
              null,
              null,
              "at most 300 ms",
              hundred.ns() <= MOST_NS),
          new Row(
              "page of 1000 columns, 150 with pictures",
              thousand.ns(),
              thousand.bytes(),
              null,
              null,
              "at most 1 s",
              thousand.ns() <= 1e9));
    }
  }
}
