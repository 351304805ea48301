package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.WorkspaceVerification;
import dev.endolith.data.Digest;
import dev.endolith.error.ConflictException;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.Alias;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.AuditRecord;
import dev.endolith.registry.Change;
import dev.endolith.registry.Changes;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.ModelRegistry;
import dev.endolith.registry.RegistryTransaction;
import dev.endolith.registry.artifact.FileArtifacts;
import dev.endolith.tck.Contenders;
import dev.endolith.tck.SettableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the tests: what they check holds for the registry as it is, and does not hold for one with
 * a defect that is easily made. Five of the twelve defects of R33 are seeded where their tests are:
 * no force of files, no force of directories, force repeated after a failure, and collection
 * without grace in {@code DiskFaultTest}; a model that is closed by the swap in core's {@code
 * CloseOnSwapTest}.
 */
class SeededDefectsTest {
  private static final byte[] CONTENT = "model".getBytes(StandardCharsets.UTF_8);
  private static final CommitRules RULES = CommitRules.of(Clock.systemUTC());

  @TempDir private Path folder;

  @Test
  void crashBetweenSteps_registeredAsItIs_isAlwaysWhole() {
    assertThat(crash("right", SeededDefectsTest::register)).isEmpty();
  }

  @Test
  void crashBetweenSteps_rowBeforeBlob_isFound() {
    assertThat(crash("row", SeededDefectsTest::registerRowBeforeBlob))
        .anyMatch(problem -> problem.contains("there is no blob"));
  }

  @Test
  void crashBetweenSteps_auditOutsideTheTransaction_isFound() {
    assertThat(crash("audit", SeededDefectsTest::registerAndAuditLater))
        .anyMatch(problem -> problem.contains("manifest is not the one that was recorded"));
  }

  @Test
  void race_begunImmediately_nobodyFails() {
    try (SqlDatabase one = SqliteDatabase.open(new WorkspaceFolder(folder));
        SqlDatabase two = SqliteDatabase.open(new WorkspaceFolder(folder))) {
      assertThat(failuresOfRace(one, two)).isZero();
    }
  }

  @Test
  void race_begunDeferred_isFound() {
    SqliteDatabase.open(new WorkspaceFolder(folder)).close();
    try (SqlDatabase one = new DeferredDatabase(folder);
        SqlDatabase two = new DeferredDatabase(folder)) {
      assertThat(failuresOfRace(one, two)).isPositive();
    }
  }

  @Test
  void contend_byCompareAndSet_oneWins() {
    assertThat(
            winners(
                (registry, expected, version) ->
                    registry.commit(
                        Samples.changes(
                            new Change.MoveAlias(
                                Samples.MODEL, Alias.CHAMPION, expected, version)))))
        .isEqualTo(1);
  }

  @Test
  void contend_withoutCompareAndSet_isFound() {
    assertThat(
            winners(
                (registry, expected, version) -> {
                  long now =
                      registry
                          .alias(Samples.MODEL, Alias.CHAMPION)
                          .map(Alias::generation)
                          .orElse(0L);
                  registry.commit(
                      Samples.changes(
                          new Change.MoveAlias(Samples.MODEL, Alias.CHAMPION, now, version)));
                }))
        .isGreaterThan(1);
  }

  @Test
  void damagedBlob_storeThatHashes_givesNothing() {
    assertThat(wrongReads(store -> store)).isZero();
  }

  @Test
  void damagedBlob_storeThatTrustsTheFilesName_isFound() {
    assertThat(
            wrongReads(
                store ->
                    proxy(
                        ArtifactStore.class,
                        (proxy, method, arguments) ->
                            method.getName().equals("read")
                                ? Files.readAllBytes(blob())
                                : call(store, method, arguments))))
        .isEqualTo(CONTENT.length);
  }

  @Test
  void forgedRecord_digestOverJson_isNotSealed() {
    assertThat(forgeriesTaken(AuditRecord::sealed, AuditRecord::digest)).isZero();
  }

  @Test
  void forgedRecord_digestWithoutLengthsOfFields_isFound() {
    assertThat(
            forgeriesTaken(
                record -> record.digest().equals(concatenated(record)),
                SeededDefectsTest::concatenated))
        .isPositive();
  }

  @Test
  void clockGoesBack_orderedBySequence_pointsToTheLastMove() {
    assertThat(lostMoves(false)).isZero();
  }

