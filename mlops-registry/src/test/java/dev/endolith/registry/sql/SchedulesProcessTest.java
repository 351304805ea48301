package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.endolith.Workspace;
import dev.endolith.data.CanonicalJson;
import dev.endolith.pipeline.ScheduleStatus;
import dev.endolith.pipeline.StepRecord;
import dev.endolith.pipeline.StepRecord.Outcome;
import dev.endolith.registry.Document;
import dev.endolith.registry.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes and one schedule, which becomes due every second. */
@Tag("long")
class SchedulesProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private final List<Process> processes = new ArrayList<>();
  private Path workspace;
  private Path effects;

  @BeforeEach
  void create() throws IOException {
    workspace = folder.resolve("workspace");
    effects = Files.createFile(folder.resolve("effects"));
    Workspace.open(workspace).close();
  }

  @AfterEach
  void end() throws Exception {
    for (Process process : processes) {
      JvmProcess.kill(process);
    }
  }

  private void start(long leaseMillis) throws IOException {
    processes.add(ScheduleProcess.start(workspace, effects, leaseMillis));
  }

  private List<String> effects() {
    try {
      return Files.readAllLines(effects);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void awaitMore(int than) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> effects().size() > than);
  }

  /** The process that holds the lease, null while none does. */
  private Process holder(Workspace seen) {
    Document found = seen.state().get("lease.schedule." + ScheduleProcess.NAME).orElse(null);
    if (found == null) {
      return null;
    }
    String holder = CanonicalJson.read(found.json(), Lease.class).holder();
    return processes.stream()
        .filter(p -> p.isAlive() && holder.contains("/" + p.pid() + "/"))
        .findFirst()
        .orElse(null);
  }

  /** Every due time from the first to the last has one run, which ended once and well. */
  private void assertOnce(Workspace seen, int interruptions) {
    ScheduleStatus status = seen.schedules().status(ScheduleProcess.NAME);
    assertThat(status.failed()).isEmpty();
    Set<String> keys = new HashSet<>();
    List<String> lines = effects();
    lines.forEach(line -> keys.add(line.substring(0, line.lastIndexOf(' '))));
    String first = lines.get(0).substring(0, lines.get(0).indexOf("Z/") + 1);
    Instant due = Instant.parse(first.substring(first.lastIndexOf('/') + 1));
    int runs = 0;
    for (; !due.isAfter(status.handled()); due = due.plusSeconds(1)) {
      String run = "schedule/" + ScheduleProcess.NAME + "/" + due;
      List<StepRecord> records = seen.pipelines().records(run);
      for (String step : List.of("a", "b", "c")) {
        assertThat(
                records.stream()
                    .filter(r -> r.step().equals(step) && r.outcome() == Outcome.SUCCEEDED))
            .as("%s of %s", step, run)
            .hasSize(1);
        assertThat(keys).contains(run + "/" + step);
      }
      assertThat(records.stream().filter(r -> r.outcome() == Outcome.RUN_FINISHED))
          .as(run)
          .hasSize(1);
      runs++;
    }
    assertThat(runs).isGreaterThan(interruptions / 2);
    // a step that was under way when its process ended is done again; no other
    assertThat(lines.size() - keys.size()).isBetween(0, interruptions);
  }

  @Test
  void holderKilled_everyDueRunHappensOnce() throws Exception {
    int kills = Integer.getInteger("endolith.schedule.kills", 5);
    Random random = new Random(7);
    try (Workspace seen = Workspace.open(workspace)) {
      start(60_000);
      start(60_000);
      for (int kill = 0; kill < kills; kill++) {
        awaitMore(effects().size() + random.nextInt(4));
        Process victim = holder(seen);
        if (victim != null) {
          JvmProcess.kill(victim);
          start(60_000);
        }
      }
      awaitMore(effects().size() + 5);
      end();
      processes.clear();
      assertOnce(seen, kills);
    }
  }

  @Test
  void holderStoppedBeyondItsLease_isFenced_whenItGoesOn() throws Exception {
    int stops = Integer.getInteger("endolith.schedule.stops", 2);
    try (Workspace seen = Workspace.open(workspace)) {
      start(1_500);
      start(1_500);
      for (int stop = 0; stop < stops; stop++) {
        awaitMore(effects().size());
        await().atMost(PATIENCE).until(() -> holder(seen) != null);
        Process stopped = holder(seen);
        if (stopped == null) {
          continue; // it gave the lease back in between
        }
        signal("-STOP", stopped);
        awaitMore(effects().size() + 3); // the other one has taken over
        signal("-CONT", stopped);
        awaitMore(effects().size() + 3);
      }
      end();
      processes.clear();
      assertOnce(seen, stops * 2);
    }
  }

  private static void signal(String signal, Process process) throws Exception {
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }
}
