package dev.endolith.examples.bench;

import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Task;
import dev.endolith.monitoring.quality.Check;
import dev.endolith.monitoring.quality.Expectations;
import dev.endolith.monitoring.quality.ExpectationsBuilder;
import dev.endolith.monitoring.quality.Measure;
import dev.endolith.monitoring.quality.QualityContext;
import dev.endolith.monitoring.quality.QualityReport;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Expectations on a dataset of twenty columns, beside a loop that only compares the same numbers
 * with the same bounds. One row in a hundred breaks a rule.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class QualityBenchmark {
  private static final int COLUMNS = 20;
  private static final int ROWS = 100_000;
  private static final double LOW = 0.01 / COLUMNS;
  private static final NumberRow FEATURES = new NumberRow(COLUMNS);
  private static final QualityContext CONTEXT =
      QualityContext.of(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

  private final Dataset<double[], Double> data = data();
  private final Expectations ranges = ranges().build();
  private final Expectations figures = figures(ranges()).build();
  private final Expectations keys = figures(ranges()).warn(Check.unique("f0", "f1")).build();

  private static Dataset<double[], Double> data() {
    SplittableRandom random = new SplittableRandom(1);
    List<Example<double[], Double>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(new Example<>(random.doubles(COLUMNS).toArray(), 0.0));
    }
    return Dataset.of(Task.regress(FEATURES).label("y").build(), DataOrigin.named("made up"), rows);
  }

  /** A range of each column. */
  private static ExpectationsBuilder ranges() {
    ExpectationsBuilder rules = Expectations.builder();
    for (int i = 0; i < COLUMNS; i++) {
      rules.warn(Check.range("f" + i, LOW, 1));
    }
    return rules;
  }

  /** The missing share and the mean of each column. */
  private static ExpectationsBuilder figures(ExpectationsBuilder rules) {
    for (int i = 0; i < COLUMNS; i++) {
      rules.warn(Check.missing("f" + i, 0.01));
      rules.warn(Check.measure(Measure.MEAN, "f" + i, 0.4, 0.6));
    }
    return rules;
  }

  /**
   * Checks a range of each column.
   *
   * @return the report
   */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public QualityReport checkRanges() {
    return ranges.check(data, CONTEXT);
  }

  /**
   * Checks the range, the missing share and the mean of each column.
   *
   * @return the report
   */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public QualityReport checkFigures() {
    return figures.check(data, CONTEXT);
  }

  /**
   * Checks all of this, and that a key of two columns is unique.
   *
   * @return the report
   */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public QualityReport checkKeys() {
    return keys.check(data, CONTEXT);
  }

  /**
   * Compares each number with its bounds.
   *
   * @return how many lie outside
   */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long compareOnly() {
    long outside = 0;
    for (Example<double[], Double> example : data) {
      double[] row = example.x();
      for (int i = 0; i < COLUMNS; i++) {
        double value = FEATURES.number(row, i);
        outside += value < LOW || value > 1 ? 1 : 0;
      }
    }
    return outside;
  }

  static final class Rows implements Suite {
    @Override
    public String name() {
      return "quality";
    }

    @Override
    public List<Class<?>> benchmarks() {
      return List.of(QualityBenchmark.class);
    }

    @Override
    public List<Row> rows(Map<String, Score> scores) {
      Score limit = Bench.score(scores, "compareOnly");
      return List.of(
          row("20 ranges", Bench.score(scores, "checkRanges"), limit),
          row("20 ranges, missing, means", Bench.score(scores, "checkFigures"), limit),
          row("these and a key", Bench.score(scores, "checkKeys"), limit));
    }

    private static Row row(String what, Score score, Score limit) {
      return new Row(
          String.format(
              Locale.ROOT,
              "%s: %.2fM rows/s; compare %.1fM",
              what,
              1e3 / score.ns(),
              1e3 / limit.ns()),
          score.ns(),
          score.bytes(),
          limit.ns(),
          score.ns() / limit.ns(),
          "stated",
          true);
    }
  }
}
