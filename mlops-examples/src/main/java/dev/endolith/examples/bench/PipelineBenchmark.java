package dev.endolith.examples.bench;

import dev.endolith.Workspace;
import dev.endolith.pipeline.Pipeline;
import dev.endolith.pipeline.PipelineJournal;
import dev.endolith.pipeline.Pipelines;
import dev.endolith.pipeline.StepOutput;
import dev.endolith.pipeline.StepValue;
import dev.endolith.registry.InMemoryStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
 * What a pipeline adds to the steps that it is made of: a chain that is journalled in SQLite beside
 * commits of the same rows by hand, a long chain in memory, and building a large graph.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class PipelineBenchmark {
  private static final int CHAIN = 20;
  private static final int LONG = 10_000;
  private static final StepValue<Integer> INT = StepValue.json(Integer.class);

  private final Pipeline<Integer> chain = chain(CHAIN);
  private final Pipeline<Integer> longChain = chain(LONG);
  private Path folder;
  private Workspace workspace;
  private Connection byHand;
  private PreparedStatement insert;
  private long runs;

  private static Pipeline<Integer> chain(int length) {
    Pipeline.Builder steps = Pipeline.named("chain");
    StepOutput<Integer> last = steps.step("s0", INT).does(() -> 0);
    for (int i = 1; i < length; i++) {
      last = steps.step("s" + i, INT).does(last, n -> n + 1);
    }
    return steps.returning(last);
  }

  /**
   * Opens a workspace and a bare database on the same disk.
   *
   * @throws IOException if the disk fails
   * @throws SQLException if the database fails
   */
  @Setup
  public void open() throws IOException, SQLException {
    folder = Files.createTempDirectory("bench-pipeline");
    workspace = Workspace.open(folder.resolve("workspace"));
    byHand =
        DriverManager.getConnection(
            "jdbc:sqlite:"
                + folder.resolve("hand.db")
                + "?journal_mode=WAL&synchronous=FULL&transaction_mode=IMMEDIATE");
    byHand.setAutoCommit(false);
    try (Statement create = byHand.createStatement()) {
      create.execute(
          "CREATE TABLE journal (run TEXT NOT NULL, line INTEGER NOT NULL, step TEXT NOT NULL,"
              + " outcome TEXT NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL,"
              + " PRIMARY KEY (run, line)) STRICT");
    }
    byHand.commit();
    insert = byHand.prepareStatement("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?)");
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
    insert.close();
    byHand.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Nanoseconds of either side of the pairs. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Times {
    /** Of pipelines. */
    public long journalled;

    /** Of the same commits by hand. */
    public long committedByHand;

    /** How many of either. */
    public long chains;
  }

  /**
   * A chain of 20 steps and the 21 commits that it makes, in turns.
   *
   * @param times what each took
   * @return the result of the chain
   * @throws SQLException if the database fails
   */
  @Benchmark
  public int chainInSqlite(Times times) throws SQLException {
    String run = "run-" + runs++;
    long begin = System.nanoTime();
    int result = workspace.pipelines().run(chain, run).result();
    long between = System.nanoTime();
    byHand(run);
    times.committedByHand += System.nanoTime() - between;
    times.journalled += between - begin;
    times.chains++;
    return result;
  }

  private void byHand(String run) throws SQLException {
    long line = 0;
    for (int commit = 0; commit <= CHAIN; commit++) {
      for (String outcome : List.of("SUCCEEDED", "STARTED")) {
        line++;
        insert.setString(1, run);
        insert.setLong(2, line);
        insert.setString(3, "s" + commit);
        insert.setString(4, outcome);
        insert.setString(5, "=MTk=");
        insert.setLong(6, 1_700_000_000_000_000L);
        insert.executeUpdate();
      }
      byHand.commit();
    }
  }

  /**
   * A chain of 10 000 steps, journalled in memory.
   *
   * @return the result of the chain
   */
  @Benchmark
  public int chainInMemory() {
    try (Pipelines pipelines =
        Pipelines.builder(
                PipelineJournal.inMemory(), InMemoryStores.create(Clock.systemUTC()).artifacts())
            .build()) {
      return pipelines.run(longChain, "run").result();
    }
  }

  /**
   * Builds a graph of 10 000 steps, each of which takes the outputs of two before it.
   *
   * @return the graph
   */
  @Benchmark
  public Pipeline<Integer> plan() {
    Pipeline.Builder steps = Pipeline.named("graph");
    StepOutput<Integer> one = steps.step("s0", INT).does(() -> 0);
    StepOutput<Integer> two = one;
    for (int i = 1; i < LONG; i++) {
      StepOutput<Integer> next = steps.step("s" + i, INT).does(one, two, Integer::sum);
      one = two;
      two = next;
    }
    return steps.returning(two);
  }

  static final class Rows implements Suite {
    private static final double SQLITE_RATIO = 1.3;
    private static final double MEMORY_NANOS = 20_000;
    private static final double PLAN_NANOS = 50e6;

    @Override
    public String name() {
      return "pipeline";
    }

    @Override
    public List<Class<?>> benchmarks() {
      return List.of(PipelineBenchmark.class);
    }

    @Override
    public List<Row> rows(Map<String, Score> scores) {
      double steps = Bench.score(scores, "chainInSqlite:chains").ns() * CHAIN;
      double journalled = Bench.score(scores, "chainInSqlite:journalled").ns() / steps;
      double byHand = Bench.score(scores, "chainInSqlite:committedByHand").ns() / steps;
      Score memory = Bench.score(scores, "chainInMemory");
      Score plan = Bench.score(scores, "plan");
      return List.of(
          new Row(
              "a step, SQLite journal",
              journalled,
              Double.NaN,
              byHand,
              journalled / byHand,
              "at most 1.3 times a commit of the same rows",
              journalled / byHand <= SQLITE_RATIO),
          new Row(
              "a step of 10 000, in memory",
              memory.ns() / LONG,
              memory.bytes() / LONG,
              null,
              null,
              "at most 20 us",
              memory.ns() / LONG <= MEMORY_NANOS),
          new Row(
              "planning 10 000 steps",
              plan.ns(),
              plan.bytes(),
              null,
              null,
              "at most 50 ms",
              plan.ns() <= PLAN_NANOS));
    }
  }
}
