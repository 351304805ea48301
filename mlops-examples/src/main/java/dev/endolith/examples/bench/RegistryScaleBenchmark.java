package dev.endolith.examples.bench;

import dev.endolith.Workspace;
import dev.endolith.data.Field;
import dev.endolith.data.Schema;
import dev.endolith.query.Query;
import dev.endolith.registry.AuditVerification;
import dev.endolith.registry.Candidate;
import dev.endolith.registry.Change;
import dev.endolith.registry.MetricPoint;
import dev.endolith.registry.Run;
import dev.endolith.registry.VersionField;
import dev.endolith.registry.VersionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
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

/** Lookups with a million versions beside those with a thousand; long series and long chains. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RegistryScaleBenchmark {
  private static final int MANY = 1_000_000;
  private static final int FEW = 1_000;
  private static final int IN_TURN = 50;
  private static final int POINTS = 1_000_000;
  private static final int BATCH = 10_000;
  private static final int RECORDS = 100_000;

  private Path folder;
  private Workspace large;
  private Workspace small;

  /**
   * Opens two workspaces whose one model has many versions, and few.
   *
   * @throws IOException if the disk fails
   * @throws SQLException if the database fails
   */
  @Setup
  public void open() throws IOException, SQLException {
    folder = Files.createTempDirectory("bench-registry-scale");
    large = open(folder.resolve("large"), MANY);
    small = open(folder.resolve("small"), FEW);
  }

  private static Workspace open(Path at, int versions) throws SQLException {
    Workspace workspace = Workspace.open(at);
    Candidate candidate =
        Candidate.of("tribuo-protobuf", Schema.of(Field.number("a")), new byte[] {1});
    workspace.models().register("bench", candidate);
    workspace.models().transition("bench", 1, VersionState.VALIDATED, "bench");
    workspace.models().move("bench", "shadow", 1, "bench");
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + at.resolve("endolith.db"));
        Statement statement = connection.createStatement()) {
      statement.execute(
          "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < "
              + versions
              + ") INSERT INTO endolith_version SELECT model, n.i, '', 'DRAFT', manifest, format,"
              + " schema, facts, printf('run%d', n.i), parent, description, created_by, created_at,"
              + " readiness, deleted, status FROM endolith_version, n WHERE number = 1");
      statement.execute("UPDATE endolith_model SET last_number = " + versions);
      statement.execute("ANALYZE");
    }
    return workspace;
  }

  /**
   * Closes and deletes them.
   *
   * @throws IOException if the disk fails
   */
  @TearDown
  public void close() throws IOException {
    large.close();
    small.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Nanoseconds of either side, and how many look-ups each made. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Times {
    /** Among many versions. */
    public long among1000000;

    /** Among few. */
    public long among1000;

    /** Look-ups on either side. */
    public long lookups;
  }

  /** In turns of some look-ups: a shared machine is faster at one moment than at another. */
  private Object inTurns(Times times, Function<Workspace, Object> lookup) {
    Object last = this;
    long begin = System.nanoTime();
    for (int i = 0; i < IN_TURN; i++) {
      last = lookup.apply(large);
    }
    long between = System.nanoTime();
    for (int i = 0; i < IN_TURN; i++) {
      last = lookup.apply(small);
    }
    times.among1000 += System.nanoTime() - between;
    times.among1000000 += between - begin;
    times.lookups += IN_TURN;
    return last;
  }

  /**
   * Where an alias points.
   *
   * @param times what each side took
   * @return the alias
   */
  @Benchmark
  public Object alias(Times times) {
    return inTurns(times, workspace -> workspace.models().alias("bench", "shadow"));
  }

  /**
   * The newest version.
   *
   * @param times what each side took
   * @return the version
   */
  @Benchmark
  public Object newest(Times times) {
    return inTurns(times, workspace -> workspace.models().newest("bench", 1));
  }

  /**
   * A page of a search by an indexed field.
   *
   * @param times what each side took
   * @return the page
   */
  @Benchmark
  public Object search(Times times) {
    return inTurns(
        times,
        workspace ->
            workspace.models().search(Query.where(VersionField.RUN.is("run500")).limit(20)));
  }

  /**
   * A page in the middle of a model's versions.
   *
   * @param times what each side took
   * @return the page
   */
  @Benchmark
  public Object page(Times times) {
    return inTurns(
        times,
        workspace ->
            workspace
                .models()
                .search(
                    Query.where(VersionField.MODEL.is("bench"))
                        .limit(20)
                        .after("bench/" + (workspace == large ? MANY : FEW) / 2)));
  }

  /**
   * A million metric points, logged and read back.
   *
   * @return how many were read
   */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @Warmup(iterations = 0)
  @Measurement(iterations = 1)
  public int points() {
    Run run = small.runs().start("bench");
    for (int i = 0; i < POINTS; i += BATCH) {
      int from = i;
      run.metrics(
          IntStream.range(from, from + BATCH)
              .mapToObj(step -> new MetricPoint("loss", step, 1.0 / (step + 1), Instant.EPOCH))
              .toList());
    }
    run.finish();
    return small.runs().points(run.id(), "loss").size();
  }

  /** A chain of audit records; built outside the measurement. */
  @State(Scope.Thread)
  public static class Chain {
    private Workspace workspace;

    /** Builds it. */
    @Setup
    public void build() {
      workspace = Workspace.inMemory();
      Candidate candidate =
          Candidate.of("tribuo-protobuf", Schema.of(Field.number("a")), new byte[] {1});
      for (int i = 0; i < RECORDS / 1_000; i++) {
        workspace.models().register("chain", candidate);
        int round = i;
        List<Change> changes = new ArrayList<>();
        for (int j = 0; j < 999; j++) {
          changes.add(
              new Change.Annotate("chain", round + 1L, null, Map.of("t", "v" + j), Set.of()));
        }
        workspace.models().commit("bench", changes.toArray(Change[]::new));
      }
    }

    /** Closes it. */
    @TearDown
    public void close() {
      workspace.close();
    }
  }

  /**
   * Verifies a chain of a hundred thousand audit records.
   *
   * @param chain the chain
   * @return the result
   */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @Warmup(iterations = 1)
  @Measurement(iterations = 2)
  public AuditVerification verify(Chain chain) {
    AuditVerification verified = chain.workspace.audit().verify();
    if (!verified.ok()) {
      throw new IllegalStateException("the chain is broken");
    }
    return verified;
  }

  static List<Row> rows(Map<String, Suite.Score> scores) {
    List<Row> rows = new ArrayList<>();
    rows.add(ratio(scores, "alias", "alias lookup, 1 000 000 versions beside 1 000", 1.2));
    rows.add(ratio(scores, "newest", "newest version, 1 000 000 beside 1 000", 1.2));
    rows.add(ratio(scores, "search", "a page of an indexed search, 1 000 000 beside 1 000", 1.5));
    rows.add(ratio(scores, "page", "a page in the middle, 1 000 000 beside 1 000", 1.5));
    rows.add(rate(scores, "points", "a metric point, logged and read back", POINTS));
    rows.add(rate(scores, "verify", "an audit record, verified", RECORDS));
    return rows;
  }

  private static Row ratio(
      Map<String, Suite.Score> scores, String method, String path, double goal) {
    double lookups = Bench.score(scores, method + ":lookups").ns();
    double many = Bench.score(scores, method + ":among1000000").ns() / lookups;
    double few = Bench.score(scores, method + ":among1000").ns() / lookups;
    return new Row(
        path, many, Double.NaN, few, many / few, "at most " + goal + " times", many / few <= goal);
  }

  private static Row rate(Map<String, Suite.Score> scores, String method, String path, int count) {
    double each = Bench.score(scores, method).ns() / count;
    return new Row(
        path + String.format(java.util.Locale.ROOT, ", %.0f a second", 1e9 / each),
        each,
        Double.NaN,
        null,
        null,
        "the rate is printed",
        true);
  }
}
