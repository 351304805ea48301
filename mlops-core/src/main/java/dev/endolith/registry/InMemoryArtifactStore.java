package dev.endolith.registry;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Blobs that are lost with the process. Each change of a blob's entry is one step of the map. */
final class InMemoryArtifactStore implements ArtifactStore {
  private final ConcurrentNavigableMap<Digest, Entry> blobs =
      new ConcurrentSkipListMap<>(Comparator.comparing(Digest::hex));

  private final Clock clock;

  InMemoryArtifactStore(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Digest put(InputStream content) {
    try {
      return keep(content.readAllBytes());
    } catch (IOException e) {
      throw new StorageException("put", "the content of a blob could not be read to its end", e);
    }
  }

  @Override
  public Digest put(byte[] content) {
    return keep(content.clone());
  }

  @Override
  public byte[] read(Digest digest, long maxBytes) {
    byte[] bytes = content(digest);
    if (bytes.length > maxBytes) {
      throw new IntegrityException(
          digest.hex(),
          "blob "
              + digest
              + " has "
              + bytes.length
              + " bytes, at most "
              + maxBytes
              + " are allowed");
    }
    return bytes.clone();
  }

  @Override
  public InputStream stream(Digest digest) {
    return new ByteArrayInputStream(content(digest).clone());
  }

  @Override
  public OptionalLong size(Digest digest) {
    Entry entry = blobs.get(digest);
    return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.content().length);
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.COLLECTABLE);
  }

  @Override
  public OptionalLong pin(Digest digest) {
    Entry needed = blobs.computeIfPresent(digest, (key, entry) -> entry.needed(clock.instant()));
    return needed == null ? OptionalLong.empty() : OptionalLong.of(needed.content().length);
  }

  @Override
  public BlobPage list(@Nullable Digest after, int limit) {
    Instant now = clock.instant();
    List<StoredBlob> page = new ArrayList<>();
    for (var blob : (after == null ? blobs : blobs.tailMap(after, false)).entrySet()) {
      if (page.size() == limit) {
        return new BlobPage(page, Optional.of(page.get(limit - 1).digest()), now);
      }
      Entry entry = blob.getValue();
      page.add(
          new StoredBlob(
              blob.getKey(), entry.content().length, entry.neededAt(), entry.quarantinedAt()));
    }
    return new BlobPage(page, Optional.empty(), now);
  }

  @Override
  public boolean quarantine(Digest digest, Instant neededBefore) {
    Entry seen = blobs.get(digest);
    return seen != null
        && seen.quarantinedAt().isEmpty()
        && seen.neededAt().isBefore(neededBefore)
        && blobs.replace(digest, seen, seen.aside(clock.instant()));
  }

  @Override
  public boolean purge(Digest digest, Instant quarantinedBefore) {
    Entry seen = blobs.get(digest);
    return seen != null
        && seen.quarantinedAt().filter(since -> since.isBefore(quarantinedBefore)).isPresent()
        && blobs.remove(digest, seen);
  }

  private Digest keep(byte[] content) {
    Digest digest = Digest.of(content);
    blobs.compute(
        digest,
        (key, known) ->
            known == null
                ? new Entry(content, clock.instant(), Optional.empty())
                : known.needed(clock.instant()));
    return digest;
  }

  private byte[] content(Digest digest) {
    Entry entry = blobs.get(digest);
    if (entry == null) {
      throw new NotFoundException(
          "blob", digest.hex(), "there is no blob " + digest + " in this store");
    }
    return entry.content();
  }

  /** Not a record: an entry is replaced and removed only if it is the very one that was seen. */
  private static final class Entry {
    private final byte[] content;
    private final Instant neededAt;
    private final Optional<Instant> quarantinedAt;

    Entry(byte[] content, Instant neededAt, Optional<Instant> quarantinedAt) {
      this.content = content;
      this.neededAt = neededAt;
      this.quarantinedAt = quarantinedAt;
    }

    byte[] content() {
      return content;
    }

    Instant neededAt() {
      return neededAt;
    }

    Optional<Instant> quarantinedAt() {
      return quarantinedAt;
    }

    /** A clock that goes back does not take back an earlier need. */
    Entry needed(Instant now) {
      return new Entry(content, now.isAfter(neededAt) ? now : neededAt, Optional.empty());
    }

    Entry aside(Instant now) {
      return new Entry(content, neededAt, Optional.of(now));
    }
  }
}
