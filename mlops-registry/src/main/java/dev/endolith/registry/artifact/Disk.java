package dev.endolith.registry.artifact;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * All that the store does to files: a class of its own so that a test can let it fail, and forget
 * what was not forced. Where a file or a directory is missing, methods throw {@link
 * java.nio.file.NoSuchFileException}.
 */
interface Disk {
  /** Whether directories can be forced to the disk here. */
  boolean forcesDirectories(Path directory);

  /** Creates a directory and those above it, for the owner only, unless it is there. */
  void createDirectories(Path directory) throws IOException;

  /**
   * Creates a file for writing, once, which its owner only can read and nobody can open to write;
   * fails if it is there.
   */
  NewFile create(Path file) throws IOException;

  /** Opens a file for reading; fails on a symbolic link. */
  SeekableByteChannel read(Path file) throws IOException;

  /**
   * Whether there is something of that name: what is missing mostly costs less to ask for than to
   * be thrown.
   */
  boolean exists(Path file);

  /** Looks at a file; a symbolic link is not followed. */
  Entry look(Path file) throws IOException;

  /** Sets a file's time. */
  void touch(Path file, Instant time) throws IOException;

  /** Moves a file in one step, in place of what is there. */
  void move(Path from, Path to) throws IOException;

  /** Deletes a file. */
  void delete(Path file) throws IOException;

  /** Forces a directory's entries to the disk. */
  void forceDirectory(Path directory) throws IOException;

  /** The names in a directory. */
  List<String> list(Path directory) throws IOException;

  /** A new file in a directory that nobody else can open and that is gone when it is closed. */
  FileChannel scratch(Path directory) throws IOException;

  /** The disk of this machine. */
  static Disk of(boolean posix) {
    return new LocalDisk(posix);
  }

  /** A file that is being written. */
  interface NewFile extends Closeable {
    /** Writes some of what remains, and answers how much. */
    int write(ByteBuffer content) throws IOException;

    /** Forces content, length and time to the disk; never called again once it has failed. */
    void force() throws IOException;
  }

  /** What is known of a file without opening it. */
  record Entry(boolean regular, long size, Instant time) {}
}
