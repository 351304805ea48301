package dev.endolith.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.endolith.data.DataOrigin;
import dev.endolith.data.Dataset;
import dev.endolith.data.Example;
import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.RawRow;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BoundContractTest {
  private static final Schema SCHEMA = Schema.of(Field.number("a"), Field.number("b"));

  /** Rows of numbers, which ask something before their last number is read. */
  private static final class Pairs implements Features<double[]> {
    private final Runnable between;

    Pairs(Runnable between) {
      this.between = between;
    }

    @Override
    public Schema schema() {
      return SCHEMA;
    }

    @Override
    public double number(double[] row, int field) {
      if (field == 1) {
        between.run();
      }
      return row[field];
    }

    @Override
    public @Nullable String category(double[] row, int field) {
      throw new IllegalArgumentException("there are only numbers");
    }

    @Override
    public double[] read(RawRow raw) {
      throw new IllegalStateException("rows are made, not read");
    }
  }

  private static BoundContract<double[]> bound(Runnable between) {
    Task<double[], Double> task = Task.regress(new Pairs(() -> {})).label("y").build();
    return InputContract.learn(
            Dataset.of(
                task,
                DataOrigin.named("pairs"),
                IntStream.range(0, 1_000)
                    .mapToObj(i -> new Example<>(new double[] {i, -i}, 1.0))
                    .toList()))
        .bind(new Pairs(between));
  }

  @Test
  void inspect_whatReadsRowsAsksAnotherContract_bothSeeTheirOwnRow() {
    BoundContract<double[]> plain = bound(() -> {});
    double[] other = {400, -50};
    Findings ofOther = plain.inspect(other);
    double[] row = {7, -900};
    BoundContract<double[]> asking =
        bound(() -> assertThat(plain.inspect(other)).isEqualTo(ofOther));

    assertThat(asking.inspect(row)).isEqualTo(plain.inspect(row)).isNotEqualTo(ofOther);
  }

  @Test
  void inspect_rowThatKeepsEveryRule_allocatesNoMoreThanItAnswers() {
    BoundContract<double[]> contract = bound(() -> {});
    double[] row = {7, -900};
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int times = 10_000;
    double score = contract.inspect(row).outlierScore();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < times; i++) {
      score += contract.inspect(row).outlierScore();
    }
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / times;

    assertThat(score).isPositive();
    assertThat(each).isLessThanOrEqualTo(40); // a Findings, and no array of numbers
  }
}
