package dev.endolith.examples.bench;

import dev.endolith.Workspace;
import dev.endolith.data.Digest;
import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Predictor;
import dev.endolith.registry.Candidate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Registering a version with a blob of 64 KiB, beside the same bytes and rows made durable by hand:
 * write, fsync, rename, fsync of the directory, one commit.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10, time = 2) // until the JIT has settled: a registration is milliseconds
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class RegistryBenchmark {
  private static final Schema SCHEMA = Schema.of(Field.number("a"));

  private final Random random = new Random(1);
  private final byte[] blob = new byte[64 * 1024];
  private Path folder;
  private Workspace workspace;
  private SameRows rows;
  private long number;

  /**
   * Opens a workspace and a bare database on the same disk.
   *
   * @throws IOException if the disk fails
   * @throws SQLException if the database fails
   */
  @Setup
  public void open() throws IOException, SQLException {
    folder = Files.createTempDirectory("bench-registry");
    workspace = Workspace.builder().folder(folder.resolve("workspace")).format(new Opaque()).open();
    Files.createDirectories(folder.resolve("hand"));
    workspace.models().register("bench", Candidate.of("opaque", SCHEMA, fresh()));
    rows = new SameRows(folder.resolve("workspace/endolith.db"), folder.resolve("hand.db"));
  }

  /**
   * Closes both and deletes them.
   *
   * @throws IOException if the disk fails
   * @throws SQLException if the database fails
   */
  @TearDown
  public void close() throws IOException, SQLException {
    workspace.close();
    rows.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private byte[] fresh() {
    random.nextBytes(blob);
    return blob.clone();
  }

  /** Nanoseconds of either side of the pairs. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Times {
    /** Of registrations through the library. */
    public long registered;

    /** Of the same by hand. */
    public long byHand;

    /** How many of either. */
    public long pairs;
  }

  /**
   * Through the library and by hand, in turns: the disks of shared machines are faster at one
   * moment than at another.
   *
   * @param times what each took
   * @return the last number
   * @throws IOException if the disk fails
   * @throws SQLException if the database fails
   */
  @Benchmark
  public long pair(Times times) throws IOException, SQLException {
    byte[] one = fresh();
    byte[] other = fresh();
    long begin = System.nanoTime();
    long registered =
        workspace.models().register("bench", Candidate.of("opaque", SCHEMA, one)).number();
    long between = System.nanoTime();
    byHand(other);
    times.byHand += System.nanoTime() - between;
    times.registered += between - begin;
    times.pairs++;
    return registered;
  }

  private void byHand(byte[] content) throws IOException, SQLException {
    number++;
    Path hand = folder.resolve("hand");
    Path temp = hand.resolve("tmp-" + number);
    String digest = Digest.of(content).hex();
    try (FileChannel out =
        FileChannel.open(temp, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(content));
      out.force(true);
    }
    Files.move(temp, hand.resolve(digest), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(hand, StandardOpenOption.READ)) {
      directory.force(true);
    }
    rows.write();
  }

  /** Bytes that nobody loads. */
  private static final class Opaque implements ModelFormat {
    @Override
    public String name() {
      return "opaque";
    }

    @Override
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      throw new IllegalStateException("never asked");
    }
  }

  static final class Rows implements Suite {
    private static final double GOAL_RATIO = 1.3;

    @Override
    public String name() {
      return "registry";
    }

    @Override
    public List<Class<?>> benchmarks() {
      return List.of(RegistryBenchmark.class, RegistryScaleBenchmark.class);
    }

    @Override
    public List<Row> rows(Map<String, Score> scores) {
      double pairs = Bench.score(scores, "pair:pairs").ns();
      double registered = Bench.score(scores, "pair:registered").ns() / pairs;
      double hand = Bench.score(scores, "pair:byHand").ns() / pairs;
      List<Row> rows = new ArrayList<>();
      rows.add(
          new Row(
              "Models.register, blob of 64 KiB, SQLite",
              registered,
              Double.NaN,
              hand,
              registered / hand,
              "at most 1.3 times the bare writes",
              registered / hand <= GOAL_RATIO));
      rows.addAll(RegistryScaleBenchmark.rows(scores));
      return rows;
    }
  }
}
