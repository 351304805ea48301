package dev.endolith.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Digest;
import dev.endolith.error.EndolithException;
import dev.endolith.registry.ArtifactCollector;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.CollectionReport;
import dev.endolith.tck.SettableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A store whose disk fails and loses power (R04), under a registry that never does. {@code
 * -Dseed=N} runs one seed, {@code -Dendolith.seeds=N} that many.
 */
class DiskFaultTest {
  private static final long SEEDS = Long.getLong("endolith.seeds", 500);
  private static final Path FOLDER = Path.of("/store");
  private static final Instant FUTURE = Instant.parse("3000-01-01T00:00:00Z");

  @Test
  void powerLoss_someSeeds_keepWhatWasAcknowledged() {
    (System.getProperty("seed") == null
            ? LongStream.range(0, SEEDS)
            : LongStream.of(Long.getLong("seed")))
        .forEach(seed -> new Life(seed, disk -> disk, false).livesWithPowerLoss());
  }

  @Test
  @Tag("long")
  void powerLoss_tenThousandSeeds_keepWhatWasAcknowledged() {
    LongStream.range(0, 10_000)
        .forEach(seed -> new Life(seed, disk -> disk, false).livesWithPowerLoss());
  }

  @ParameterizedTest
  @EnumSource(SimDisk.Fault.class)
  void fault_atAnyCall_leavesTheStoreWhole(SimDisk.Fault fault) {
    int k = 0;
    boolean happened;
    do {
      k++;
      happened = new Life(k, disk -> disk, false).livesWithFault(fault, k);
    } while (happened);
    assertThat(k).as("calls that change something").isGreaterThan(40);
  }

  @Test
  void noForceOfFiles_isFound() {
    assertDefectIsFound(
        disk ->
            new ForwardingDisk(disk) {
              @Override
              void force(NewFile file) {
                // forgotten
              }
            });
  }

  @Test
  void noForceOfDirectories_isFound() {
    assertDefectIsFound(
        disk ->
            new ForwardingDisk(disk) {
              @Override
              public void forceDirectory(Path directory) {
                // forgotten
              }
            });
  }

