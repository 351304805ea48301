package dev.endolith.examples.bench;

import dev.endolith.contract.BoundContract;
import dev.endolith.contract.InputContract;
import dev.endolith.data.Classification;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.FeaturesBuilder;
import dev.endolith.data.Task;
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
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to look at twenty numbers that break no rule. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ContractBenchmark {
  private static final int COLUMNS = 20;
  private static final int ROWS = 2_000;

  private final List<double[]> rows = new ArrayList<>();
  private BoundContract<double[]> contract;
  private int next;

  /** Learns a contract of twenty normal columns; the rows that are checked are of the training. */
  @Setup
  public void learn() {
    FeaturesBuilder<double[]> builder = Features.builder(double[].class);
    for (int i = 0; i < COLUMNS; i++) {
      int column = i;
      builder.number("x" + i, row -> row[column]);
    }
    Classification<double[], Boolean> task = Task.classify(builder.build(), Boolean.class).build();
    Random random = new Random(1);
    List<Example<double[], Boolean>> examples = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double[] row = new double[COLUMNS];
      for (int c = 0; c < COLUMNS; c++) {
        row[c] = random.nextGaussian();
      }
      examples.add(new Example<>(row, true));
    }
    contract =
        InputContract.learn(Dataset.of(task, DataOrigin.named("normal"), examples))
            .bind(task.features());
    examples.stream()
        .map(Example::x)
        .filter(row -> !Double.isNaN(contract.check(row)))
        .limit(1_024)
        .forEach(rows::add);
  }

  private double[] row() {
    return rows.get(next++ & 1_023);
  }

  /**
   * The rules of twenty numbers.
   *
   * @return whether they are kept
   */
  @Benchmark
  public boolean contractRules() {
    return contract.keeps(row());
  }

  /**
   * The rules of twenty numbers and the outlier score.
   *
   * @return the score
   */
  @Benchmark
  public double contractCheck() {
    return contract.check(row());
  }

  /**
   * A sum of the same numbers.
   *
   * @return the sum
   */
  @Benchmark
  public double contractSum() {
    double sum = 0;
    for (double value : row()) {
      sum += value;
    }
    return sum;
  }

  static List<Row> rows(Map<String, Suite.Score> scores) {
    Suite.Score sum = Bench.score(scores, "contractSum");
    return List.of(
        row("rules", Bench.score(scores, "contractRules"), sum, 20, "at most 20 ns, 0 bytes"),
        // finds the bin of each number, which checking its range need not
        row(
            "rules and outlier score",
            Bench.score(scores, "contractCheck"),
            sum,
            Double.POSITIVE_INFINITY,
            "stated, 0 bytes"));
  }

  private static Row row(
      String what, Suite.Score score, Suite.Score sum, double mostNs, String goal) {
    return new Row(
        "InputContract, 20 numbers, " + what,
        score.ns(),
        score.bytes(),
        sum.ns(),
        score.ns() / sum.ns(),
        goal + "; beside a sum of them",
        score.ns() <= mostNs && score.bytes() < 1);
  }
}
