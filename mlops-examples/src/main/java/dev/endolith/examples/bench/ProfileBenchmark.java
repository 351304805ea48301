package dev.endolith.examples.bench;

import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.StreamedProfile;
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
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A profile of many rows from memory as one run, beside a loop that only sums them. All rows are
 * held and none is seen twice, so that neither the caches nor the sketches have it easier than with
 * data: 180 bytes for each of {@code endolith.profile.rows} (2 000 000 by default, 10 000 000 for a
 * release).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 3)
@Fork(1)
public class ProfileBenchmark {
  private static final int COLUMNS = 20;
  private static final int ROWS = Integer.getInteger("endolith.profile.rows", 2_000_000);
  private static final NumberRow FEATURES = new NumberRow(COLUMNS);

  private double[][] rows = {};

  /** Draws the rows: ten columns of an exponential law, eight of whole numbers, two of few. */
  @Setup
  public void draw() {
    SplittableRandom random = new SplittableRandom(1);
    rows = new double[ROWS][COLUMNS];
    for (double[] row : rows) {
      for (int i = 0; i < COLUMNS; i++) {
        double drawn = -Math.log(1 - random.nextDouble());
        row[i] = i < 10 ? drawn : i < 18 ? Math.rint(1_000 * drawn) : Math.rint(drawn);
      }
    }
  }

  /**
   * Profiles all rows: edges, counts, moments, correlations.
   *
   * @return the profile
   */
  @Benchmark
  public ReferenceProfile profile() {
    StreamedProfile<double[]> profile = StreamedProfile.of(FEATURES, 1);
    for (double[] row : rows) {
      profile.add(row);
    }
    return profile.build();
  }

  /**
   * Reads all rows as a profile does, and sums them.
   *
   * @return the sum
   */
  @Benchmark
  public double sum() {
    double sum = 0;
    for (double[] row : rows) {
      for (int i = 0; i < COLUMNS; i++) {
        sum += FEATURES.number(row, i);
      }
    }
    return sum;
  }

  static final class Rows implements Suite {
    @Override
    public String name() {
      return "profile";
    }

    @Override
    public List<Class<?>> benchmarks() {
      return List.of(ProfileBenchmark.class);
    }

    @Override
    public String heap() {
      return "4g";
    }

    @Override
    public List<Row> rows(Map<String, Score> scores) {
      Score profile = Bench.score(scores, "profile");
      Score sum = Bench.score(scores, "sum");
      return List.of(
          new Row(
              String.format(
                  Locale.ROOT,
                  "profile %,d x %d: %.2fM rows/s; sum %.1fM",
                  ROWS,
                  COLUMNS,
                  1e3 * ROWS / profile.ns(),
                  1e3 * ROWS / sum.ns()),
              profile.ns() / ROWS,
              profile.bytes() / ROWS,
              sum.ns() / ROWS,
              profile.ns() / sum.ns(),
              "stated, a row",
              true));
    }
  }
}
