package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.endolith.WorkspaceSettings;
import dev.endolith.data.Digest;
import dev.endolith.error.EndolithException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.AuditLog;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.ModelVersion;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL that ends at any instant, a network that loses answers, transactions that fail. */
class PostgresFailuresTest {
  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final int WRITERS = 8;
  private static final int RESTARTS = 2;
  private static final int LONG_RESTARTS = Integer.getInteger("endolith.restarts", 50);
  private static final int CUTS = 20;
  private static final int LONG_CUTS = Integer.getInteger("endolith.cuts", 1_000);
  private static final int ATTEMPTS = 8;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static int schemas;

  @TempDir private Path folder;

  @Test
  void restart_underLoad_losesAndDoublesNothing() throws Exception {
    restart(RESTARTS);
  }

  @Test
  @Tag("long")
  void restart_manyTimesUnderLoad_losesAndDoublesNothing() throws Exception {
    restart(LONG_RESTARTS);
  }

  @Test
  void register_commitIsNotAnswered_againUnderTheSameKeyIsTheSameVersion() throws Exception {
    cut(CUTS);
  }

  @Test
  @Tag("long")
  void register_manyCommitsAreNotAnswered_oneVersionForEachKey() throws Exception {
    cut(LONG_CUTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"40001", "40P01"})
  void write_endedByAnotherAFewTimes_isDone(String state) throws Exception {
    try (PooledDatabase database = database()) {
      AtomicInteger attempts = new AtomicInteger();

      int result =
          database.write(
              "test",
              List.of("lock"),
              handle -> {
                int attempt = attempts.incrementAndGet();
                if (attempt < ATTEMPTS) {
                  handle.execute(failing(state));
                }
                return attempt;
              });

      assertThat(result).isEqualTo(ATTEMPTS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"40001", "40P01"})
  void write_endedByAnotherAlways_isRefusedAsRetryable(String state) throws Exception {
    try (PooledDatabase database = database()) {
      AtomicInteger attempts = new AtomicInteger();

      assertThatThrownBy(
              () ->
                  database.write(
                      "test",
                      List.of("lock"),
                      handle -> {
                        attempts.incrementAndGet();
                        return handle.execute(failing(state));
                      }))
          .asInstanceOf(type(StorageException.class))
          .matches(EndolithException::retryable);

      assertThat(attempts).hasValue(ATTEMPTS);
    }
  }

  @Test
  void write_failsForAnotherReason_isNotRepeated() throws Exception {
    try (PooledDatabase database = database()) {
      AtomicInteger attempts = new AtomicInteger();

      assertThatThrownBy(
              () ->
                  database.write(
                      "test",
                      List.of(),
                      handle -> {
                        attempts.incrementAndGet();
                        return handle.execute(failing("22012"));
                      }))
          .isInstanceOf(StorageException.class);

      assertThat(attempts).hasValue(1);
    }
  }

  private static String failing(String state) {
    return "DO $$ BEGIN RAISE EXCEPTION 'test' USING ERRCODE = '" + state + "'; END $$";
  }

  private static PooledDatabase database() {
    return new PooledDatabase(SERVER.connections("public"), Dialect.POSTGRESQL, null);
  }

  private void restart(int times) throws Exception {
    Path data = folder.resolve("data");
    EmbeddedPostgres server = start(data, 0);
    int port = server.getPort();
    Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger refused = new AtomicInteger();
    ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
    try (HikariDataSource pool = pool(port, "public");
        SqlStorage storage = storage(pool)) {
      Digest blob = storage.artifacts().put(new byte[1]);
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        String name = "writer" + i;
        writers.add(executor.submit(() -> write(storage, blob, name, acknowledged, refused, stop)));
      }
      for (int i = 0; i < times; i++) {
        awaitMore(acknowledged, writers);
        quit(data);
        server.close();
        server = start(data, port);
      }
      awaitMore(acknowledged, writers);
      stop.set(true);
      for (Future<?> writer : writers) {
        writer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }

      assertThat(refused.get()).isPositive();
      List<ModelVersion> versions =
          storage.registry().versions(Samples.MODEL, Long.MAX_VALUE, Integer.MAX_VALUE);
      assertThat(versions.stream().map(ModelVersion::number).sorted())
          .containsExactlyElementsOf(LongStream.rangeClosed(1, versions.size()).boxed().toList());
      // each key was tried until it was acknowledged
      assertThat(versions.size()).isEqualTo(acknowledged.size());
      for (ModelVersion version : versions) {
        assertThat(acknowledged).containsEntry(version.key(), version.number());
      }
      assertThat(new AuditLog(storage.registry()).verify().ok()).isTrue();
      report(
          versions.size()
              + " acknowledged, "
              + refused
              + " refused in "
              + times
              + " restarts, none lost or doubled");
    } finally {
      executor.shutdownNow();
      server.close();
    }
  }

