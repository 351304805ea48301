package dev.endolith.examples.bench;

import dev.endolith.Workspace;
import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Predictor;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.ModelVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class RegistryBenchmark {
  private static final Schema SCHEMA = Schema.of(Field.number("a"));

  private final Random random = new Random(1);
  private final byte[] blob = new byte[64 * 1024];
  private Path folder;
  private Workspace workspace;
  private Connection byHand;
  private PreparedStatement insertVersion;
  private PreparedStatement insertAudit;
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
    byHand =
        DriverManager.getConnection(
            "jdbc:sqlite:"
                + folder.resolve("hand.db")
                + "?journal_mode=WAL&synchronous=FULL&transaction_mode=IMMEDIATE");
    byHand.setAutoCommit(false);
    try (Statement create = byHand.createStatement()) {
      create.execute(
          "CREATE TABLE version (model TEXT, number INTEGER, facts TEXT, PRIMARY KEY (model,"
              + " number))");
      create.execute(
          "CREATE TABLE audit (model TEXT, sequence INTEGER, facts TEXT, PRIMARY KEY (model,"
              + " sequence))");
    }
    byHand.commit();
    insertVersion = byHand.prepareStatement("INSERT INTO version VALUES (?, ?, ?)");
    insertAudit = byHand.prepareStatement("INSERT INTO audit VALUES (?, ?, ?)");
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
    insertVersion.close();
    insertAudit.close();
    byHand.close();
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

  /**
   * Through the library.
   *
   * @return the version
   */
  @Benchmark
  public ModelVersion register() {
    return workspace.models().register("bench", Candidate.of("opaque", SCHEMA, fresh()));
  }

  /**
   * By hand.
   *
   * @return the row's number
   * @throws IOException if the disk fails
   * @throws SQLException if the database fails
   */
  @Benchmark
  public long byHand() throws IOException, SQLException {
    number++;
    Path hand = folder.resolve("hand");
    Path temp = hand.resolve("tmp-" + number);
    try (FileChannel out =
        FileChannel.open(temp, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(fresh()));
      out.force(true);
    }
    Files.move(temp, hand.resolve("blob-" + number), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(hand, StandardOpenOption.READ)) {
      directory.force(true);
    }
    String facts = "x".repeat(600); // about what a version's and a record's row hold
    for (PreparedStatement insert : List.of(insertVersion, insertAudit)) {
      insert.setString(1, "bench");
      insert.setLong(2, number);
      insert.setString(3, facts);
      insert.executeUpdate();
    }
    byHand.commit();
    return number;
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
    public Class<?> benchmarks() {
      return RegistryBenchmark.class;
    }

    @Override
    public List<Row> rows(Map<String, Score> scores) {
      Score register = Bench.score(scores, "register");
      Score hand = Bench.score(scores, "byHand");
      return List.of(
          new Row(
              "Models.register, blob of 64 KiB, SQLite",
              register.ns(),
              register.bytes() - hand.bytes(),
              hand.ns(),
              register.ns() / hand.ns(),
              "at most 1.3 times the bare writes",
              register.ns() / hand.ns() <= GOAL_RATIO));
    }
  }
}
