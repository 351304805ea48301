package dev.endolith.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.Digest;
import dev.endolith.error.NotFoundException;
import dev.endolith.registry.ArtifactCollector;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.tck.SettableClock;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collectors against registrations of the same content, each with a store of its own (R09). */
class CollectionRaceTest {
  private static final int ROUNDS = Integer.getInteger("endolith.rounds", 500);

  private static final int CONTENTS = 3;

  // ten thousand rounds of ten days end before 2262, where file times of the platform overflow
  private final SettableClock clock = new SettableClock(Instant.parse("1980-01-01T00:00:00Z"));
  private final Set<Digest> committed = ConcurrentHashMap.newKeySet();

  @TempDir private Path folder;

  @Test
  void collect_whileOthersStorePinAndRead_deletesNothingThatIsReferred() throws Exception {
    race(ROUNDS);
  }

  @Test
  @Tag("long")
  void collect_tenThousandRounds_deletesNothingThatIsReferred() throws Exception {
    race(10_000);
  }

  private void race(int rounds) throws Exception {
    List<ArtifactStore> stores = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      stores.add(FileArtifactStore.open(folder, clock));
    }
    ExecutorService executor = Executors.newFixedThreadPool(4);
    long quarantined = 0;
    long purged = 0;
    long registered = 0;
    try {
      for (int round = 0; round < rounds; round++) {
        byte[] content = ("content " + round % CONTENTS).getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.of(content);
        boolean storing = round % 5 != 0;
        boolean referred = committed.contains(digest);
        // what the last rounds left is old now, and what they put aside may be deleted
        clock.advance(Duration.ofDays(10));
        CyclicBarrier start = new CyclicBarrier(4);
        var first = submit(executor, start, collector(stores.get(0))::collect);
        var second = submit(executor, start, collector(stores.get(1))::collect);
        var registration = submit(executor, start, () -> register(stores.get(2), content, storing));
        var reader = submit(executor, start, () -> isRead(stores.get(3), digest));

        for (var collection : List.of(first, second)) {
          quarantined += collection.get(60, TimeUnit.SECONDS).quarantined();
          purged += collection.get(60, TimeUnit.SECONDS).purged();
        }
        boolean done = registration.get(60, TimeUnit.SECONDS);
        boolean read = reader.get(60, TimeUnit.SECONDS);
        assertThat(done || !storing).as("round %s: what was stored is pinned", round).isTrue();
        assertThat(read || !referred).as("round %s: what is referred to is read", round).isTrue();
        for (Digest kept : committed) {
          assertThat(stores.get(round % 4).read(kept, 100)).as("round %s", round).isNotEmpty();
        }
        if (done) {
          registered++;
        }
        if (round % 4 != 3) {
          committed.remove(digest); // its version is deleted: the next rounds may collect it
        }
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(quarantined).as("blobs put aside").isGreaterThan(rounds / 10);
    assertThat(purged).as("blobs deleted").isPositive();
    assertThat(registered).as("registrations").isGreaterThan(rounds / 2);
  }

  private ArtifactCollector collector(ArtifactStore store) {
    return ArtifactCollector.builder(store, candidates -> Set.copyOf(committed))
        .clock(clock)
        .build();
  }

  /** As the registry does: store, pin within the transaction, commit only what was pinned. */
  private boolean register(ArtifactStore store, byte[] content, boolean storing) {
    Digest digest = Digest.of(content);
    if (storing) {
      store.put(new ByteArrayInputStream(content));
    }
    boolean found = store.pin(digest).isPresent();
    if (found) {
      committed.add(digest);
    }
    return found;
  }

  private static boolean isRead(ArtifactStore store, Digest digest) {
    try {
      return Digest.of(store.read(digest, 100)).equals(digest);
    } catch (NotFoundException e) {
      return false;
    }
  }

  private static <T> Future<T> submit(
      ExecutorService executor, CyclicBarrier start, Callable<T> work) {
    return executor.submit(
        () -> {
          start.await();
          return work.call();
        });
  }
}
