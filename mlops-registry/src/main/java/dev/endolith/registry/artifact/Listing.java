package dev.endolith.registry.artifact;

import dev.endolith.data.Digest;
import dev.endolith.registry.BlobPage;
import dev.endolith.registry.StoredBlob;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lists the blobs of a folder in the order of their digests, those put aside among them. */
final class Listing {
  private static final Pattern SHARD = Pattern.compile("[0-9a-f]{2}");
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  private final Path blobs;
  private final Quarantine quarantine;
  private final Disk disk;
  private final Function<Digest, Path> place;

  Listing(Path blobs, Quarantine quarantine, Disk disk, Function<Digest, Path> place) {
    this.blobs = blobs;
    this.quarantine = quarantine;
    this.disk = disk;
    this.place = place;
  }

  BlobPage page(@Nullable Digest after, int limit, Instant now) throws IOException {
    List<StoredBlob> page = new ArrayList<>();
    String start = after == null ? "" : after.hex();
    for (String shard : shardsFrom(start)) {
      for (var entry : copies(shard).tailMap(start, false).entrySet()) {
        page.addAll(look(new Digest(entry.getKey()), entry.getValue()));
        if (page.size() >= limit) {
          return new BlobPage(page, Optional.of(new Digest(entry.getKey())), now);
        }
      }
    }
    return new BlobPage(page, Optional.empty(), now);
  }

  /** The shards that exist, from the one of a digest on. */
  private NavigableSet<String> shardsFrom(String digest) throws IOException {
    NavigableSet<String> found = new TreeSet<>(names(blobs));
    found.addAll(names(quarantine.folder()));
    found.removeIf(name -> !SHARD.matcher(name).matches());
    return found.tailSet(digest.isEmpty() ? "" : digest.substring(0, 2), true);
  }

  /** The digests of a shard, each with its copies in quarantine. */
  private NavigableMap<String, List<Quarantined>> copies(String shard) throws IOException {
    NavigableMap<String, List<Quarantined>> copies = new TreeMap<>();
    for (String name : names(blobs.resolve(shard))) {
      if (HEX.matcher(name).matches() && name.startsWith(shard)) {
        copies.put(name, new ArrayList<>());
      }
    }
    for (String name : names(quarantine.folder().resolve(shard))) {
      Quarantined.parse(name)
          .ifPresent(
              copy ->
                  copies.computeIfAbsent(copy.digest().hex(), hex -> new ArrayList<>()).add(copy));
    }
    return copies;
  }

  private List<StoredBlob> look(Digest digest, List<Quarantined> aside) throws IOException {
    List<StoredBlob> found = new ArrayList<>();
    try {
      Disk.Entry entry = disk.look(place.apply(digest));
      if (entry.regular()) {
        found.add(new StoredBlob(digest, entry.size(), entry.time(), Optional.empty()));
      }
    } catch (NoSuchFileException e) {
      // only in quarantine, or moved meanwhile
    }
    for (Quarantined copy : aside) {
      try {
        Disk.Entry entry = disk.look(quarantine.path(copy));
        found.add(new StoredBlob(digest, entry.size(), copy.neededAt(), Optional.of(copy.since())));
      } catch (NoSuchFileException e) {
        // brought back, or deleted meanwhile
      }
    }
    return found;
  }

  private List<String> names(Path directory) throws IOException {
    try {
      return disk.list(directory);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
