package dev.endolith.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Digest;
import dev.endolith.error.StorageException;
import dev.endolith.tck.SettableClock;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArtifactCollectorTest {
  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final ArtifactStore store = new InMemoryArtifactStore(clock);
  private final Set<Digest> referenced = new HashSet<>();
  private final ArtifactCollector collector =
      ArtifactCollector.builder(store, candidates -> referenced).clock(clock).build();

  @Test
  void builder_defaults_areADayAndAWeek() {
    assertThat(collector.grace()).isEqualTo(Duration.ofHours(24));
    assertThat(collector.quarantine()).isEqualTo(Duration.ofDays(7));
  }

  @Test
  void collect_unreachable_isPutAsideAfterADayAndDeletedAfterAWeek() {
    Digest kept = put("kept");
    Digest dropped = put("dropped");
    referenced.add(kept);

    clock.advance(Duration.ofHours(24));
    assertThat(collector.collect()).isEqualTo(report(2, 0, 0, 0, 0, 0, 0));
    clock.advance(Duration.ofMillis(1));
    assertThat(collector.collect()).isEqualTo(report(2, 1, 1, 0, 0, 7, 0));
    clock.advance(Duration.ofDays(7));
    assertThat(collector.collect()).isEqualTo(report(2, 1, 0, 0, 0, 0, 0));
    clock.advance(Duration.ofMillis(1));
    assertThat(collector.collect()).isEqualTo(report(2, 1, 0, 0, 1, 0, 7));

    assertThat(store.size(kept)).hasValue(4);
    assertThat(store.size(dropped)).isEmpty();
    assertThat(collector.collect()).isEqualTo(report(1, 1, 0, 0, 0, 0, 0));
  }

  @Test
  void collect_becameReachable_isBroughtBack() {
    Digest late = put("late");
    clock.advance(Duration.ofDays(2));
    collector.collect();
    referenced.add(late);
    clock.advance(Duration.ofDays(30));

    assertThat(collector.collect()).isEqualTo(report(1, 1, 0, 1, 0, 0, 0));

    referenced.clear();
    assertThat(collector.collect()).isEqualTo(report(1, 0, 0, 0, 0, 0, 0));
    assertThat(store.size(late)).hasValue(4);
  }

  @Test
  void collect_neededAgain_startsAnew() {
    Digest again = put("again");
    clock.advance(Duration.ofHours(23));
    store.pin(again);
    clock.advance(Duration.ofHours(23));
    assertThat(collector.collect().quarantined()).isZero();
    clock.advance(Duration.ofHours(2));
    assertThat(collector.collect().quarantined()).isOne();
    put("again");
    clock.advance(Duration.ofHours(23));
    assertThat(collector.collect().quarantined()).isZero();
  }

  @Test
  void preview_changesNothing() {
    put("dropped");
    clock.advance(Duration.ofDays(2));
    CollectionReport expected = new CollectionReport(true, 1, 0, 1, 0, 0, 7, 0);

    assertThat(collector.preview()).isEqualTo(expected);
    assertThat(collector.preview()).isEqualTo(expected);
    collector.collect();
    clock.advance(Duration.ofDays(8));
    assertThat(collector.preview()).isEqualTo(new CollectionReport(true, 1, 0, 0, 0, 1, 0, 7));
    assertThat(collector.collect().purged()).isOne();
  }

  @Test
  void collect_thousandsOfBlobs_areAskedForPageByPage() {
    for (int i = 0; i < 2_100; i++) {
      put("blob " + i);
    }
    clock.advance(Duration.ofDays(2));
    Set<Integer> asked = new HashSet<>();
    ArtifactCollector paged =
        ArtifactCollector.builder(
                store,
                candidates -> {
                  asked.add(candidates.size());
                  return Set.of();
                })
            .clock(clock)
            .build();

    assertThat(paged.collect().quarantined()).isEqualTo(2_100);
    assertThat(asked).containsExactlyInAnyOrder(500, 100);
  }

  @Test
  void collect_referencesFail_nothingIsCollected() {
    Digest digest = put("dropped");
    clock.advance(Duration.ofDays(2));
    ArtifactCollector failing =
        ArtifactCollector.builder(
                store,
                candidates -> {
                  throw new StorageException("references", "the database is gone");
                })
            .clock(clock)
            .build();

    assertThatThrownBy(failing::collect).isInstanceOf(StorageException.class);

    assertThat(store.list(null, 10).blobs()).noneMatch(StoredBlob::isQuarantined);
    assertThat(store.size(digest)).hasValue(7);
  }

  @Test
  void collect_ownClockIsAYearAhead_isNotEarly() {
    put("young");
    SettableClock ahead = new SettableClock(clock.instant().plus(Duration.ofDays(365)));
    ArtifactCollector wrong =
        ArtifactCollector.builder(store, candidates -> referenced).clock(ahead).build();

    assertThat(wrong.collect().quarantined()).isZero();
  }

  @Test
  void collect_storesClockIsAYearAhead_isNotEarly() {
    put("young");
    SettableClock right = new SettableClock(clock.instant());
    ArtifactCollector careful =
        ArtifactCollector.builder(store, candidates -> referenced).clock(right).build();
    clock.advance(Duration.ofDays(365));

    assertThat(careful.collect().quarantined()).isZero();
  }

  @Test
  void collect_clockGoesBack_isLateNotEarly() {
    Digest digest = put("old");
    clock.advance(Duration.ofDays(2));
    collector.collect();
    clock.advance(Duration.ofDays(-365));

    assertThat(collector.collect()).isEqualTo(report(1, 0, 0, 0, 0, 0, 0));
    store.pin(digest);
    clock.advance(Duration.ofDays(365).minusHours(25));
    assertThat(collector.collect().quarantined()).as("the earlier need counts").isZero();
  }

  @Test
  void builder_shortPeriod_isRefused() {
    ArtifactCollector.Builder builder = ArtifactCollector.builder(store, candidates -> referenced);

    assertThatThrownBy(() -> builder.grace(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("grace must be at least PT1M, was PT0S");
    assertThatThrownBy(() -> builder.quarantine(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("quarantine must be at least PT1M, was PT-1S");
  }

  @Test
  void builder_storeKeepsEverything_isRefused() {
    assertThatThrownBy(() -> ArtifactCollector.builder(new Keeper(), candidates -> referenced))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("store must be COLLECTABLE, its capabilities are []");
  }

  private Digest put(String content) {
    return store.put(content.getBytes(StandardCharsets.UTF_8));
  }

  private static CollectionReport report(
      long scanned,
      long reachable,
      long quarantined,
      long restored,
      long purged,
      long quarantinedBytes,
      long purgedBytes) {
    return new CollectionReport(
        false, scanned, reachable, quarantined, restored, purged, quarantinedBytes, purgedBytes);
  }

  /** The least that a store has to do. */
  static final class Keeper implements ArtifactStore {
    private final ArtifactStore kept = new InMemoryArtifactStore(Clock.systemUTC());

    @Override
    public Digest put(InputStream content) {
      return kept.put(content);
    }

    @Override
    public byte[] read(Digest digest, long maxBytes) {
      return kept.read(digest, maxBytes);
    }

    @Override
    public InputStream stream(Digest digest) {
      return kept.stream(digest);
    }

    @Override
    public OptionalLong size(Digest digest) {
      return kept.size(digest);
    }
  }
}
