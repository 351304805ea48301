package dev.endolith.registry.artifact;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.ArtifactStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * blobs/sha256/ab/ab12...  one file a blob, read-only, never changed
 * tmp/UUID                 what is being written
 *
 * A blob is written to tmp, forced to the disk, moved to its place in one step, and the directory of
 * its place is forced: only then is it acknowledged. Whoever finds the blob already in its place
 * forces that directory too, because the process that moved it there may not have come so far yet.
 *
 * The kernel may forget what it could not write once it has reported the failure, and then report
 * success for nothing. So a file whose force failed is deleted, and after a directory's force has
 * failed this store writes no more until it is opened anew.
 */
final class FileArtifactStore implements ArtifactStore {
  private static final Logger LOG = LoggerFactory.getLogger(FileArtifactStore.class);

  /** Several processes share tmp: what is younger may still be written. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private static final int CHUNK = 64 * 1024;
  private static final long MAX_ARRAY = Integer.MAX_VALUE - 8L;

  private final Path blobs;
  private final Path tmp;
  private final Disk disk;
  private final boolean posix;
  private final boolean directoriesCanBeForced;

  /** Directories of the first two digits that are known to be on the disk; at most 256. */
  private final Set<Path> shards = ConcurrentHashMap.newKeySet();

  private volatile boolean failed;
  private volatile boolean closed;

  private FileArtifactStore(Path folder, Disk disk, boolean posix, boolean directories) {
    this.blobs = folder.resolve("blobs").resolve("sha256");
    this.tmp = folder.resolve("tmp");
    this.disk = disk;
    this.posix = posix;
    this.directoriesCanBeForced = directories;
  }

  static FileArtifactStore open(Path folder, Clock clock, Disk disk) {
    try {
      boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
      Path top = folder.toAbsolutePath().normalize();
      Files.createDirectories(top, directoryMode(posix));
      boolean directories = canBeForced(top);
      FileArtifactStore store = new FileArtifactStore(top, disk, posix, directories);
      Files.createDirectories(store.tmp, directoryMode(posix));
      Files.createDirectories(store.blobs, directoryMode(posix));
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
  public Digest put(byte[] content) {
    requireWritable();
    Digest digest = Digest.of(content);
    try {
      if (present(digest, content.length)) {
        forceDirectory(shard(digest));
        return digest;
      }
    } catch (IOException e) {
      throw notStored(e);
    }
    return put(new ByteArrayInputStream(content));
  }

  @Override
  public Digest put(InputStream content) {
    requireWritable();
    Path file = tmp.resolve(UUID.randomUUID().toString());
    try {
      Written written = write(file, content);
      Path place = place(written.digest());
      createShard(written.digest());
      if (present(written.digest(), written.size())) {
        Files.delete(file);
      } else {
        move(file, place, written);
      }
      forceDirectory(shard(written.digest()));
      return written.digest();
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
    try (FileChannel file =
        FileChannel.open(place(digest), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
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
      byte[] content = new byte[(int) size];
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        if (file.read(rest) < 0) {
          throw altered(digest);
        }
      }
      if (!Digest.of(content).equals(digest)) {
        throw altered(digest);
      }
      return content;
    } catch (NoSuchFileException e) {
      throw new NotFoundException(
          "blob", digest.hex(), "there is no blob " + digest + " in this store");
    } catch (IOException e) {
      throw failure("read", "blob " + digest + " could not be read", e);
    }
  }

  @Override
  public OptionalLong size(Digest digest) {
    requireOpen();
    try {
      return sizeOf(place(digest));
    } catch (IOException e) {
      throw failure("size", "the length of blob " + digest + " could not be read", e);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private Written write(Path file, InputStream content) throws IOException {
    MessageDigest sha = Digest.sha256();
    long size = 0;
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            mode("rw-------"))) {
      byte[] chunk = new byte[CHUNK];
      for (int n = content.read(chunk); n >= 0; n = content.read(chunk)) {
        sha.update(chunk, 0, n);
        ByteBuffer rest = ByteBuffer.wrap(chunk, 0, n);
        while (rest.hasRemaining()) {
          size += channel.write(rest);
        }
      }
      if (posix) {
        Files.setPosixFilePermissions(file, Set.of(PosixFilePermission.OWNER_READ));
      }
      disk.force(channel);
    }
    return new Written(Digest.finish(sha), size);
  }

  private void move(Path file, Path place, Written written) throws IOException {
    try {
      Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (FileSystemException e) {
      // Windows does not replace a read-only file: another process was faster with the same content
      if (!present(written.digest(), written.size())) {
        throw e;
      }
      Files.delete(file);
    }
  }

  /** False also where a file of another length stands in the blob's place: it is then replaced. */
  private boolean present(Digest digest, long size) throws IOException {
    OptionalLong found = sizeOf(place(digest));
    return found.isPresent() && found.getAsLong() == size;
  }

  private static OptionalLong sizeOf(Path place) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile() ? OptionalLong.of(attributes.size()) : OptionalLong.empty();
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
  }

  private Path place(Digest digest) {
    return shard(digest).resolve(digest.hex());
  }

  private Path shard(Digest digest) {
    return blobs.resolve(digest.hex().substring(0, 2));
  }

  private void createShard(Digest digest) throws IOException {
    Path shard = shard(digest);
    if (!shards.contains(shard)) {
      Files.createDirectories(shard, directoryMode(posix));
      forceDirectory(blobs);
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

  private static boolean canBeForced(Path directory) {
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      return entries.isOpen();
    } catch (IOException e) {
      LOG.info(
          "This platform cannot force directories to the disk: the newest blobs may be lost when the"
              + " machine loses power");
      return false;
    }
  }

  private void sweep(Instant before) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(tmp)) {
      for (Path file : files) {
        try {
          if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
            Files.deleteIfExists(file);
          }
        } catch (NoSuchFileException e) {
          // another process swept it, or finished it
        }
      }
    }
  }

  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
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

  private static IntegrityException altered(Digest digest) {
    return new IntegrityException(
        digest.hex(),
        "the content of blob "
            + digest
            + " is not what was stored; restore it from a backup, or store it again");
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

  private FileAttribute<?>[] mode(String permissions) {
    return mode(posix, permissions);
  }

  private static FileAttribute<?>[] directoryMode(boolean posix) {
    return mode(posix, "rwx------");
  }

  private static FileAttribute<?>[] mode(boolean posix, String permissions) {
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** What was written to a temporary file. */
  private record Written(Digest digest, long size) {}
}