  @Test
  void forceRepeatedAfterFailure_isFound() {
    assertThatThrownBy(
            () -> {
              for (int k = 1; k < 100; k++) {
                new Life(
                        k,
                        disk ->
                            new ForwardingDisk(disk) {
                              @Override
                              void force(NewFile file) throws IOException {
                                try {
                                  file.force();
                                } catch (IOException e) {
                                  file.force();
                                }
                              }
                            },
                        false)
                    .livesWithFault(SimDisk.Fault.FORCE_FAILS, k);
              }
            })
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void collectionWithoutGrace_isFound() {
    assertThatThrownBy(
            () -> {
              for (long seed = 0; seed < 200; seed++) {
                new Life(seed, disk -> disk, true).livesWithPowerLoss();
              }
            })
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void nameTrustedInsteadOfContent_isFound() throws IOException {
    Life life = new Life(1, disk -> disk, false);
    Digest digest = life.store.put(new byte[700]);
    Path place =
        FOLDER.resolve("blobs/sha256").resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
    life.disk.rot(place, 600);
    byte[] trusted = life.disk.contents(place).get(place);

    assertThatThrownBy(() -> life.checkContent(digest, trusted)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> life.store.read(digest, 1_000)).isInstanceOf(EndolithException.class);
  }

  private static void assertDefectIsFound(UnaryOperator<Disk> defect) {
    assertThatThrownBy(
            () -> {
              for (long seed = 0; seed < 200; seed++) {
                new Life(seed, defect, false).livesWithPowerLoss();
              }
            })
        .isInstanceOf(AssertionError.class);
  }

  /** One store on one disk, and what its registry has committed. */
  private static final class Life {
    private final long seed;
    private final Random random;
    private final SimDisk disk;
    private final UnaryOperator<Disk> wrapper;
    private final boolean graceless;
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    private final Map<Digest, byte[]> committed = new LinkedHashMap<>();
    private ArtifactStore store;

    Life(long seed, UnaryOperator<Disk> wrapper, boolean graceless) {
      this.seed = seed;
      this.random = new Random(seed);
      this.disk = new SimDisk(~seed);
      this.wrapper = wrapper;
      this.graceless = graceless;
      this.store = open();
    }

    private ArtifactStore open() {
      return FileArtifactStore.open(FOLDER, clock, wrapper.apply(disk));
    }

    void livesWithPowerLoss() {
      for (int life = 0; life < 2; life++) {
        disk.arm(SimDisk.Fault.POWER_LOSS, 1 + random.nextInt(120));
        try {
          for (int i = 0; i < 25; i++) {
            act();
          }
        } catch (EndolithException e) {
          // the power is gone, or goes now
        }
        disk.crash();
        check();
      }
    }

    /** Runs a fixed history with a fault at the k-th call; answers whether it came to that. */
    boolean livesWithFault(SimDisk.Fault fault, int k) {
      disk.arm(fault, k);
      Random history = new Random(4);
      for (int i = 0; i < 12; i++) {
        try {
          act(history);
        } catch (EndolithException e) {
          assertThat(e.getMessage()).doesNotContain(FOLDER.toString());
        }
      }
      boolean happened = disk.disarm();
      assertThat(disk.forcedAfterFailure()).as("forced again after a failure").isFalse();
      disk.crash();
      check();
      return happened;
    }

    private void act() {
      act(random);
    }

    private void act(Random choice) {
      byte[] content = new byte[choice.nextInt(5) * 400];
      new Random(content.length + choice.nextInt(3)).nextBytes(content);
      Digest digest = Digest.of(content);
      switch (choice.nextInt(7)) {
        case 0, 1, 2 -> {
          store.put(content);
          if (!graceless) {
            collect();
          }
          commit(digest, content);
        }
        case 3 -> commit(digest, content);
        case 4 -> committed.remove(digest);
        case 5 -> clock.advance(Duration.ofHours(30));
        default -> collect();
      }
    }

    /** As the registry does: what is not pinned is not committed. */
    private void commit(Digest digest, byte[] content) {
      if (store.pin(digest).isPresent()) {
        meanwhile(digest);
        committed.put(digest, content);
      }
    }

    /** Collections happen between storing, pinning and committing. */
    private void meanwhile(Digest digest) {
      if (graceless) {
        if (!committed.containsKey(digest)) {
          store.quarantine(digest, FUTURE);
          store.purge(digest, FUTURE);
        }
      } else {
        collect();
      }
    }

    private CollectionReport collect() {
      return ArtifactCollector.builder(store, candidates -> committed.keySet())
          .clock(clock)
          .build()
          .collect();
    }

    private void check() {
      clock.advance(Duration.ofHours(2));
      store = open();
      // I4: what stands under a digest is its content
      for (Path area : List.of(FOLDER.resolve("blobs"), FOLDER.resolve("quarantine"))) {
        disk.contents(area)
            .forEach(
                (path, content) ->
                    checkContent(
                        new Digest(path.getFileName().toString().substring(0, 64)), content));
      }
      // I5: what is committed is there
      committed.forEach(
          (digest, content) -> {
            assertThat(size(digest))
                .as("seed %s: committed %s", seed, digest)
                .isEqualTo(content.length);
            assertThat(store.read(digest, 10_000)).as("seed %s", seed).isEqualTo(content);
          });
      // I8: nothing is left in tmp, and what nobody refers to is collected
      assertThat(disk.contents(FOLDER.resolve("tmp"))).as("seed %s: tmp", seed).isEmpty();
      List<CollectionReport> reports = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        clock.advance(Duration.ofDays(8));
        reports.add(collect());
      }
      assertThat(disk.contents(FOLDER.resolve("blobs")))
          .as("seed %s: %s", seed, reports)
          .hasSize(committed.size());
      // I9: the next operation succeeds
      byte[] next = {1, 2, 3};
      assertThat(store.read(store.put(next), 3)).as("seed %s", seed).isEqualTo(next);
    }

    private long size(Digest digest) {
      return store.size(digest).orElse(-1);
    }

    void checkContent(Digest digest, byte[] content) {
      assertThat(Digest.of(content))
          .as("seed %s: content under its digest", seed)
          .isEqualTo(digest);
    }
  }
}
