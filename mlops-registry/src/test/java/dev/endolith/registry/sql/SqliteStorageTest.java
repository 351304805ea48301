package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.endolith.Workspace;
import dev.endolith.data.Digest;
import dev.endolith.data.Id;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.AuditVerification;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.Lease;
import dev.endolith.serving.LogEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteStorageTest {
  private static final byte[] CONTENT = "model".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  @Test
  void open_folderIsFile_isRefused() throws IOException {
    Path file = Files.createFile(folder.resolve("occupied"));

    assertRefused(file, "give the name of a folder");
    assertRefused(file.resolve("below"), "give one that can be created");
    assertThat(file).isEmptyFile();
  }

  @Test
  void open_notWritable_isRefusedAndNothingIsCreated() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-x------"));
    assumeThat(Files.isWritable(closed)).as("root may write everywhere").isFalse();

    assertRefused(closed, "not writable");
    assertThat(entries(closed)).isEmpty();
  }

  @Test
  void open_damagedDatabase_isRefused() throws IOException {
    Files.writeString(folder.resolve("endolith.db"), "this is no database".repeat(500));

    assertRefused(folder, "restore it from a backup");
    assertThat(entries(folder)).containsExactly("endolith.db");
  }

  @Test
  void open_truncatedDatabase_isRefused() throws IOException {
    open().close();
    Path database = folder.resolve("endolith.db");
    Files.write(database, Arrays.copyOf(Files.readAllBytes(database), 5_000));

    assertRefused(folder, "restore it from a backup");
  }

  @Test
  void open_databaseOfAnotherProgram_isRefused() throws Exception {
    sql("CREATE TABLE notes (text TEXT)");

    assertRefused(folder, "give another one");
  }

  @Test
  void open_databaseIsFolder_isRefused() throws IOException {
    Files.createDirectory(folder.resolve("endolith.db"));

    assertRefused(folder, "not a regular file");
  }

  @Test
  void open_newerSchemaThatMustBeKnown_isRefused() throws Exception {
    open().close();
    sql("UPDATE endolith_schema_compatibility SET min_reader = 7", newerMigration());

    assertRefused(
        folder, "needs schema 7, this library knows " + SqlSchema.VERSION + "; update the library");
  }

  @Test
  void open_newerSchemaThatMayBeReadOnly_readsAndDoesNotWrite() throws Exception {
    try (SqlStorage storage = open()) {
      Samples.register(storage, CONTENT);
    }
    sql("UPDATE endolith_schema_compatibility SET min_writer = 7", newerMigration());

    try (SqlStorage storage = open()) {
      assertThat(storage.registry().version(Samples.MODEL, 1)).isPresent();
      assertThatThrownBy(() -> Samples.register(storage, CONTENT))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("update the library to write");
      assertThat(storage.registry().version(Samples.MODEL, 2)).isEmpty();
    }
  }

  @Test
  void open_newerSchemaThatNeedNotBeKnown_works() throws Exception {
    open().close();
    sql(newerMigration(), "ALTER TABLE endolith_model ADD COLUMN added TEXT");

    try (SqlStorage storage = open()) {
      assertThat(Samples.register(storage, CONTENT).number()).isEqualTo(1);
    }
  }

  @Test
  void open_newFolder_isForTheOwnerOnly() throws IOException {
    assumeThat(folder.getFileSystem().supportedFileAttributeViews())
        .as("a file system that knows owners")
        .contains("posix");
    Path fresh = folder.resolve("a").resolve("b");
    try (SqlStorage storage = SqlStorage.open(fresh, CommitRules.of(Clock.systemUTC()))) {
      Samples.register(storage, CONTENT);

      assertThat(mode(fresh)).isEqualTo("rwx------");
      assertThat(mode(fresh.resolve("endolith.db"))).isEqualTo("rw-------");
      assertThat(mode(fresh.resolve("endolith.db-wal"))).isEqualTo("rw-------");
    }
  }

  @Test
  void open_connections_haveTheSettingsOfDurability() {
    try (SqlDatabase database = database()) {
      for (String setting :
          List.of(
              "journal_mode wal",
              "synchronous 2",
              "foreign_keys 1",
              "trusted_schema 0",
              "busy_timeout 10000")) {
        String[] words = setting.split(" ", -1);
        assertThat(pragma(database, words[0])).as(words[0]).isEqualTo(words[1]);
      }
      assertThatThrownBy(
              () ->
                  database.read(
                      "attempt",
                      handle -> handle.execute("DELETE FROM endolith_schema_compatibility")))
          .isInstanceOf(StorageException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.51.2", "3.9.9", "2.99.0"})
  void requireSqlite_old_isRefused(String version) {
    assertThatThrownBy(() -> SqlSchema.requireSqlite(version))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(version)
        .hasMessageContaining("3.51.3 or newer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.51.3", "3.100.0", "4.0.0"})
  void requireSqlite_new_isAccepted(String version) {
    assertThatCode(() -> SqlSchema.requireSqlite(version)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "sqlite-shared", "postgresql"})
  void version_migrations_isTheNewest(String dialect) throws Exception {
    Path migrations = Path.of(SqlStorage.class.getResource("/db/endolith/" + dialect).toURI());
    try (Stream<Path> files = Files.list(migrations)) {
      assertThat(
              files.map(f -> f.getFileName().toString()).mapToInt(SqliteStorageTest::number).max())
          .hasValue(SqlSchema.VERSION);
    }
  }

  @Test
  void workspace_open_findsTheProviderAndKeepsEverything() {
    try (Workspace workspace = Workspace.open(folder)) {
      workspace.runs().start("fraud").tag("a", "b").metric("loss", 0, 0.5).finish();
      workspace.state().put("state", 0, "{}");
      workspace.artifacts().put(CONTENT);
      Lease lease = workspace.leases().acquire("loop");
      assertThat(workspace.leases().acquire("loop").token()).isEqualTo(lease.token());
    }
    try (Workspace workspace = Workspace.open(folder)) {
      assertThat(workspace.runs().recent("fraud", 10)).hasSize(1);
      assertThat(workspace.state().names("")).containsExactly("lease.loop", "state");
      assertThat(workspace.artifacts().read(Digest.of(CONTENT), 100)).isEqualTo(CONTENT);
    }
  }

  @Test
  void open_twiceInOneProcess_shareTheWorkspace() {
    try (SqlStorage one = open();
        SqlStorage two = open()) {
      List<Long> numbers =
          IntStream.range(0, 40)
              .parallel()
              .mapToObj(i -> Samples.register(i % 2 == 0 ? one : two, CONTENT).number())
              .toList();

      assertThat(numbers)
          .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 40).boxed().toList());
      Samples.approve(one, 3);
      Alias moved = Samples.promote(two, 3);
      assertThat(one.registry().alias(Samples.MODEL, Alias.CHAMPION)).contains(moved);
    }
  }

  @Test
  void open_eightThreadsNewFolder_allSucceed() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(8);
    try {
      List<Future<Long>> opened = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        opened.add(
            executor.submit(
                () -> {
                  try (SqlStorage storage =
                      SqlStorage.open(folder.resolve("new"), CommitRules.of(Clock.systemUTC()))) {
                    return Samples.register(storage, CONTENT).number();
                  }
                }));
      }
      List<Long> numbers = new ArrayList<>();
      for (Future<Long> future : opened) {
        numbers.add(future.get(60, TimeUnit.SECONDS));
      }
      assertThat(numbers).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void write_otherWriterIsBusy_waits() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (SqlStorage storage = open();
        Connection other = connect();
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      statement.execute(
          "INSERT INTO endolith_document (name, revision, json) VALUES ('d', 1, '{}')");
      Future<Long> waiting = executor.submit(() -> storage.state().put("d", 1, "{}").revision());
      assertThatThrownBy(() -> waiting.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(storage.state().get("d")).as("readers do not wait").isEmpty();

      statement.execute("COMMIT");

      assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(2);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void write_failure_isTypedAndTellsNoSqlPathOrValue() throws Exception {
    try (SqlStorage storage = open()) {
      sql("DROP TABLE endolith_document", "DROP TABLE endolith_journal");

      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> storage.state().put("document-name", 0, "secret value"),
              () -> storage.state().get("document-name"),
              () -> storage.journal().records("secret value"))) {
        Throwable failure = catchThrowable(call);
        assertThat(failure)
            .isInstanceOfSatisfying(
                StorageException.class, e -> assertThat(e.retryable()).isTrue());
        assertThat(trace(failure))
            .doesNotContain("SELECT", "INSERT", "document-name", "secret", folder.toString());
      }
      assertThat(Samples.register(storage, CONTENT).number()).isEqualTo(1);
    }
  }

  @Test
  void close_thenUse_isRefused() {
    SqlStorage storage = open();
    storage.close();
    storage.close();

    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> storage.registry().models(),
            () -> storage.registry().commit(Samples.changes(Samples.draft(attachment()))),
            () -> storage.state().put("d", 0, "{}"),
            () -> storage.runs().find("r"),
            () -> storage.journal().records("r"),
            () -> storage.predictions().counts("d"),
            () -> storage.artifacts().put(CONTENT))) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void close_afterUse_returnsEveryThread() {
    SqlStorage storage = open();
    Samples.register(storage, CONTENT);
    storage.close();

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("endolith-")));
  }

  @Test
  void register_blobIsMissing_isRefused() {
    try (SqlStorage storage = open()) {
      assertThatThrownBy(
              () -> storage.registry().commit(Samples.changes(Samples.draft(attachment()))))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("not in the artifact store");
      assertThat(storage.registry().models()).isEmpty();
    }
  }

  @Test
  void register_blobHasOtherSize_isRefused() {
    try (SqlStorage storage = open()) {
      Digest digest = storage.artifacts().put(CONTENT);
      Attachment lying = new Attachment(Attachment.MODEL, "", 4, digest);

      assertThatThrownBy(() -> storage.registry().commit(Samples.changes(Samples.draft(lying))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("5, was 4");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE endolith_alias_move SET version = 2 WHERE generation = 1",
        "UPDATE endolith_alias_move SET actor = 'eve'",
        "DELETE FROM endolith_alias_move WHERE generation = 2",
        "UPDATE endolith_version SET manifest = replace(manifest, 'a', 'b')",
        "UPDATE endolith_version SET facts = replace(facts, '0.75', '0.95')",
        "UPDATE endolith_version SET created_by = 'eve' WHERE number = 2",
        "UPDATE endolith_version SET schema = replace(schema, 'income', 'salary')",
        "DELETE FROM endolith_version WHERE number = 2",
        "UPDATE endolith_audit SET reason = 'another' WHERE sequence = 2",
        "UPDATE endolith_audit SET facts = replace(facts, '1', '2')",
        "DELETE FROM endolith_audit WHERE sequence = 1",
        "DELETE FROM endolith_audit WHERE sequence = 5"
      })
  void verify_rowChangedDirectly_isRefusedByTriggerAndFound(String change) throws Exception {
    try (Workspace workspace = tampered()) {
      assertThat(workspace.audit().verify()).isEqualTo(new AuditVerification.Verified(8));

      assertThatThrownBy(() -> sql(change)).isInstanceOf(SQLException.class);
      assertThat(workspace.audit().verify().ok()).isTrue();

      sql(
          "DROP TRIGGER endolith_version_facts_stand",
          "DROP TRIGGER endolith_version_stays",
          "DROP TRIGGER endolith_alias_move_stands",
          "DROP TRIGGER endolith_alias_move_stays",
          "DROP TRIGGER endolith_audit_stands",
          "DROP TRIGGER endolith_audit_stays",
          change);
      assertThat(workspace.audit().verify().ok()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE endolith_version SET state = 'RETIRED' WHERE number = 2",
        "UPDATE endolith_version SET state = 'unknown' WHERE number = 2",
        "INSERT INTO endolith_alias_move SELECT model, alias, 3, 1, at + 1, actor, reason FROM endolith_alias_move"
            + " WHERE generation = 2",
        "INSERT INTO endolith_version SELECT model, 3, '', state, manifest, format, schema, facts, run,"
            + " parent, description, created_by, created_at, readiness, deleted, status"
            + " FROM endolith_version WHERE number = 1",
        "UPDATE endolith_version SET readiness = 'FAILED' WHERE number = 1",
        "UPDATE endolith_version SET deleted = 1 WHERE number = 1",
        "UPDATE endolith_alias SET version = 1",
        "UPDATE endolith_model SET governance = '{\"owners\":[]}', description = 'x'",
        "INSERT INTO endolith_alias VALUES ('fraud', 'forged', 1, 2, 1, 'eve', 'r')"
      })
  void verify_rowThatTriggersAllow_isFound(String change) throws Exception {
    try (Workspace workspace = tampered()) {
      sql(change);

      assertThat(workspace.audit().verify())
          .isInstanceOfSatisfying(
              AuditVerification.Broken.class, broken -> assertThat(broken.problems()).isNotEmpty());
    }
  }

  @Test
  void version_unreadableRow_isAnIntegrityFault() throws Exception {
    try (Workspace workspace = tampered()) {
      sql("DROP TRIGGER endolith_version_facts_stand", "UPDATE endolith_version SET facts = '{'");

      assertThatThrownBy(() -> workspace.models().find(Samples.MODEL, 1))
          .isInstanceOf(IntegrityException.class);
      assertThat(workspace.audit().verify().ok()).isFalse();
    }
  }

  @Test
  void read_unreadableFeatures_isAnIntegrityFault() throws Exception {
    try (SqlStorage storage = open()) {
      storage.predictions().append(List.of(Samples.prediction(new Id(1, 1))));
      for (String features : List.of("{", "[]", "7", "", "{\"income\":{\"a\":1},\"job\":[1]}")) {
        sql("UPDATE endolith_log_entry SET features = '" + features + "'");
        Throwable failure =
            catchThrowable(
                () -> storage.predictions().read(Samples.DEPLOYMENT, Samples.SCHEMA, 0, 1));
        if (failure == null) {
          LogEntry entry =
              storage.predictions().read(Samples.DEPLOYMENT, Samples.SCHEMA, 0, 1).get(0);
          assertThat(entry.prediction().features().isMissing(0)).isTrue();
          assertThat(entry.prediction().features().isMissing(1)).isTrue();
        } else {
          assertThat(failure).isInstanceOf(IntegrityException.class);
        }
      }
    }
  }

  /** Two versions, the champion moved twice: eight audit records. */
  private Workspace tampered() {
    try (SqlStorage storage = open()) {
      for (int i = 1; i <= 2; i++) {
        Samples.register(storage, CONTENT);
        Samples.approve(storage, i);
        Samples.promote(storage, i);
      }
    }
    return Workspace.open(folder);
  }

  private static Attachment attachment() {
    return new Attachment(Attachment.MODEL, "", CONTENT.length, Digest.of(CONTENT));
  }

  private SqlStorage open() {
    return SqlStorage.open(folder, CommitRules.of(Clock.systemUTC()));
  }

  private SqlDatabase database() {
    return SqliteDatabase.open(new WorkspaceFolder(folder));
  }

  private static String pragma(SqlDatabase database, String name) {
    String written =
        database.write(
            "pragma",
            List.of(),
            handle -> handle.createQuery("PRAGMA " + name).mapTo(String.class).one());
    String read =
        database.read(
            "pragma", handle -> handle.createQuery("PRAGMA " + name).mapTo(String.class).one());
    assertThat(read).isEqualTo(written);
    return written;
  }

  private void assertRefused(Path at, String wayOut) {
    Throwable failure =
        catchThrowable(() -> SqlStorage.open(at, CommitRules.of(Clock.systemUTC())).close());
    assertThat(failure).isInstanceOf(StorageException.class).hasMessageContaining(wayOut);
    assertThat(trace(failure)).doesNotContain(folder.toString());
  }

  private static String trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }

  private void sql(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:sqlite:" + folder.resolve("endolith.db") + "?busy_timeout=10000");
  }

  private static String newerMigration() {
    return "INSERT INTO "
        + SqlSchema.HISTORY
        + " SELECT max(installed_rank) + 1, '9', 'newer', type, 'V9__newer.sql', checksum,"
        + " installed_by, installed_on, execution_time, success FROM "
        + SqlSchema.HISTORY;
  }

  private static int number(String migration) {
    return Integer.parseInt(migration.substring(1, migration.indexOf("__")));
  }

  private static List<String> entries(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