  @Test
  void clockGoesBack_orderedByWallClock_isFound() {
    assertThat(lostMoves(true)).isPositive();
  }

  /** How many damages of a blob gave other bytes than were stored. */
  private int wrongReads(UnaryOperator<ArtifactStore> defect) {
    try (ArtifactStore store = FileArtifacts.open(folder)) {
      Digest digest = store.put(CONTENT);
      ArtifactStore read = defect.apply(store);
      Path file = blob();
      assertThat(file.toFile().setWritable(true)).isTrue();
      int wrong = 0;
      for (int i = 0; i < CONTENT.length; i++) {
        byte[] damaged = CONTENT.clone();
        damaged[i] ^= 1;
        Files.write(file, damaged);
        try {
          wrong += Arrays.equals(CONTENT, read.read(digest, 100)) ? 0 : 1;
        } catch (IntegrityException e) {
          // what must happen
        }
      }
      return wrong;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path blob() {
    String hex = Digest.of(CONTENT).hex();
    return folder.resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex);
  }

  /** How many records pass that say something else with the same letters. */
  private int forgeriesTaken(Predicate<AuditRecord> sealed, Function<AuditRecord, Digest> seal) {
    int taken = 0;
    try (SqlStorage storage = SqlStorage.open(folder, RULES)) {
      Samples.register(storage, CONTENT);
      AuditRecord real = storage.registry().audit(Samples.MODEL, 0, 1).get(0);
      AuditRecord written =
          with(real, real.actor(), real.action(), real.reason(), seal.apply(real));
      assertThat(sealed.test(written)).isTrue();
      for (AuditRecord forged :
          List.of(
              with(written, "an", "n" + written.action(), written.reason(), written.digest()),
              with(
                  written,
                  written.actor() + "reg",
                  written.action().substring(3),
                  written.reason(),
                  written.digest()),
              with(
                  written,
                  written.actor(),
                  written.action() + "be",
                  written.reason().substring(2),
                  written.digest()))) {
        taken += sealed.test(forged) ? 1 : 0;
      }
    }
    return taken;
  }

  private static AuditRecord with(
      AuditRecord record, String actor, String action, String reason, Digest digest) {
    return new AuditRecord(
        record.model(),
        record.sequence(),
        record.at(),
        actor,
        action,
        reason,
        record.facts(),
        record.previous(),
        digest);
  }

  private static Digest concatenated(AuditRecord record) {
    return Digest.ofText(
        record.previous().hex()
            + record.model()
            + record.sequence()
            + record.at()
            + record.actor()
            + record.action()
            + record.reason()
            + new TreeMap<>(record.facts()));
  }

  /** How often an alias did not point to where it was moved last, with a clock that goes back. */
  private int lostMoves(boolean byWallClock) {
    SettableClock clock = new SettableClock(Samples.TEN);
    int lost = 0;
    try (SqlStorage storage = SqlStorage.open(folder, CommitRules.of(clock))) {
      List<Alias> asOfTheClock = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        long version = Samples.register(storage, CONTENT).number();
        Samples.approve(storage, version);
        clock.advance(Duration.ofSeconds(i % 2 == 0 ? 10 : -60));
        Alias moved = Samples.promote(storage, version);
        asOfTheClock.add(
            new Alias(
                moved.model(),
                moved.name(),
                moved.version(),
                moved.generation(),
                clock.instant(),
                moved.actor(),
                moved.reason()));
        Alias now =
            byWallClock
                ? asOfTheClock.stream().max(Comparator.comparing(Alias::at)).orElseThrow()
                : storage.registry().alias(Samples.MODEL, Alias.CHAMPION).orElseThrow();
        lost += now.version() == version ? 0 : 1;
      }
    }
    return lost;
  }

  /** What is wrong after a crash at any of the points of a registration. */
  private List<String> crash(String name, Registration registration) {
    List<String> problems = new ArrayList<>();
    boolean crashed = true;
    for (int k = 1; crashed; k++) {
      Path here = folder.resolve(name + k);
      crashed = false;
      try (SqlDatabase database = SqliteDatabase.open(new WorkspaceFolder(here));
          ArtifactStore blobs = FileArtifacts.open(here)) {
        registration.run(database, blobs, new CrashPoints(k));
      } catch (Crash e) {
        crashed = true;
      }
      try (Workspace workspace = Workspace.open(here)) {
        if (workspace.verify() instanceof WorkspaceVerification.Broken broken) {
          problems.addAll(broken.problems());
        }
      }
    }
    return problems;
  }

