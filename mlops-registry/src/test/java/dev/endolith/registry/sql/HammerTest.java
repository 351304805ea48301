package dev.endolith.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.error.ConflictException;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.Models;
import dev.endolith.tck.Contenders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * R14: 64 threads that write and read one folder through two openings for a while. A busy database
 * reaches none of them: whatever a thread is told fails the test, but for a lost race.
 */
class HammerTest {
  private static final int THREADS = 64;

  @TempDir private Path folder;

  @Test
  void hammer_shortly_nobodyIsToldThatTheDatabaseIsBusy() {
    hammer(2);
  }

  @Test
  @Tag("long")
  void hammer_long_nobodyIsToldThatTheDatabaseIsBusy() {
    hammer(Integer.getInteger("endolith.hammer.seconds", 60));
  }

  private void hammer(int seconds) {
    try (Workspace one = Workspace.open(folder);
        Workspace two = Workspace.open(folder)) {
      byte[] content = {1, 2, 3};
      Attachment blob = new Attachment(Attachment.MODEL, "x", 3, one.artifacts().put(content));
      one.models().commit("because", Samples.draft(blob));
      long end = System.nanoTime() + seconds * 1_000_000_000L;

      List<List<Long>> took =
          Contenders.race(
              THREADS,
              Duration.ofSeconds(seconds + 60),
              t -> {
                Models models = (t % 2 == 0 ? one : two).models();
                List<Long> nanos = new ArrayList<>();
                do {
                  long begin = System.nanoTime();
                  step(models, blob, t + nanos.size());
                  nanos.add(System.nanoTime() - begin);
                } while (System.nanoTime() < end);
                return nanos;
              });

      assertThat(took).hasSize(THREADS).noneMatch(List::isEmpty);
      report(took.stream().flatMap(List::stream).sorted().toList());
      long versions = one.models().newest(Samples.MODEL, 1).get(0).number();
      assertThat(two.models().newest(Samples.MODEL, Integer.MAX_VALUE)).hasSize((int) versions);
      assertThat(one.verify()).matches(verification -> verification.ok(), "is whole");
    }
  }

  /** For people: how long an operation takes among so many says nothing of right or wrong. */
  private static void report(List<Long> nanos) {
    System.out.printf(
        Locale.ROOT,
        "R14: %d operations of %d threads, three of four are writes; p50 %.1f ms, p99 %.1f ms%n",
        nanos.size(),
        THREADS,
        nanos.get(nanos.size() / 2) / 1e6,
        nanos.get(nanos.size() * 99 / 100) / 1e6);
  }

  private static void step(Models models, Attachment blob, int what) {
    switch (what % 4) {
      case 0 -> models.commit("because", Samples.draft(blob));
      case 1 -> models.tag(Samples.MODEL, 1, Map.of("by", Integer.toString(what)));
      case 2 -> {
        try {
          models.transition(
              Samples.MODEL, 1, dev.endolith.registry.VersionState.VALIDATED, "gates");
          models.move(Samples.MODEL, "shadow", 1, "because");
        } catch (ConflictException e) {
          // another thread moved it first
        }
      }
      default -> {
        models.alias(Samples.MODEL, Alias.CHAMPION);
        models.newest(Samples.MODEL, 3);
      }
    }
  }
}
