package dev.endolith.registry.artifact;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.BlobPage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * blobs/sha256/ab/ab12...        one file a blob, read-only; its time is that of the last need
 * quarantine/ab/ab12.SEEN.SINCE.UNIQUE   a blob that was put aside, see Quarantined
 * tmp/UUID                       what is being written
 *
 * A blob is written to tmp, forced to the disk, moved to its place in one step, and the directory of
 * its place is forced: only then is it acknowledged. Whoever finds the blob already in its place
 * forces that directory too, because the process that moved it there may not have come so far yet.
 *
 * The kernel may forget what it could not write once it has reported the failure, and then report
 * success for nothing. So a file whose force failed is deleted, and after a directory's force has
 * failed this store writes no more until it is opened anew.
 *
 * Collection takes no lock: it rests on renames, each of which exactly one process wins.
 *
 * 1. Putting aside reads the blob's time, moves the file to a new name in quarantine, and reads the
 *    time again. If it has changed the file goes back.
 * 2. A pin sets the time, to one that was not there before, and then looks whether a file with that
 *    time or a later one is in the blob's place. If not it looks in quarantine, sets the time of
 *    what it finds there, moves it back, and starts again.
 * 3. A blob that is stored gets its time before it is moved to its place.
 * 4. Deleting reads the time of a file in quarantine, deletes the file under its unique name if the
 *    time is the one it was taken with, and moves it back if not.
 *
 * A pin against putting aside: the pin writes the time and reads the place; putting aside changes
 * the place and reads the time. One of them comes last and sees the other: either the pin finds the
 * place empty, and brings the file back, or putting aside finds another time, and does. If the
 * process ends before it can, the file stays in quarantine with a time that is not the one in its
 * name, and 4 does not delete it. Storing (3) is the same with the time written earlier still.
 *
 * A pin against deleting: a file in quarantine leaves it by one rename or one deletion of a name
 * that is never used again. If the rename is first, the deletion finds nothing, however long its
 * process was stopped between looking and deleting. If the deletion is first, the pin finds nothing
 * and says so. A pin only says yes when it has seen the file in its place.
 *
 * A reader who finds neither the place filled nor the quarantine may have looked at both at the
 * wrong moments, so it looks several times; it does so only where something was ever put aside.
 */
final class FileArtifactStore implements ArtifactStore {
  private static final Logger LOG = LoggerFactory.getLogger(FileArtifactStore.class);

  /** Several processes share tmp: what is younger may still be written. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  /** Some file systems keep times to 2 s only; a new time has to differ by more than that. */
  private static final Duration TICK = Duration.ofSeconds(3);

  /** Each round in vain needs another collector that moved the blob at that very moment. */
  private static final int ROUNDS = 16;

  private static final Duration STANDS = Duration.ofSeconds(30);
  private static final int SETTLED = 10_000;
  private static final int CHUNK = 64 * 1024;
  private static final long MAX_ARRAY = Integer.MAX_VALUE - 8L;

  private final Path blobs;
  private final Quarantine quarantine;
  private final Path tmp;
  private final VerifiedContent content;
  private final Listing listing;
  private final Clock clock;
  private final Disk disk;
  private final boolean directoriesCanBeForced;

  /** Directories of the first two digits that are known to be on the disk; at most 512. */
  private final Set<Path> shards = ConcurrentHashMap.newKeySet();

  /**
   * The times of blobs whose place this store made durable and whose time it renewed. No
   * collector's grace period is shorter than a minute, so a renewal stands for half of one.
   */
  private final Map<Digest, Instant> settled = new ConcurrentHashMap<>();

  private volatile boolean failed;
  private volatile boolean closed;

  private FileArtifactStore(Path folder, Clock clock, Disk disk, boolean directories) {
    this.blobs = folder.resolve("blobs").resolve("sha256");
    this.quarantine =
        new Quarantine(folder.resolve("quarantine"), clock, disk, this::place, this::after);
    this.tmp = folder.resolve("tmp");
    this.content = new VerifiedContent(disk, tmp);
    this.listing = new Listing(blobs, quarantine, disk, this::place);
    this.clock = clock;
    this.disk = disk;
    this.directoriesCanBeForced = directories;
  }

  static FileArtifactStore open(Path folder, Clock clock) {
    return open(
        folder,
        clock,
        Disk.of(folder.getFileSystem().supportedFileAttributeViews().contains("posix")));
  }

