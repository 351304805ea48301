package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.Id;
import dev.endolith.registry.Alias;
import dev.endolith.registry.AuditLog;
import dev.endolith.registry.AuditVerification;
import dev.endolith.registry.CommitRules;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.VersionState;
import dev.endolith.serving.FeedbackResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one workspace, and processes that are killed at any instant. */
class ProcessesTest {
  private static final int ROUNDS = 5;
  private static final int LONG_ROUNDS = Integer.getInteger("endolith.kills", 200);

  @TempDir private Path folder;

  @Test
  @Tag("long")
  void open_eightProcessesNewFolder_allSucceed() throws Exception {
    for (int round = 0; round < 5; round++) {
      List<Process> processes = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        processes.add(WriterProcess.start(folder.resolve("new" + round).toString(), "open"));
      }
      for (Process process : processes) {
        assertThat(process.waitFor()).isZero();
      }
    }
  }

  @Test
  void kill_randomInstants_losesNothingAcknowledged() throws Exception {
    kill(ROUNDS);
  }

  @Test
  @Tag("long")
  void kill_manyTimes_losesNothingAcknowledged() throws Exception {
    kill(LONG_ROUNDS);
  }

  private void kill(int rounds) throws Exception {
    long seed = 20260301;
    Random random = new Random(seed);
    Set<String> acknowledged = new HashSet<>();
    for (int round = 1; round <= rounds; round++) {
      List<String> lines = killed(round, random);
      acknowledged.addAll(lines);
      try (SqlStorage storage = open(folder)) {
        check(storage, round == rounds ? acknowledged : new HashSet<>(lines));
        AuditVerification audit = new AuditLog(storage.registry()).verify();
        assertThat(audit.ok()).as("round %d of seed %d: %s", round, seed, audit).isTrue();
      }
    }
    assertThat(acknowledged).hasSizeGreaterThan(rounds);
    report(acknowledged.size() + " acknowledged in " + rounds + " rounds, none lost");
  }

  /** What a process acknowledged before it was killed. */
  private List<String> killed(int round, Random random) throws Exception {
    Process process = WriterProcess.start(folder.toString(), "forever", Integer.toString(round));
    try {
      // every other round also at any instant of opening, creating and warming up
      List<String> lines = new ArrayList<>();
      boolean warm = round % 2 == 0;
      if (warm) {
        lines.addAll(WriterProcess.linesUntilReady(process));
      }
      process.waitFor(1 + random.nextInt(warm ? 200 : 3_000), TimeUnit.MILLISECONDS);
      assertThat(process.isAlive()).isTrue();
      JvmProcess.kill(process);
      assertThat(process.exitValue()).isEqualTo(128 + 9);
      lines.addAll(WriterProcess.lines(process));
      return lines;
    } finally {
      JvmProcess.kill(process);
    }
  }

  private static void check(SqlStorage storage, Set<String> acknowledged) {
    Map<Long, Alias> champions = new HashMap<>();
    storage
        .registry()
        .history(Samples.MODEL, Alias.CHAMPION)
        .forEach(alias -> champions.put(alias.generation(), alias));
    for (String line : acknowledged) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "version" -> {
          ModelVersion version = version(storage, words[1]);
          assertThat(version.manifest().hex()).isEqualTo(words[2]);
          assertThat(storage.artifacts().read(version.attachments().get(0).digest(), 100))
              .asString(StandardCharsets.UTF_8)
              .startsWith("model ");
        }
        case "approved" ->
            assertThat(version(storage, words[1]).state()).isEqualTo(VersionState.APPROVED);
        case "champion" ->
            assertThat(champions.get(Long.parseLong(words[1])).version())
                .isEqualTo(Long.parseLong(words[2]));
        case "prediction" ->
            assertThat(label(storage, Id.parse(words[1])))
                .isNotInstanceOf(FeedbackResult.UnknownPrediction.class);
        case "label" ->
            assertThat(label(storage, Id.parse(words[1])))
                .isEqualTo(new FeedbackResult.AlreadyKnown(words[2]));
        case "document" -> assertThat(storage.state().get(words[1])).isPresent();
        case "ready" -> {}
        default -> throw new AssertionError("unexpected line: " + line);
      }
    }
  }

  private static FeedbackResult label(SqlStorage storage, Id id) {
    String number = "l" + id.low();
    return storage
        .predictions()
        .label(Samples.DEPLOYMENT, List.of(Samples.label(id, number)))
        .get(0);
  }

  private static ModelVersion version(SqlStorage storage, String number) {
    return storage.registry().version(Samples.MODEL, Long.parseLong(number)).orElseThrow();
  }

  private static SqlStorage open(Path folder) {
    return SqlStorage.open(folder, CommitRules.of(Clock.systemUTC()));
  }

  @SuppressWarnings("SystemOut")
  private static void report(String line) {
    System.out.println(line);
  }
}
