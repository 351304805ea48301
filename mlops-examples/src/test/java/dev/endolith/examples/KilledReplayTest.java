package dev.endolith.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.data.Dataset;
import dev.endolith.error.LeaseHeldException;
import dev.endolith.lifecycle.ManagedModel;
import dev.endolith.registry.Alias;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay in a process of its own, which is killed at random instants and started again. */
class KilledReplayTest {
  private static final String SCENARIO = "flights";

  /** A whole replay takes longer than this: most kills fall into it, some into its start. */
  private static final int LONGEST_LIFE_MILLIS = 6_000;

  @TempDir Path folder;

  @Test
  void killedTwice_endsAsIfItHadNot() throws Exception {
    killed(2, System.nanoTime());
  }

  @Test
  @Tag("long")
  void killedTwentyTimes_endsAsIfItHadNot() throws Exception {
    killed(Integer.getInteger("endolith.replay.kills", 20), System.nanoTime());
  }

  private void killed(int kills, long seed) throws Exception {
    Path whole = prepare("whole");
    assertThat(start(whole).waitFor()).isZero();
    Path broken = prepare("broken");
    Random random = new Random(seed);
    int done = 0;
    while (done < kills) {
      Process replay = start(broken);
      int life = 500 + random.nextInt(LONGEST_LIFE_MILLIS);
      if (replay.waitFor(life, TimeUnit.MILLISECONDS)) {
        assertThat(replay.exitValue()).as("seed %d", seed).isZero();
        break; // it came to its end before all kills were spent
      }
      assertThat(new ProcessBuilder("kill", "-9", Long.toString(replay.pid())).start().waitFor())
          .isZero();
      replay.waitFor();
      done++;
    }
    if (!Files.exists(finished(broken))) {
      assertThat(start(broken).waitFor()).as("seed %d, after %d kills", seed, done).isZero();
    }
    assertThat(done).as("seed %d: the replay was killed at all", seed).isPositive();
    assertThat(digest(broken)).as("seed %d, %d kills", seed, done).isEqualTo(digest(whole));
  }

  /** While one process drives the loop, another that wants to is told who does. */
  @Test
  void secondDriver_isRefusedByName_andFreeAfterTheFirstDied() throws Exception {
    Path target = prepare("driven");
    Process first = start(target);
    Flights flights = new Flights();
    Path workspace = workspace(target);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(workspace.resolve("endolith.db")));
    try (Workspace second = Workspace.open(workspace)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> second.models().alias(SCENARIO, Alias.CHAMPION).isPresent());
      ManagedModel<Flights.Flight, Boolean> model =
          flights.manage(ManagedModel.of(SCENARIO, flights.task(), second)).drivenByHand().build();
      assertThatThrownBy(model::runOnce)
          .isInstanceOfSatisfying(
              LeaseHeldException.class,
              e -> assertThat(e.holder()).contains("/" + first.pid() + "/"))
          .hasMessageContaining("one process at a time");
      assertThat(model.predict(flights.rows(DemoTest.DATA).examples().get(0).x()).version())
          .isPositive();
      assertThat(new ProcessBuilder("kill", "-9", Long.toString(first.pid())).start().waitFor())
          .isZero();
      first.waitFor();
      // the first may have died while it retrained: this one drives from there, with its own rows
      Dataset<Flights.Flight, Boolean> rows = flights.rows(DemoTest.DATA);
      ManagedModel<Flights.Flight, Boolean> successor =
          flights
              .manage(ManagedModel.of(SCENARIO, flights.task(), second))
              .retrainFrom(instant -> rows)
              .drivenByHand()
              .build();
      assertThat(successor.runOnce().entries()).isNotNegative();
    }
  }

  private Path prepare(String name) throws IOException {
    Path target = folder.resolve(name);
    Files.createDirectories(target.resolve("data"));
    Files.createSymbolicLink(
        target.resolve("data").resolve("airlineStats_data.json"),
        DemoTest.DATA.resolve("airlineStats_data.json").toAbsolutePath());
    return target;
  }

  private static Process start(Path target) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName(),
                SCENARIO,
                target.toString()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(target.resolve("out.txt").toFile()))
        .start();
  }

  private static Path workspace(Path target) {
    return target.resolve("demo").resolve(SCENARIO).resolve("workspace");
  }

  private static Path finished(Path target) {
    return target.resolve("demo").resolve(SCENARIO).resolve("finished");
  }

  private static String digest(Path target) {
    try (Workspace workspace = Workspace.open(workspace(target))) {
      assertThat(workspace.audit().verify().ok()).isTrue();
      return WorkspaceDigest.of(workspace, SCENARIO, new Flights().task().features().schema());
    }
  }
}
