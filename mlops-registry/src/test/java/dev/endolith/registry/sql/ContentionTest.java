package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.WorkspaceStorage;
import dev.endolith.error.ConflictException;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.AuditLog;
import dev.endolith.registry.Change;
import dev.endolith.registry.Changes;
import dev.endolith.registry.ModelVersion;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Many processes and threads that want the same number, or to move the same alias. */
class ContentionTest {
  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final int PROCESSES = 4;
  private static final int CONTENDERS = 16;
  private static final int ROUNDS = 100;
  private static final int LONG_ROUNDS = Integer.getInteger("endolith.contention.rounds", 10_000);

  private static int schemas;

  @TempDir private Path folder;

  @Test
  void register_processesInOneFolder_numbersAreDense() throws Exception {
    register(folder.toString(), 4, 10);
  }

  @Test
  void register_processesInPostgres_numbersAreDense() throws Exception {
    register(postgres(), 4, 10);
  }

  @Test
  @Tag("long")
  void register_manyThreadsInOneFolder_numbersAreDense() throws Exception {
    register(folder.toString(), 16, 20);
  }

  @Test
  @Tag("long")
  void register_manyThreadsInPostgres_numbersAreDense() throws Exception {
    register(postgres(), 16, 20);
  }

  @Test
  void move_contendersInOneFolder_oneWinsEachGeneration() throws Exception {
    move(folder.toString(), ROUNDS);
  }

  @Test
  void move_contendersInPostgres_oneWinsEachGeneration() throws Exception {
    move(postgres(), ROUNDS);
  }

  @Test
  @Tag("long")
  void move_manyRoundsInOneFolder_oneWinsEachGeneration() throws Exception {
    move(folder.toString(), LONG_ROUNDS);
  }

  @Test
  @Tag("long")
  void move_manyRoundsInPostgres_oneWinsEachGeneration() throws Exception {
    move(postgres(), LONG_ROUNDS);
  }

  private static void register(String place, int threads, int each) throws Exception {
    List<Process> processes = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(
            WriterProcess.start(
                place, "register", Integer.toString(threads), Integer.toString(each)));
      }
      for (Process process : processes) {
        WriterProcess.linesUntilReady(process);
      }
      for (Process process : processes) {
        try (OutputStream go = process.getOutputStream()) {
          go.write('\n');
        }
      }
      for (Process process : processes) {
        for (String line : WriterProcess.lines(process)) {
          numbers.add(Long.parseLong(line.substring("version ".length())));
        }
        assertThat(process.waitFor()).isZero();
      }
    } finally {
      for (Process process : processes) {
        JvmProcess.kill(process);
      }
    }

    long all = (long) PROCESSES * threads * each;
    assertThat(numbers)
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, all).boxed().toList());
    try (WorkspaceStorage storage = WriterProcess.open(place)) {
      List<ModelVersion> versions =
          storage.registry().versions(Samples.MODEL, Long.MAX_VALUE, (int) all + 1);
      assertThat(versions.stream().map(ModelVersion::number).sorted())
          .containsExactlyElementsOf(LongStream.rangeClosed(1, all).boxed().toList());
      assertThat(new AuditLog(storage.registry()).verify().ok()).isTrue();
    }
  }

  private static void move(String place, int rounds) throws Exception {
    List<Move> won = new ArrayList<>();
    try (WorkspaceStorage one = WriterProcess.open(place);
        WorkspaceStorage two = WriterProcess.open(place)) {
      long version = Samples.register(one, "model".getBytes(StandardCharsets.UTF_8)).number();
      Samples.approve(one, version);
      CyclicBarrier barrier = new CyclicBarrier(CONTENDERS);
      ExecutorService executor = Executors.newFixedThreadPool(CONTENDERS);
      try {
        List<Future<List<Move>>> contenders = new ArrayList<>();
        for (int i = 0; i < CONTENDERS; i++) {
          WorkspaceStorage storage = i % 2 == 0 ? one : two;
          String name = "contender" + i;
          contenders.add(executor.submit(() -> contend(storage, name, version, rounds, barrier)));
        }
        for (Future<List<Move>> contender : contenders) {
          won.addAll(contender.get(10, TimeUnit.MINUTES));
        }
      } finally {
        executor.shutdownNow();
      }

      List<Move> history =
          one.registry().history(Samples.MODEL, Alias.CHAMPION).stream()
              .map(alias -> new Move(alias.generation(), alias.actor()))
              .toList();
      assertThat(history.stream().map(Move::generation))
          .containsExactlyElementsOf(LongStream.rangeClosed(1, rounds).boxed().toList());
      assertThat(won).containsExactlyInAnyOrderElementsOf(history);
      assertThat(new AuditLog(one.registry()).verify().ok()).isTrue();
    }
  }

  /** The moves that this contender believes to have made. */
  private static List<Move> contend(
      WorkspaceStorage storage, String name, long version, int rounds, CyclicBarrier barrier)
      throws Exception {
    List<Move> won = new ArrayList<>();
    for (long round = 0; round < rounds; round++) {
      barrier.await(1, TimeUnit.MINUTES);
      try {
        Alias moved =
            storage
                .registry()
                .commit(
                    Changes.of(
                        new Actor(name),
                        "because",
                        new Change.MoveAlias(Samples.MODEL, Alias.CHAMPION, round, version)))
                .aliases()
                .get(0);
        won.add(new Move(moved.generation(), name));
      } catch (ConflictException e) {
        // another was first
      }
    }
    return won;
  }

  private String postgres() {
    schemas++;
    String schema = "contention" + schemas;
    SERVER.createSchema(schema);
    return SERVER.address(schema) + " " + folder;
  }

  private record Move(long generation, String actor) {}
}
