package dev.endolith.registry.artifact;

import dev.endolith.data.Digest;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/*
 * Where blobs are that were put aside, each under a name that is never used again. The argument why
 * none is lost that somebody needs stands at FileArtifactStore, whose rules 1, 2 and 4 are here.
 */
final class Quarantine {
  private final Path folder;
  private final Clock clock;
  private final Disk disk;
  private final Function<Digest, Path> place;
  private final UnaryOperator<Instant> after;

  /**
   * @param place where a blob is that was not put aside
   * @param after now, or later than a time that is not in the past
   */
  Quarantine(
      Path folder,
      Clock clock,
      Disk disk,
      Function<Digest, Path> place,
      UnaryOperator<Instant> after) {
    this.folder = folder;
    this.clock = clock;
    this.disk = disk;
    this.place = place;
    this.after = after;
  }

  Path folder() {
    return folder;
  }

  /** The copies of a blob; nothing if no blob of its shard was ever put aside. */
  Optional<List<Quarantined>> shard(Digest digest) throws IOException {
    Path shard = FileArtifactStore.shard(folder, digest);
    if (!disk.exists(shard)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          disk.list(shard).stream()
              .filter(name -> name.startsWith(digest.hex()))
              .flatMap(name -> Quarantined.parse(name).stream())
              .toList());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  List<Quarantined> copies(Digest digest) throws IOException {
    return shard(digest).orElse(List.of());
  }

  Path path(Quarantined copy) {
    return FileArtifactStore.shard(folder, copy.digest()).resolve(copy.name());
  }

  /** Puts a blob aside that was last needed at a time, unless it was needed since. */
  boolean take(Digest digest, Instant neededAt) throws IOException {
    Quarantined copy = Quarantined.create(digest, neededAt, clock.instant());
    disk.move(place.apply(digest), path(copy));
    if (copy.isUntouched(disk.look(path(copy)).time())) {
      return true;
    }
    disk.move(path(copy), place.apply(digest));
    return false;
  }

  /** Deletes a copy, unless the blob was needed since it was taken. */
  boolean purge(Quarantined copy) throws IOException {
    try {
      if (!copy.isUntouched(disk.look(path(copy)).time())) {
        disk.move(path(copy), place.apply(copy.digest()));
        return false;
      }
      disk.delete(path(copy));
      return true;
    } catch (NoSuchFileException e) {
      return false; // brought back, or deleted by another collector
    }
  }

  /** The time comes first, so that whoever looks at the file from now on sees that it is needed. */
  void bringBack(Quarantined copy) throws IOException {
    try {
      disk.touch(path(copy), after.apply(copy.neededAt()));
      disk.move(path(copy), place.apply(copy.digest()));
    } catch (NoSuchFileException e) {
      // brought back by another process, or deleted: the caller looks again
    }
  }
}
