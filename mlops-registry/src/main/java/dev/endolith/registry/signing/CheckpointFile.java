package dev.endolith.registry.signing;

import dev.endolith.data.CanonicalJson;
import dev.endolith.error.DataException;
import dev.endolith.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file to which checkpoints are appended, on another disk or share than the database: one JSON
 * string a line. Several processes may append to one file. Thread-safe.
 */
public final class CheckpointFile implements CheckpointSink {
  private static final int CHUNK = 64 * 1024;

  private final Path file;

  private CheckpointFile(Path file) {
    this.file = file;
  }

  /**
   * Appends to a file, which is created with the first note.
   *
   * @param file the file; its folder exists
   * @return the sink
   */
  public static CheckpointFile open(Path file) {
    return new CheckpointFile(file.toAbsolutePath().normalize());
  }

  @Override
  public synchronized void accept(String note) {
    String line = CanonicalJson.write(note) + "\n";
    boolean fresh = !Files.exists(file);
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      // a line without an end was never acknowledged: its writer died
      long end = endOfLastLine(channel);
      channel.truncate(end).position(end);
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      if (!lock.isValid() || endsWith(channel, end, bytes.duplicate())) {
        return;
      }
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException | OverlappingFileLockException e) {
      throw failure("append", e);
    }
    if (fresh) {
      forceFolder();
    }
  }

  /**
   * All notes, oldest first.
   *
   * @return the notes; empty if there is no file yet
   * @throws DataException if a line is not a note that was appended
   * @throws StorageException if the file cannot be read
   */
  public synchronized List<String> notes() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      String text = Files.readString(file);
      List<String> notes = new ArrayList<>();
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
        if (!line.isEmpty()) {
          notes.add(CanonicalJson.read(line, String.class));
        }
      }
      return List.copyOf(notes);
    } catch (IOException e) {
      throw failure("read", e);
    }
  }

  private static long endOfLastLine(FileChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    for (long end = channel.size(); end > 0; end--) {
      one.clear();
      if (channel.read(one, end - 1) == 1 && one.get(0) == '\n') {
        return end;
      }
    }
    return 0;
  }

  private static boolean endsWith(FileChannel channel, long end, ByteBuffer line)
      throws IOException {
    if (end < line.remaining() || line.remaining() > CHUNK) {
      return false;
    }
    ByteBuffer last = ByteBuffer.allocate(line.remaining());
    long start = end - line.remaining();
    while (last.hasRemaining() && channel.read(last, start + last.position()) > 0) {
      // until the line is full
    }
    return last.flip().equals(line);
  }

  private void forceFolder() {
    Path folder = file.getParent();
    if (folder == null) {
      return;
    }
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    } catch (IOException e) {
      // Windows does not open folders; the file itself is forced
    }
  }

  private static StorageException failure(String operation, Exception cause) {
    return new StorageException(
        operation, "the file of checkpoints cannot be used; see the cause", cause);
  }
}