  private static void register(SqlDatabase database, ArtifactStore blobs, CrashPoints points) {
    Digest digest = blobs.put(CONTENT);
    points.next();
    new SqlModelRegistry(database, blobs, RULES).commit(changes(digest));
    points.next();
  }

  private static void registerRowBeforeBlob(
      SqlDatabase database, ArtifactStore blobs, CrashPoints points) {
    ArtifactStore believing =
        proxy(
            ArtifactStore.class,
            (proxy, method, arguments) ->
                method.getName().equals("pin")
                    ? OptionalLong.of(CONTENT.length)
                    : call(blobs, method, arguments));
    new SqlModelRegistry(database, believing, RULES).commit(changes(Digest.of(CONTENT)));
    points.next();
    blobs.put(CONTENT);
    points.next();
  }

  private static void registerAndAuditLater(
      SqlDatabase database, ArtifactStore blobs, CrashPoints points) {
    Changes changes = changes(blobs.put(CONTENT));
    points.next();
    List<AuditRecord> later = new ArrayList<>();
    database.write(
        "commit",
        List.of(),
        handle -> {
          SqlTransaction transaction = new SqlTransaction(handle);
          return RULES.apply(
              changes,
              proxy(
                  RegistryTransaction.class,
                  (proxy, method, arguments) -> {
                    if (arguments[0] instanceof AuditRecord record) {
                      later.add(record);
                      return null;
                    }
                    return call(transaction, method, arguments);
                  }));
        });
    points.next();
    database.write(
        "audit",
        List.of(),
        handle -> {
          later.forEach(new SqlTransaction(handle)::insert);
          return later.size();
        });
    points.next();
  }

  private static Changes changes(Digest digest) {
    return Samples.changes(
        Samples.draft(new Attachment(Attachment.MODEL, "", CONTENT.length, digest)));
  }

  private long failuresOfRace(SqlDatabase... databases) {
    try (ArtifactStore blobs = FileArtifacts.open(folder)) {
      Digest digest = blobs.put(CONTENT);
      return Contenders.race(
              4,
              t -> {
                ModelRegistry registry =
                    new SqlModelRegistry(databases[t % databases.length], blobs, RULES);
                long failures = 0;
                for (int i = 0; i < 25; i++) {
                  try {
                    registry.commit(changes(digest));
                  } catch (StorageException e) {
                    failures++;
                  }
                }
                return failures;
              })
          .stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  /** How many of two that saw the same generation believe to have moved the alias. */
  private int winners(Mover mover) {
    try (SqlStorage storage = SqlStorage.open(folder, RULES)) {
      long version = Samples.register(storage, CONTENT).number();
      Samples.approve(storage, version);
      int winners = 0;
      for (int contender = 0; contender < 2; contender++) {
        try {
          mover.move(storage.registry(), 0, version);
          winners++;
        } catch (ConflictException e) {
          // the other was first
        }
      }
      return winners;
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            SeededDefectsTest.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object call(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private interface Registration {
    void run(SqlDatabase database, ArtifactStore blobs, CrashPoints points);
  }

  private interface Mover {
    void move(ModelRegistry registry, long expected, long version);
  }

  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final class CrashPoints {
    private int left;

    CrashPoints(int at) {
      this.left = at;
    }

    void next() {
      left--;
      if (left == 0) {
        throw new Crash();
      }
    }
  }

  /** One that takes the lock at the first write only, when what it has read may be out of date. */
  private static final class DeferredDatabase implements SqlDatabase {
    private final SqliteConnections connections;

    DeferredDatabase(Path folder) {
      connections = new SqliteConnections(new WorkspaceFolder(folder).database(), false);
    }

    @Override
    public Dialect dialect() {
      return Dialect.SQLITE;
    }

    @Override
    public <R> R read(String operation, Work<R> work) {
      return write(operation, List.of(), work);
    }

    @Override
    public <R> R write(String operation, Collection<String> locks, Work<R> work) {
      try (Handle handle = Jdbi.open(connections)) {
        handle.execute("BEGIN DEFERRED");
        R result = work.apply(handle);
        handle.execute("COMMIT");
        return result;
      } catch (JdbiException | SQLException e) {
        throw SqlErrors.failed(operation, e);
      }
    }

    @Override
    public List<String> check() {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