  static FileArtifactStore open(Path folder, Clock clock, Disk disk) {
    try {
      Path top = folder.toAbsolutePath().normalize();
      disk.createDirectories(top);
      boolean directories = disk.forcesDirectories(top);
      if (!directories) {
        LOG.info(
            "This platform cannot force directories to the disk: the newest blobs may be lost when"
                + " the machine loses power");
      }
      FileArtifactStore store = new FileArtifactStore(top, clock, disk, directories);
      disk.createDirectories(store.tmp);
      disk.createDirectories(store.blobs);
      disk.createDirectories(store.quarantine.folder());
      store.forceDirectory(top.resolve("blobs"));
      store.forceDirectory(top);
      Path above = top.getParent();
      if (above != null) {
        store.forceDirectory(above);
      }
      store.sweep(clock.instant().minus(ABANDONED));
      return store;
    } catch (IOException e) {
      throw failure(
          "open", "the folder of the artifact store cannot be used; give one that is writable", e);
    }
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.DURABLE, Capability.MULTI_PROCESS, Capability.COLLECTABLE);
  }

  @Override
  public Digest put(byte[] content) {
    requireWritable();
    Digest digest = Digest.of(content);
    try {
      if (holds(digest, content) && renew(digest).isPresent()) {
        forceDirectory(shard(blobs, digest));
        settle(digest);
        return digest;
      }
    } catch (IOException e) {
      throw notStored(e);
    }
    return store(file -> write(file, content, digest));
  }

  @Override
  public Digest put(InputStream content) {
    requireWritable();
    return store(file -> write(file, content));
  }

  private Digest store(Filling filling) {
    Path file = tmp.resolve(UUID.randomUUID().toString());
    try {
      Written written = filling.fill(file);
      Digest digest = written.digest();
      createShard(blobs, digest);
      // listed before the move: none of these can be the file that is moved now
      List<Quarantined> aside = quarantine.copies(digest);
      move(file, written);
      forceDirectory(shard(blobs, digest));
      settle(digest, written.time());
      for (Quarantined copy : aside) {
        deleteIfThere(quarantine.path(copy));
      }
      return digest;
    } catch (IOException e) {
      discard(file);
      throw notStored(e);
    } catch (RuntimeException | Error e) {
      discard(file);
      throw e;
    }
  }

  @Override
  public byte[] read(Digest digest, long maxBytes) {
    requireOpen();
    try (SeekableByteChannel file = find(digest)) {
      long size = file.size();
      if (size > Math.min(maxBytes, MAX_ARRAY)) {
        throw new IntegrityException(
            digest.hex(),
            "blob "
                + digest
                + " has "
                + size
                + " bytes, at most "
                + Math.min(maxBytes, MAX_ARRAY)
                + " are allowed");
      }
      return content.bytes(digest, file, (int) size);
    } catch (IOException e) {
      throw failure("read", "blob " + digest + " could not be read", e);
    }
  }

  @Override
  public InputStream stream(Digest digest) {
    requireOpen();
    try (SeekableByteChannel file = find(digest)) {
      return content.stream(digest, file);
    } catch (IOException e) {
      throw failure("read", "blob " + digest + " could not be read", e);
    }
  }

  @Override
  public OptionalLong size(Digest digest) {
    requireOpen();
    try {
      for (int round = 0; round < ROUNDS; round++) {
        OptionalLong size = sizeOf(place(digest));
        if (size.isPresent()) {
          return size;
        }
        Optional<List<Quarantined>> aside = quarantine.shard(digest);
        if (aside.isEmpty()) {
          break;
        }
        for (Quarantined copy : aside.get()) {
          size = sizeOf(quarantine.path(copy));
          if (size.isPresent()) {
            return size;
          }
        }
      }
      return OptionalLong.empty();
    } catch (IOException e) {
      throw failure("size", "the length of blob " + digest + " could not be read", e);
    }
  }

  @Override
  public OptionalLong pin(Digest digest) {
    requireWritable();
    try {
      OptionalLong known = settledSize(digest);
      if (known.isPresent()) {
        return known;
      }
      OptionalLong size = renew(digest);
      if (size.isPresent()) {
        forceDirectory(shard(blobs, digest));
        settle(digest);
      }
      return size;
    } catch (IOException e) {
      throw failure("pin", "blob " + digest + " could not be pinned", e);
    }
  }

  private void settle(Digest digest) throws IOException {
    settle(digest, disk.look(place(digest)).time());
  }

  /** A time that the file system rounded is not found again, and the blob renewed: no harm. */
  private void settle(Digest digest, Instant time) {
    if (settled.size() >= SETTLED) {
      settled.clear(); // it only saves work
    }
    settled.put(digest, time);
  }

  /** Empty unless the blob is there as it was settled, and was so a short while ago. */
  private OptionalLong settledSize(Digest digest) throws IOException {
    Instant time = settled.get(digest);
    Instant now = clock.instant();
    if (time == null || time.isAfter(now) || time.isBefore(now.minus(STANDS))) {
      return OptionalLong.empty();
    }
    try {
      Disk.Entry entry = disk.look(place(digest));
      return entry.regular() && entry.time().equals(time)
          ? OptionalLong.of(entry.size())
          : OptionalLong.empty();
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public BlobPage list(@Nullable Digest after, int limit) {
    requireOpen();
    try {
      return listing.page(after, limit, clock.instant());
    } catch (IOException e) {
      throw failure("list", "the blobs could not be listed", e);
    }
  }

  @Override
  public boolean quarantine(Digest digest, Instant neededBefore) {
    requireWritable();
    Path place = place(digest);
    try {
      Disk.Entry seen = disk.look(place);
      if (!seen.regular() || !seen.time().isBefore(neededBefore)) {
        return false;
      }
      createShard(quarantine.folder(), digest);
      return quarantine.take(digest, seen.time());
    } catch (NoSuchFileException e) {
      return false; // someone else put it aside, or brought it back
    } catch (IOException e) {
      throw failure("quarantine", "blob " + digest + " could not be put aside", e);
    }
  }

  @Override
  public boolean purge(Digest digest, Instant quarantinedBefore) {
    requireWritable();
    try {
      boolean purged = false;
      for (Quarantined copy : quarantine.copies(digest)) {
        if (copy.since().isBefore(quarantinedBefore)) {
          purged |= quarantine.purge(copy);
        }
      }
      return purged;
    } catch (IOException e) {
      throw failure("purge", "blob " + digest + " could not be deleted", e);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private Written write(Path file, InputStream content) throws IOException {
    MessageDigest sha = Digest.sha256();
    long size = 0;
    Instant time;
    try (Disk.NewFile target = disk.create(file)) {
      byte[] chunk = new byte[CHUNK];
      for (int n = content.read(chunk); n >= 0; n = content.read(chunk)) {
        sha.update(chunk, 0, n);
        write(target, chunk, 0, n);
        size += n;
      }
      time = finish(file, target);
    }
    return new Written(Digest.finish(sha), size, time);
  }

  /** In chunks: what is written at once is copied outside the heap first. */
  private Written write(Path file, byte[] content, Digest digest) throws IOException {
    try (Disk.NewFile target = disk.create(file)) {
      for (int at = 0; at < content.length; at += CHUNK) {
        write(target, content, at, Math.min(CHUNK, content.length - at));
      }
      return new Written(digest, content.length, finish(file, target));
    }
  }

  private static void write(Disk.NewFile target, byte[] bytes, int from, int length)
      throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes, from, length);
    while (rest.hasRemaining()) {
      target.write(rest);
    }
  }

  private Instant finish(Path file, Disk.NewFile target) throws IOException {
    Instant time = now();
    disk.touch(file, time);
    target.force();
    return time;
  }

  /** Also where the blob is there: what was just written is right, what is there may be damaged. */
  private void move(Path file, Written written) throws IOException {
    Path place = place(written.digest());
    try {
      disk.move(file, place);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (FileSystemException e) {
      // Windows does not replace a file that is being read: it has the same content
      OptionalLong size = renew(written.digest());
      if (size.isEmpty() || size.getAsLong() != written.size()) {
        throw e;
      }
      disk.delete(file);
    }
  }

  /** Whether the blob is in its place with this very content, and not damaged. */
  private boolean holds(Digest digest, byte[] content) throws IOException {
    Path place = place(digest);
    if (!disk.exists(place)) {
      return false; // as mostly
    }
    OptionalLong size = sizeOf(place);
    if (size.isEmpty() || size.getAsLong() != content.length) {
      return false;
    }
    try (SeekableByteChannel file = disk.read(place)) {
      byte[] chunk = new byte[Math.min(CHUNK, Math.max(1, content.length))];
      for (int at = 0; at < content.length; ) {
        int n = file.read(ByteBuffer.wrap(chunk));
        if (n < 0 || !same(chunk, n, content, at)) {
          return false;
        }
        at += n;
      }
      return true;
    } catch (NoSuchFileException e) {
      return false; // put aside meanwhile
    }
  }

  private static boolean same(byte[] chunk, int length, byte[] content, int at) {
    return length <= content.length - at
        && ByteBuffer.wrap(chunk, 0, length).equals(ByteBuffer.wrap(content, at, length));
  }

  /** Opens a blob wherever it is; one that was put aside is brought back if that is possible. */
  private SeekableByteChannel find(Digest digest) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      try {
        return disk.read(place(digest));
      } catch (NoSuchFileException e) {
        // see whether it was put aside
      }
      Optional<List<Quarantined>> aside = quarantine.shard(digest);
      if (aside.isEmpty()) {
        break;
      }
      for (Quarantined copy : aside.get()) {
        try {
          SeekableByteChannel file = disk.read(quarantine.path(copy));
          try {
            quarantine.bringBack(copy);
          } catch (IOException e) {
            LOG.warn(
                "Blob {} was put aside and is needed, and could not be brought back ({})",
                digest,
                e.getClass().getSimpleName());
          }
          return file;
        } catch (NoSuchFileException e) {
          // brought back or deleted meanwhile
        }
      }
    }
    throw new NotFoundException(
        "blob", digest.hex(), "there is no blob " + digest + " in this store");
  }

  /** Sets the blob's time; answers its length once it was seen in its place with that time. */
  private OptionalLong renew(Digest digest) throws IOException {
    Path place = place(digest);
    for (int round = 0; round < ROUNDS; round++) {
      try {
        Disk.Entry before = disk.look(place);
        if (!before.regular()) {
          return OptionalLong.empty();
        }
        Instant time = after(before.time());
        disk.touch(place, time);
        Disk.Entry after = disk.look(place);
        // within TICK for file systems that round; otherwise another file has taken the place
        if (!after.time().isBefore(time.minus(TICK)) && !after.time().equals(before.time())) {
          return OptionalLong.of(after.size());
        }
      } catch (NoSuchFileException e) {
        Optional<List<Quarantined>> aside = quarantine.shard(digest);
        if (aside.isEmpty()) {
          return OptionalLong.empty();
        }
        for (Quarantined copy : aside.get()) {
          quarantine.bringBack(copy);
        }
      }
    }
    return OptionalLong.empty();
  }

  /** Now, or later than a time that is not in the past: a changed time is what others look for. */
  private Instant after(Instant time) {
    Instant now = now();
    return now.isAfter(time) ? now : time.plus(TICK).truncatedTo(ChronoUnit.MICROS);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private OptionalLong sizeOf(Path file) throws IOException {
    try {
      Disk.Entry entry = disk.look(file);
      return entry.regular() ? OptionalLong.of(entry.size()) : OptionalLong.empty();
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
  }

  private Path place(Digest digest) {
    return shard(blobs, digest).resolve(digest.hex());
  }

  static Path shard(Path area, Digest digest) {
    return area.resolve(digest.hex().substring(0, 2));
  }

  private void createShard(Path area, Digest digest) throws IOException {
    Path shard = shard(area, digest);
    if (!shards.contains(shard)) {
      disk.createDirectories(shard);
      forceDirectory(area);
      shards.add(shard);
    }
  }

  private void forceDirectory(Path directory) throws IOException {
    if (directoriesCanBeForced) {
      try {
        disk.forceDirectory(directory);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }
  }

  private void sweep(Instant before) throws IOException {
    for (String name : disk.list(tmp)) {
      Path file = tmp.resolve(name);
      try {
        if (disk.look(file).time().isBefore(before)) {
          disk.delete(file);
        }
      } catch (NoSuchFileException e) {
        // another process swept it, or finished it
      }
    }
  }

  private void deleteIfThere(Path file) throws IOException {
    try {
      disk.delete(file);
    } catch (NoSuchFileException e) {
      // another process was faster
    }
  }

  private void discard(Path file) {
    try {
      deleteIfThere(file);
    } catch (IOException e) {
      LOG.warn("An unfinished blob could not be deleted; it is swept when the store is opened");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the artifact store is closed");
    }
  }

  private void requireWritable() {
    requireOpen();
    if (failed) {
      throw new StorageException(
          "put",
          "the disk has failed to keep an earlier blob, so this store writes no more; check the disk"
              + " and open the workspace again");
    }
  }

  private static StorageException notStored(IOException e) {
    return failure("put", "a blob could not be stored", e);
  }

  /**
   * File system exceptions carry paths, which do not belong in messages: only the reason is kept.
   */
  private static StorageException failure(String operation, String what, IOException e) {
    if (e instanceof FileSystemException file) {
      String reason = file.getReason() == null ? "" : ": " + file.getReason();
      return new StorageException(
          operation, what + " (" + e.getClass().getSimpleName() + reason + ")");
    }
    return new StorageException(operation, what, e);
  }

  /** Creates a file and writes a blob to it, down to the disk. */
  private interface Filling {
    Written fill(Path file) throws IOException;
  }

  /** What was written to a temporary file. */
  private record Written(Digest digest, long size, Instant time) {}
}
