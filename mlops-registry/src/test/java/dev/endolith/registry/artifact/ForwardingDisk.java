package dev.endolith.registry.artifact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** A disk that does what another one does, until a method is overridden. */
abstract class ForwardingDisk implements Disk {
  private final Disk disk;

  ForwardingDisk(Disk disk) {
    this.disk = disk;
  }

  @Override
  public boolean forcesDirectories(Path directory) {
    return disk.forcesDirectories(directory);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    disk.createDirectories(directory);
  }

  @Override
  public NewFile create(Path file) throws IOException {
    NewFile created = disk.create(file);
    return new NewFile() {
      @Override
      public int write(ByteBuffer content) throws IOException {
        return created.write(content);
      }

      @Override
      public void force() throws IOException {
        ForwardingDisk.this.force(created);
      }

      @Override
      public void close() throws IOException {
        created.close();
      }
    };
  }

  void force(NewFile file) throws IOException {
    file.force();
  }

  @Override
  public SeekableByteChannel read(Path file) throws IOException {
    return disk.read(file);
  }

  @Override
  public boolean exists(Path file) {
    return disk.exists(file);
  }

  @Override
  public Entry look(Path file) throws IOException {
    return disk.look(file);
  }

  @Override
  public void touch(Path file, Instant time) throws IOException {
    disk.touch(file, time);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    disk.move(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    disk.delete(file);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    disk.forceDirectory(directory);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public FileChannel scratch(Path directory) throws IOException {
    return disk.scratch(directory);
  }
}
