package dev.endolith.registry.sql;

import dev.endolith.error.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The folder of a workspace: where its database is, and who may set it up. */
final class WorkspaceFolder {
  private static final String DATABASE = "endolith.db";
  private static final String LOCK = "endolith.lock";
  private static final Duration SETUP = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(5);

  private final Path folder;
  private final boolean posix;

  WorkspaceFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    this.posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Refuses a folder that cannot be used, before anything is created in it. */
  void check() {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new StorageException(
          "open",
          "a workspace is kept in a folder, and a file of that name is there; give the name of a"
              + " folder, or one that does not exist yet");
    }
    if (Files.isDirectory(folder) && !Files.isWritable(folder)) {
      throw new StorageException(
          "open",
          "the folder of the workspace is not writable for this user; grant the right, or give"
              + " another folder");
    }
    if (Files.exists(database()) && !Files.isRegularFile(database())) {
      throw new StorageException(
          "open",
          "the workspace's database is not a regular file; give another folder, or move that entry"
              + " away");
    }
  }

  boolean hasDatabase() {
    try {
      return Files.isRegularFile(database()) && Files.size(database()) > 0;
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  Path database() {
    return folder.resolve(DATABASE);
  }

  /** Creates folder and database file, for the owner only, and makes sure that they last. */
  void create() {
    try {
      if (!Files.exists(folder)) {
        Files.createDirectories(folder, mode("rwx------"));
      } else if (posix && isEmpty()) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /**
   * Creates the database file for the owner only; SQLite gives its other files the same mode. Its
   * entry in the folder is forced to the disk, because SQLite sees no new file any more.
   */
  void createDatabase() {
    try {
      Files.createFile(database(), mode("rw-------"));
      if (posix) {
        force(folder);
        Path above = folder.getParent();
        if (above != null) {
          force(above);
        }
      }
    } catch (FileAlreadyExistsException e) {
      // an earlier process came so far
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Does something while no other process and no other thread does it for this folder. */
  void exclusively(Runnable work) {
    try (FileChannel file =
        FileChannel.open(
            folder.resolve(LOCK),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            mode("rw-------"))) {
      lock(file);
      work.run();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** The lock ends with the channel. */
  private static void lock(FileChannel file) throws IOException {
    long end = System.nanoTime() + SETUP.toNanos();
    while (System.nanoTime() < end) {
      try {
        FileLock lock = file.tryLock();
        if (lock != null) {
          return;
        }
      } catch (OverlappingFileLockException e) {
        // another thread of this process holds it
      }
      LockSupport.parkNanos(POLL.toNanos());
      if (Thread.currentThread().isInterrupted()) {
        throw new StorageException("open", "interrupted while another process sets up the folder");
      }
    }
    throw new StorageException(
        "open",
        "another process has been setting up this workspace for "
            + SETUP.toSeconds()
            + " s; see what it waits for, or end it");
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  private FileAttribute<?>[] mode(String permissions) {
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** The message of a file system exception is a path: only its class and reason are kept. */
  private static StorageException unusable(IOException e) {
    String reason =
        e instanceof FileSystemException file && file.getReason() != null
            ? ": " + file.getReason()
            : "";
    return new StorageException(
        "open",
        "the folder of the workspace cannot be used ("
            + e.getClass().getSimpleName()
            + reason
            + "); give one that can be created and written");
  }
}