  private static void write(
      SqlStorage storage,
      Digest blob,
      String name,
      Map<String, Long> acknowledged,
      AtomicInteger refused,
      AtomicBoolean stop) {
    for (int i = 0; !stop.get(); i++) {
      String key = name + "." + i;
      while (!acknowledged.containsKey(key)) {
        try {
          acknowledged.put(key, register(storage, blob, key));
        } catch (EndolithException e) {
          if (!e.retryable()) {
            throw e;
          }
          refused.incrementAndGet();
        }
      }
    }
  }

  private static void awaitMore(Map<String, Long> acknowledged, List<Future<?>> writers) {
    int enough = acknowledged.size() + 5 * WRITERS;
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> acknowledged.size() >= enough || writers.stream().anyMatch(Future::isDone));
    for (Future<?> writer : writers) {
      assertThat(writer).isNotDone();
    }
  }

  /** What an immediate shutdown is; nothing is written by the server from then on. */
  private static void quit(Path data) throws Exception {
    long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0));
    ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
    new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start().waitFor();
    postmaster.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static EmbeddedPostgres start(Path data, int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on"); // as PostgreSQL has it of itself
    if (port != 0) {
      builder.setPort(port);
    }
    return builder.start();
  }

  private void cut(int times) throws Exception {
    schemas++;
    String schema = "cut" + schemas;
    SERVER.createSchema(schema);
    try (CommitCutter cutter = new CommitCutter(SERVER.port());
        HikariDataSource pool = pool(cutter.port(), schema);
        SqlStorage storage = storage(pool)) {
      Digest blob = storage.artifacts().put(new byte[1]);
      for (int i = 1; i <= times; i++) {
        String key = "key" + i;
        cutter.arm();

        assertThatThrownBy(() -> register(storage, blob, key))
            .asInstanceOf(type(StorageException.class))
            .matches(EndolithException::retryable)
            .extracting(Throwable::getMessage)
            .asString()
            .contains("not known whether");

        assertThat(cutter.cuts()).isEqualTo(i);
        assertThat(register(storage, blob, key)).isEqualTo(i);
      }
      assertThat(storage.registry().versions(Samples.MODEL, Long.MAX_VALUE, Integer.MAX_VALUE))
          .hasSize(times);
      assertThat(new AuditLog(storage.registry()).verify().ok()).isTrue();
      report(cutter.cuts() + " cuts, one version for each key");
    }
  }

  private static long register(SqlStorage storage, Digest blob, String key) {
    return storage
        .registry()
        .commit(
            Samples.changes(
                Samples.draft(Samples.MODEL, key, new Attachment(Attachment.MODEL, "", 1, blob))))
        .versions()
        .get(0)
        .number();
  }

  private SqlStorage storage(HikariDataSource pool) {
    return SqlStorage.open(
        pool,
        null,
        new WorkspaceSettings(
            folder.resolve("blobs"), null, null, null, CommitRules.of(Clock.systemUTC())));
  }

  private static HikariDataSource pool(int port, String schema) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"localhost"});
    source.setPortNumbers(new int[] {port});
    source.setUser("postgres");
    source.setDatabaseName("postgres");
    source.setCurrentSchema(schema);
    source.setPrepareThreshold(0); // so that each COMMIT is sent as text
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(WRITERS);
    config.setConnectionTimeout(2_000);
    return new HikariDataSource(config);
  }

  @SuppressWarnings("SystemOut")
  private static void report(String line) {
    System.out.println(line);
  }
}
