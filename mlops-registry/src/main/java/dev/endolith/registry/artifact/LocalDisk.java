package dev.endolith.registry.artifact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The file system. */
final class LocalDisk implements Disk {
  private final FileAttribute<?>[] readable;
  private final FileAttribute<?>[] writable;
  private final FileAttribute<?>[] searchable;

  LocalDisk(boolean posix) {
    this.readable = mode(posix, "r--------");
    this.writable = mode(posix, "rw-------");
    this.searchable = mode(posix, "rwx------");
  }

  @Override
  public boolean forcesDirectories(Path directory) {
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      return entries.isOpen();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, searchable);
  }

  @Override
  public NewFile create(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), readable);
    return new NewFile() {
      @Override
      public int write(ByteBuffer content) throws IOException {
        return channel.write(content);
      }

      @Override
      public void force() throws IOException {
        channel.force(true);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  @Override
  public SeekableByteChannel read(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public boolean exists(Path file) {
    // a File asks the system without an exception; other file systems have none
    return file.getFileSystem().equals(FileSystems.getDefault())
        ? file.toFile().exists()
        : Files.exists(file);
  }

  @Override
  public Entry look(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return new Entry(
        attributes.isRegularFile(), attributes.size(), attributes.lastModifiedTime().toInstant());
  }

  @Override
  public void touch(Path file, Instant time) throws IOException {
    FileTime to = FileTime.from(time);
    // both times, or the platform first asks for the other one
    Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(to, to, null);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.delete(file);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    } catch (NotDirectoryException e) {
      // a stray file beside the directories of the store
    }
    return names;
  }

  @Override
  public FileChannel scratch(Path directory) throws IOException {
    return FileChannel.open(
        directory.resolve(UUID.randomUUID().toString()),
        Set.of(
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE), // gone from the directory at once on Unix
        writable);
  }

  private static FileAttribute<?>[] mode(boolean posix, String permissions) {
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
