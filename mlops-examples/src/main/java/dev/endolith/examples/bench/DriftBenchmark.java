package dev.endolith.examples.bench;

import com.tdunning.math.stats.MergingDigest;
import com.tdunning.math.stats.TDigest;
import dev.endolith.data.Task;
import dev.endolith.model.Prediction;
import dev.endolith.model.Regressed;
import dev.endolith.monitoring.drift.JensenShannon;
import dev.endolith.monitoring.drift.KolmogorovSmirnov;
import dev.endolith.monitoring.drift.Psi;
import dev.endolith.monitoring.drift.TestResult;
import dev.endolith.monitoring.profile.ProfileRecorder;
import dev.endolith.monitoring.profile.QuantileSketch;
import dev.endolith.monitoring.profile.ReferenceColumn;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.StreamedProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What watching costs: the hand-off on the serving thread, counting beside it, comparing profiles,
 * profiling a stream, and the quantile sketch beside a t-digest.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DriftBenchmark {
  private static final int COLUMNS = 20;
  private static final int ROWS = 1 << 14;
  private static final int BATCH = 1 << 13;
  private static final int MILLION = 1_000_000;
  private static final NumberRow FEATURES = new NumberRow(COLUMNS);
  private static final Prediction<Double> ANSWER = new Regressed(0.5);

  /** Rows, each with twenty numbers of an exponential law. */
  @State(Scope.Benchmark)
  public static class Live {
    private final double[][] rows = rows(ROWS, COLUMNS, 1);
    private final ReferenceProfile reference =
        ReferenceProfile.ofStream(FEATURES, Stream.of(rows), 1);
    private final WindowProfile window = WindowProfile.empty(reference);
    private final StreamedProfile<double[]> profile = StreamedProfile.of(FEATURES, 1);
    private int next;

    double[] row() {
      return rows[next++ & (ROWS - 1)];
    }
  }

  /** A recorder whose buffer is empty when a batch begins. */
  @State(Scope.Benchmark)
  public static class Recording {
    private final double[][] rows = rows(BATCH, COLUMNS, 1);
    private final ProfileRecorder<double[], Double> recorder =
        ProfileRecorder.open(
            Task.regress(FEATURES).label("y").build(),
            ReferenceProfile.ofStream(FEATURES, Stream.of(rows), 1));
    private final Object[] ring = new Object[4 * BATCH];
    private int next;

    /** Waits until the recorder's thread has counted the batch before. */
    @Setup(Level.Invocation)
    public void empty() {
      while (recorder.waiting() > 0) {
        Thread.onSpinWait();
      }
    }

    /** Ends the recorder. */
    @TearDown
    public void close() {
      recorder.close();
    }
  }

  /** A hundred columns, counted on both sides. */
  @State(Scope.Benchmark)
  public static class Counted {
    private final List<ReferenceColumn> columns;
    private final long[][] reference;
    private final long[][] current;
    private final Psi psi = Psi.create();
    private final JensenShannon js = JensenShannon.create();
    private final KolmogorovSmirnov ks = KolmogorovSmirnov.create();

    /** Profiles two samples. */
    public Counted() {
      NumberRow features = new NumberRow(100);
      ReferenceProfile profile =
          ReferenceProfile.ofStream(features, Stream.of(rows(20_000, 100, 1)), 1);
      WindowProfile window = WindowProfile.empty(profile);
      for (double[] row : rows(5_000, 100, 2)) {
        window.count(features, row);
      }
      columns = profile.columns();
      reference = columns.stream().map(ReferenceColumn::counts).toArray(long[][]::new);
      current = new long[columns.size()][];
      Arrays.setAll(current, window::counts);
    }
  }

  /** A million numbers twice. */
  @State(Scope.Benchmark)
  public static class Samples {
    private final double[] x = new SplittableRandom(1).doubles(MILLION).toArray();
    private final double[] y = new SplittableRandom(2).doubles(MILLION).toArray();
    private final KolmogorovSmirnov ks = KolmogorovSmirnov.create();
  }

  /** Sketches of a stream. */
  @State(Scope.Thread)
  public static class Sketched {
    private final double[] values = lognormal(ROWS, 1);
    private final QuantileSketch sketch = QuantileSketch.create(1);
    private final TDigest digest = new MergingDigest(100);
    private final TDigest large = new MergingDigest(1_000);
    private int next;

    double value() {
      return values[next++ & (ROWS - 1)];
    }
  }

  private static double[][] rows(int size, int columns, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] rows = new double[size][columns];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> -Math.log(1 - random.nextDouble()));
    }
    return rows;
  }

  private static double[] lognormal(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[size];
    Arrays.setAll(values, i -> Math.exp(2 * random.nextGaussian()));
    return values;
  }

  /**
   * The recorder takes a row and its answer.
   *
   * @param on the recorder
   * @return whether all were taken
   */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public boolean handOff(Recording on) {
    boolean all = true;
    for (double[] row : on.rows) {
      all &= on.recorder.record(row, ANSWER);
    }
    return all;
  }

  /**
   * Two plain stores into a ring.
   *
   * @param on the ring
   * @return the ring
   */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public Object ringWrite(Recording on) {
    Object[] ring = on.ring;
    int next = on.next;
    for (double[] row : on.rows) {
      ring[next & (ring.length - 1)] = row;
      ring[(next + 1) & (ring.length - 1)] = ANSWER;
      next += 2;
    }
    on.next = next;
    return ring;
  }

  /**
   * Counts a row of twenty numbers in a window.
   *
   * @param live the rows
   */
  @Benchmark
  public void count(Live live) {
    live.window.count(FEATURES, live.row());
  }

  /**
   * Profiles a row of twenty numbers.
   *
   * @param live the rows
   */
  @Benchmark
  public void profile(Live live) {
    live.profile.add(live.row());
  }

  /**
   * Reads a row of twenty numbers as the others do, and sums it.
   *
   * @param live the rows
   * @return the sum
   */
  @Benchmark
  public double sum(Live live) {
    double[] row = live.row();
    double sum = 0;
    for (int i = 0; i < COLUMNS; i++) {
      sum += FEATURES.number(row, i);
    }
    return sum;
  }

  /**
   * PSI, KS and JS of each of a hundred columns.
   *
   * @param counted the counts
   * @return the sum of the statistics
   */
  @Benchmark
  public double compare100(Counted counted) {
    double sum = 0;
    for (int i = 0; i < counted.current.length; i++) {
      long[] reference = counted.reference[i];
      long[] current = counted.current[i];
      sum += counted.psi.compare(reference, current).statistic();
      sum += counted.ks.compareBinned(reference, current).statistic();
      sum += counted.js.compare(reference, current).statistic();
    }
    return sum;
  }

  /**
   * KS of two samples of a million.
   *
   * @param samples the samples
   * @return the result
   */
  @Benchmark
  public TestResult kolmogorovSmirnov(Samples samples) {
    return samples.ks.compare(samples.x, samples.y);
  }

  /**
   * Sorts copies of both.
   *
   * @param samples the samples
   * @return one of them
   */
  @Benchmark
  public double sortBoth(Samples samples) {
    double[] x = samples.x.clone();
    double[] y = samples.y.clone();
    Arrays.sort(x);
    Arrays.sort(y);
    return x[0] + y[0];
  }

  /**
   * Updates the quantile sketch.
   *
   * @param stream the stream
   */
  @Benchmark
  public void sketchUpdate(Sketched stream) {
    stream.sketch.update(stream.value());
  }

  /**
   * Updates a t-digest of its usual size.
   *
   * @param stream the stream
   */
  @Benchmark
  public void digestUpdate(Sketched stream) {
    stream.digest.add(stream.value());
  }

  /**
   * Updates a t-digest of ten times its usual size.
   *
   * @param stream the stream
   */
  @Benchmark
  public void largeDigestUpdate(Sketched stream) {
    stream.large.add(stream.value());
  }

  static final class Rows implements Suite {
    @Override
    public String name() {
      return "drift";
    }

    @Override
    public List<Class<?>> benchmarks() {
      return List.of(DriftBenchmark.class);
    }

    @Override
    public List<Row> rows(Map<String, Score> scores) {
      Score sum = Bench.score(scores, "sum");
      Score profile = Bench.score(scores, "profile");
      Score sketch = Bench.score(scores, "sketchUpdate");
      List<Row> rows = new ArrayList<>();
      rows.add(
          row(
              "hand-off to the recorder",
              Bench.score(scores, "handOff"),
              Bench.score(scores, "ringWrite"),
              50,
              Double.NaN,
              true));
      rows.add(
          row("count 20 numbers in a window", Bench.score(scores, "count"), sum, 400, 0, true));
      rows.add(
          row(
              "PSI, KS, JS of 100 columns",
              Bench.score(scores, "compare100"),
              null,
              1e6,
              0,
              false));
      rows.add(
          row(
              "KS of 10^6 and 10^6, beside sorting",
              Bench.score(scores, "kolmogorovSmirnov"),
              Bench.score(scores, "sortBoth"),
              0,
              Runtime.version().feature() < 25 ? 1.3 : 2.2,
              false));
      rows.add(
          row(
              String.format(
                  Locale.ROOT,
                  "profile 20 numbers, %.2fM rows/s; sum %.0fM",
                  1e3 / profile.ns(),
                  1e3 / sum.ns()),
              profile,
              sum,
              0,
              0,
              false));
      rows.addAll(sketches(sketch, scores));
      return rows;
    }

    /** The errors are measured here, on one stream of a million for all. */
    private static List<Row> sketches(Score ours, Map<String, Score> scores) {
      double[] values = lognormal(MILLION, 7);
      QuantileSketch sketch = QuantileSketch.create(1);
      TDigest digest = new MergingDigest(100);
      TDigest large = new MergingDigest(1_000);
      for (double value : values) {
        sketch.update(value);
        digest.add(value);
        large.add(value);
      }
      Arrays.sort(values);
      Score usual = Bench.score(scores, "digestUpdate");
      Score thousand = Bench.score(scores, "largeDigestUpdate");
      return List.of(
          row(
              label("sketch", worst(sketch::quantile, values), sketch.memory()),
              ours,
              usual,
              0,
              0,
              false),
          row(label("t-digest 100", worst(digest::quantile, values), digest.byteSize()), usual),
          row(label("t-digest 1000", worst(large::quantile, values), large.byteSize()), thousand));
    }

    private static String label(String name, double error, long bytes) {
      return String.format(
          Locale.ROOT, "%s update: rank error %.4f, %d KiB", name, error, bytes / 1_024);
    }

    /** The greatest rank error of 999 quantiles. */
    private static double worst(DoubleUnaryOperator quantile, double[] sorted) {
      double worst = 0;
      for (int i = 1; i < 1_000; i++) {
        double share = i / 1_000.0;
        int found = Arrays.binarySearch(sorted, quantile.applyAsDouble(share));
        double rank = (found >= 0 ? found + 1 : -found - 1) / (double) sorted.length;
        worst = Math.max(worst, Math.abs(rank - share));
      }
      return worst;
    }

    private static Row row(String path, Score score) {
      return row(path, score, null, 0, 0, false);
    }

    /** A goal of 0 or NaN is none. */
    private static Row row(
        String path,
        Score score,
        @Nullable Score limit,
        double goalNs,
        double goalRatio,
        boolean noBytes) {
      Double ratio = limit == null ? null : (Double) (score.ns() / limit.ns());
      List<String> goals = new ArrayList<>();
      boolean met = true;
      if (goalNs > 0) {
        goals.add(String.format(Locale.ROOT, "at most %.0f ns", goalNs));
        met = score.ns() <= goalNs;
      }
      if (goalRatio > 0 && ratio != null) {
        goals.add("at most " + goalRatio + " times");
        met &= ratio <= goalRatio;
      }
      if (noBytes) {
        goals.add("0 bytes");
        met &= score.bytes() < 1;
      }
      return new Row(
          path,
          score.ns(),
          score.bytes(),
          limit == null ? null : limit.ns(),
          ratio,
          goals.isEmpty() ? "stated" : String.join(", ", goals),
          met);
    }
  }
}
