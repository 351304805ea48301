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
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** The folder of a workspace: where its database is, and who may set it up. */
final class WorkspaceFolder {
  private static final String DATABASE = "endolith.db";
  private static final String LOCK = "endolith.lock";
  private static final Duration SETUP = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(5);

  /** A logger of its own, so that a host can silence what is said here and nothing else. */
  private static final String LOGGER = "dev.endolith.folder";

  private final Path folder;
  private final boolean posix;
  private final FileSystems fileSystems;

  WorkspaceFolder(Path folder) {
    this(
        folder,
        existing -> Files.getFileStore(existing).type(),
        LoggerFactory.getLogger(LOGGER)::warn);
  }

  /** With file systems of a test's own. */
  WorkspaceFolder(Path folder, TypeOf types, Consumer<String> warnings) {
    this.folder = folder.toAbsolutePath().normalize();
    this.posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    this.fileSystems = new FileSystems(types, warnings);
  }

  /** Says what file system something that exists is in. */
  interface TypeOf {
    String typeOf(Path existing) throws IOException;
  }

  private record FileSystems(TypeOf types, Consumer<String> warnings) {}

  /** Refuses a folder that cannot be used, before anything is created in it. */
  void check() {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new StorageException(
          "open",
          "a workspace is kept in a folder, and a file of that name is there; give the name of a"
              + " folder, or one that does not exist yet");
    }
    if (Files.exists(database()) && !Files.isRegularFile(database())) {
      throw new StorageException(
          "open",
          "the workspace's database is not a regular file; give another folder, or move that entry"
              + " away");
    }
    Path existing = existing();
    if (Files.isDirectory(existing)) {
      checkFileSystem(existing);
      checkRights(existing);
    }
  }

  /** The folder, or what is above it and exists. */
  private Path existing() {
    Path existing = folder;
    while (!Files.exists(existing)) {
      Path above = existing.getParent();
      if (above == null) {
        return existing;
      }
      existing = above;
    }
    return existing;
  }

  private void checkRights(Path existing) {
    if (!Files.isWritable(existing) || !Files.isExecutable(existing)) {
      throw new StorageException(
          "open",
          existing.equals(folder)
              ? "the folder of the workspace is not writable for this user, or its file system is"
                  + " mounted read-only; grant the right, or give another folder"
              : "the folder of the workspace does not exist and cannot be created: what is above it"
                  + " is not writable for this user, or mounted read-only; grant the right, or give"
                  + " another folder");
    }
    if (Files.exists(database())
        && (!Files.isReadable(database()) || !Files.isWritable(database()))) {
      throw new StorageException(
          "open",
          "the workspace's database may not be read and written by this user; grant the right, or"
              + " give another folder");
    }
  }

  private void checkFileSystem(Path existing) {
    String type;
    try {
      type = fileSystems.types().typeOf(existing);
    } catch (IOException e) {
      throw unusable(e);
    }
    switch (FolderPlace.of(type)) {
      case NETWORK ->
          throw new StorageException(
              "open",
              "the folder of the workspace is in a network file system ("
                  + type
                  + "), where SQLite's write-ahead log can lose what was acknowledged; give a folder"
                  + " on a local disk, or keep the workspace in PostgreSQL:"
                  + " Workspace.open(URI.create(\"postgresql://...\"), blobs)");
      case FLEETING -> warnThatItEnds(type);
      case LASTING -> {
        // as it should be
      }
    }
  }

  /** For blobs beside another database: these need no local disk, but one that lasts. */
  void checkLasts() {
    Path existing = existing();
    if (Files.isDirectory(existing)) {
      try {
        String type = fileSystems.types().typeOf(existing);
        if (FolderPlace.of(type) == FolderPlace.FLEETING) {
          warnThatItEnds(type);
        }
      } catch (IOException e) {
        throw unusable(e);
      }
    }
  }

  private void warnThatItEnds(String type) {
    fileSystems
        .warnings()
        .accept(
            "The folder of the workspace is in a file system ("
                + type
                + ") that ends with its container, pod or machine, and what is registered ends with"
                + " it. Mount a volume there, or keep the workspace in PostgreSQL. If it is meant to"
                + " end, silence this by setting the level of logger '"
                + LOGGER
                + "' to ERROR.");
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
