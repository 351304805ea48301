package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the blobs that nothing refers to, in two steps: a blob that nothing refers to and nobody
 * has needed for the grace period (24 hours) is put aside, and deleted when it is still not
 * referred to after the quarantine period (7 days). Registrations go on meanwhile; no lock is
 * taken.
 *
 * <p>A transaction that refers to a blob has to {@linkplain ArtifactStore#pin pin} it and to commit
 * within the grace period after that. Should it take longer the blob is put aside under its hands,
 * where it is still found, and comes back with the next collection.
 *
 * <p>Immutable and thread-safe. Several collectors may work on one store at the same time.
 */
public final class ArtifactCollector {
  /*
   * Why a blob that is needed is not deleted. A transaction pins the blob (P) and commits its
   * reference (C) within the grace period. A collector reads the clock (T), asks for the references
   * (R), quarantines the blob if it was last needed before T - grace (Q), and in a later run asks
   * again (R2) and deletes what is still in quarantine (D).
   *
   * C before R: the blob is reachable and left alone.
   * R before C: then T < R < C < P + grace. If P comes before Q, the time that Q looks at is at
   * least P, and P > C - grace > T - grace: Q leaves the blob alone. If Q comes before P, then P
   * brings the blob back.
   * For D the same holds: a pin before D takes the blob out of quarantine, a pin after D does not
   * find it, and its transaction does not commit. The store decides between them in one step.
   *
   * What takes longer than the grace period between P and C is caught by R2, a quarantine period
   * later. T is the earlier of two clocks, the collector's and the one that the
   * blobs' times come from: if one of them is ahead, collection is late but not early.
   */
  private static final int PAGE = 500;

  private final ArtifactStore store;
  private final BlobReferences references;
  private final Clock clock;
  private final Duration grace;
  private final Duration quarantine;

  private ArtifactCollector(Builder builder) {
    this.store = builder.store;
    this.references = builder.references;
    this.clock = builder.clock;
    this.grace = builder.grace;
    this.quarantine = builder.quarantine;
  }

  /**
   * Starts a collector.
   *
   * @param store the store, which has to be {@link ArtifactStore.Capability#COLLECTABLE}
   * @param references knows which blobs are referred to
   * @return a builder
   * @throws IllegalArgumentException if blobs of {@code store} cannot be collected
   */
  public static Builder builder(ArtifactStore store, BlobReferences references) {
    return new Builder(store, references);
  }

  /**
   * How long nobody must have needed a blob before it is put aside.
   *
   * @return the grace period
   */
  public Duration grace() {
    return grace;
  }

  /**
   * How long a blob is kept aside before it is deleted.
   *
   * @return the quarantine period
   */
  public Duration quarantine() {
    return quarantine;
  }

  /**
   * Goes through the store once: puts aside, brings back and deletes.
   *
   * @return what was done
   * @throws dev.endolith.error.StorageException if the store fails; what was done until then is
   *     sound, and the next collection goes on
   */
  public CollectionReport collect() {
    return run(false);
  }

  /**
   * Goes through the store once and changes nothing.
   *
   * @return what {@link #collect} would do now
   */
  public CollectionReport preview() {
    return run(true);
  }

  private CollectionReport run(boolean preview) {
    Tally tally = new Tally(preview);
    @Nullable Digest after = null;
    do {
      BlobPage page = store.list(after, PAGE);
      collect(page, tally);
      after = page.next().orElse(null);
    } while (after != null);
    return tally.report();
  }

  private void collect(BlobPage page, Tally tally) {
    Instant own = clock.instant();
    Instant now = own.isBefore(page.at()) ? own : page.at();
    Instant neededBefore = now.minus(grace);
    Instant quarantinedBefore = now.minus(quarantine);
    Set<Digest> candidates =
        page.blobs().stream()
            .filter(blob -> blob.isQuarantined() || blob.neededAt().isBefore(neededBefore))
            .map(StoredBlob::digest)
            .collect(Collectors.toUnmodifiableSet());
    // asked after the listing: see the argument above
    Set<Digest> reachable = candidates.isEmpty() ? Set.of() : references.among(candidates);
    for (StoredBlob blob : page.blobs()) {
      tally.scanned++;
      Optional<Instant> since = blob.quarantinedAt();
      if (!candidates.contains(blob.digest())) {
        continue;
      }
      if (reachable.contains(blob.digest())) {
        tally.reachable++;
        if (since.isPresent() && (tally.preview || store.pin(blob.digest()).isPresent())) {
          tally.restored++;
        }
      } else if (since.isPresent()) {
        if (since.get().isBefore(quarantinedBefore)
            && (tally.preview || store.purge(blob.digest(), quarantinedBefore))) {
          tally.purged++;
          tally.purgedBytes += blob.size();
        }
      } else if (blob.neededAt().isBefore(neededBefore)
          && (tally.preview || store.quarantine(blob.digest(), neededBefore))) {
        tally.quarantined++;
        tally.quarantinedBytes += blob.size();
      }
    }
  }

  /** Sets the periods of a collector. Confined to one thread. */
  public static final class Builder {
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    private final ArtifactStore store;
    private final BlobReferences references;
    private Clock clock = Clock.systemUTC();
    private Duration grace = Duration.ofHours(24);
    private Duration quarantine = Duration.ofDays(7);

    private Builder(ArtifactStore store, BlobReferences references) {
      if (!store.capabilities().contains(ArtifactStore.Capability.COLLECTABLE)) {
        throw new IllegalArgumentException(
            "store must be COLLECTABLE, its capabilities are " + store.capabilities());
      }
      this.store = store;
      this.references = Objects.requireNonNull(references, "references");
    }

    /**
     * Gives the time.
     *
     * @param clock the clock; the system's if not set
     * @return this builder
     */
    public Builder clock(Clock clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets how long nobody must have needed a blob before it is put aside. It has to be longer than
     * any transaction that refers to a blob.
     *
     * @param grace the period; 24 hours if not set
     * @return this builder
     * @throws IllegalArgumentException if {@code grace} is less than a minute
     */
    public Builder grace(Duration grace) {
      this.grace = atLeastShortest("grace", grace);
      return this;
    }

    /**
     * Sets how long a blob is kept aside before it is deleted.
     *
     * @param quarantine the period; 7 days if not set
     * @return this builder
     * @throws IllegalArgumentException if {@code quarantine} is less than a minute
     */
    public Builder quarantine(Duration quarantine) {
      this.quarantine = atLeastShortest("quarantine", quarantine);
      return this;
    }

    /**
     * Makes the collector.
     *
     * @return the collector
     */
    public ArtifactCollector build() {
      return new ArtifactCollector(this);
    }

    private static Duration atLeastShortest(String name, Duration period) {
      if (period.compareTo(SHORTEST) < 0) {
        throw new IllegalArgumentException(
            name + " must be at least " + SHORTEST + ", was " + period);
      }
      return period;
    }
  }

  private static final class Tally {
    private final boolean preview;
    private long scanned;
    private long reachable;
    private long quarantined;
    private long restored;
    private long purged;
    private long quarantinedBytes;
    private long purgedBytes;

    Tally(boolean preview) {
      this.preview = preview;
    }

    CollectionReport report() {
      return new CollectionReport(
          preview,
          scanned,
          reachable,
          quarantined,
          restored,
          purged,
          quarantinedBytes,
          purgedBytes);
    }
  }
}
