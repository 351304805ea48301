package dev.endolith.registry.artifact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A disk in memory that loses power. What was not forced is then kept or forgotten at random:
 * content in sectors of 512 bytes, and each creation, move and deletion by itself. A move is kept
 * or forgotten as one. A content that could not be forced is forgotten for good, and forcing it
 * again succeeds, as the kernel does it. Confined to one thread.
 */
final class SimDisk implements Disk {
  private static final int SECTOR = 512;

  /** What the k-th call that changes something does. */
  enum Fault {
    /** It fails and does nothing. */
    ERROR,
    /** There is room for half of what is written; other calls fail. */
    FULL,
    /** Forcing fails and the content is forgotten; other calls fail. */
    FORCE_FAILS,
    /** Half of what is written is; other calls do what they should. */
    SHORT_WRITE,
    /** The power is gone, for this call and for all that follow. */
    POWER_LOSS
  }

  private final Random random;
  private final Map<Path, File> files = new TreeMap<>();
  private final Map<Path, Boolean> directories = new TreeMap<>(); // whether the entry is forced
  private Map<Path, File> kept = new TreeMap<>();
  private final List<Change> pending = new ArrayList<>();
  private Fault fault = Fault.ERROR;
  private long faultAt;
  private long calls;
  private boolean dead;
  private boolean forcedAfterFailure;

  SimDisk(long seed) {
    this.random = new Random(seed);
  }

  void arm(Fault next, long at) {
    fault = next;
    faultAt = at;
    calls = 0;
  }

  /** Whether the fault has happened. */
  boolean disarm() {
    boolean happened = faultAt > 0 && calls >= faultAt;
    faultAt = 0;
    return happened;
  }

  boolean forcedAfterFailure() {
    return forcedAfterFailure;
  }

  /** The power goes and comes back. */
  void crash() {
    for (Change change : pending) {
      if (random.nextBoolean()) {
        change.keep(kept);
      }
    }
    pending.clear();
    directories.values().removeIf(forced -> !forced && random.nextBoolean());
    directories.keySet().removeIf(directory -> !hasParents(directory));
    kept.keySet().removeIf(file -> !directories.containsKey(file.getParent()));
    files.clear();
    for (File file : List.copyOf(kept.values())) {
      file.crash(random);
    }
    files.putAll(kept);
    directories.replaceAll((directory, forced) -> true);
    dead = false;
    faultAt = 0;
  }

  /** The content of all files below a directory. */
  Map<Path, byte[]> contents(Path below) {
    Map<Path, byte[]> contents = new TreeMap<>();
    files.forEach(
        (path, file) -> {
          if (path.startsWith(below)) {
            contents.put(path, file.content.clone());
          }
        });
    return contents;
  }

  /** Flips a bit that nobody wrote. */
  void rot(Path path, int at) {
    File file = files.get(path);
    file.content = file.content.clone();
    file.content[at] ^= 1;
    file.durable = file.content.clone();
  }

  @Override
  public boolean forcesDirectories(Path directory) {
    return true;
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    if (!directories.containsKey(directory)) {
      call();
      for (Path at = directory; at != null && !directories.containsKey(at); at = at.getParent()) {
        directories.put(at, at.getParent() == null);
      }
    }
  }

  @Override
  public NewFile create(Path path) throws IOException {
    call();
    requireDirectory(path.getParent());
    if (files.containsKey(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    File file = new File();
    files.put(path, file);
    pending.add(new Change(null, path, file));
    return new NewFile() {
      @Override
      public int write(ByteBuffer content) throws IOException {
        boolean faulty = called();
        if (faulty && fault != Fault.SHORT_WRITE) {
          if (fault == Fault.FULL) {
            file.append(content, content.remaining() / 2);
          }
          throw failure();
        }
        return file.append(
            content, faulty ? Math.max(1, content.remaining() / 2) : content.remaining());
      }

      @Override
      public void force() throws IOException {
        boolean faulty = called();
        forcedAfterFailure |= file.failed;
        if (faulty && fault != Fault.SHORT_WRITE) {
          file.failed = true;
          throw failure();
        }
        if (!file.failed) {
          file.durable = file.content.clone();
          file.durableTime = file.time;
        }
      }

      @Override
      public void close() {
        // nothing is held
      }
    };
  }

  @Override
  public SeekableByteChannel read(Path path) throws IOException {
    return new Content(file(path).content);
  }

  @Override
  public boolean exists(Path path) {
    return directories.containsKey(path) || files.containsKey(path);
  }

  @Override
  public Entry look(Path path) throws IOException {
    if (directories.containsKey(path)) {
      return new Entry(false, 0, Instant.EPOCH);
    }
    File file = file(path);
    return new Entry(true, file.content.length, file.time);
  }

  @Override
  public void touch(Path path, Instant time) throws IOException {
    call();
    file(path).time = time;
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    call();
    File file = file(from);
    requireDirectory(to.getParent());
    files.remove(from);
    files.put(to, file);
    pending.add(new Change(from, to, file));
  }

  @Override
  public void delete(Path path) throws IOException {
    call();
    File file = file(path);
    files.remove(path);
    pending.add(new Change(path, null, file));
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    call();
    for (Iterator<Change> changes = pending.iterator(); changes.hasNext(); ) {
      Change change = changes.next();
      if (change.isIn(directory)) {
        change.keep(kept);
        changes.remove();
      }
    }
    directories.replaceAll((entry, forced) -> forced || directory.equals(entry.getParent()));
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    requireDirectory(directory);
    return Stream.concat(files.keySet().stream(), directories.keySet().stream())
        .filter(file -> directory.equals(file.getParent()))
        .map(file -> file.getFileName().toString())
        .toList();
  }

  @Override
  public FileChannel scratch(Path directory) throws IOException {
    throw new IOException("blobs in this test are small");
  }

  private boolean hasParents(Path directory) {
    for (Path at = directory.getParent(); at != null; at = at.getParent()) {
      if (!directories.containsKey(at)) {
        return false;
      }
    }
    return true;
  }

  private File file(Path path) throws IOException {
    if (dead) {
      throw new IOException("no power");
    }
    File file = files.get(path);
    if (file == null) {
      throw new NoSuchFileException(path.toString());
    }
    return file;
  }

  private void requireDirectory(Path directory) throws IOException {
    if (dead) {
      throw new IOException("no power");
    }
    if (!directories.containsKey(directory)) {
      throw new NoSuchFileException(directory.toString());
    }
  }

  private void call() throws IOException {
    if (called() && fault != Fault.SHORT_WRITE) {
      throw failure();
    }
  }

  private boolean called() throws IOException {
    if (dead) {
      throw new IOException("no power");
    }
    calls++;
    if (calls != faultAt) {
      return false;
    }
    dead = fault == Fault.POWER_LOSS;
    return true;
  }

  private IOException failure() {
    return new IOException(fault == Fault.FULL ? "No space left on device" : "Input/output error");
  }

  /** A change of a directory entry that was not forced yet. */
  private record Change(Path from, Path to, File file) {
    boolean isIn(Path directory) {
      return directory.equals((to == null ? from : to).getParent());
    }

    void keep(Map<Path, File> kept) {
      if (from != null) {
        kept.remove(from, file);
      }
      if (to != null) {
        kept.put(to, file);
      }
    }
  }

  private static final class File {
    private byte[] content = new byte[0];
    private byte[] durable = new byte[0];
    private Instant time = Instant.EPOCH;
    private Instant durableTime = Instant.EPOCH;
    private boolean failed;

    int append(ByteBuffer source, int length) {
      int end = content.length;
      content = Arrays.copyOf(content, end + length);
      source.get(content, end, length);
      return length;
    }

    /** Each sector that was not forced is there or not; so is the length. */
    void crash(Random random) {
      if (!Arrays.equals(content, durable)) {
        byte[] after = durable.clone();
        if (random.nextBoolean()) {
          after = Arrays.copyOf(durable, content.length);
          for (int at = 0; at < after.length; at += SECTOR) {
            if (random.nextBoolean()) {
              System.arraycopy(content, at, after, at, Math.min(SECTOR, after.length - at));
            }
          }
        }
        content = after;
        durable = after.clone();
      }
      if (random.nextBoolean()) {
        time = durableTime;
      }
      durableTime = time;
    }
  }

  private static final class Content implements SeekableByteChannel {
    private final ByteBuffer content;
    private boolean open = true;

    Content(byte[] content) {
      this.content = ByteBuffer.wrap(content.clone());
    }

    @Override
    public int read(ByteBuffer target) {
      if (!content.hasRemaining()) {
        return -1;
      }
      int n = Math.min(target.remaining(), content.remaining());
      target.put(content.slice().limit(n));
      content.position(content.position() + n);
      return n;
    }

    @Override
    public int write(ByteBuffer source) {
      throw new UnsupportedOperationException("opened for reading");
    }

    @Override
    public long position() {
      return content.position();
    }

    @Override
    public SeekableByteChannel position(long position) {
      content.position((int) position);
      return this;
    }

    @Override
    public long size() {
      return content.limit();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
      throw new UnsupportedOperationException("opened for reading");
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
    }
  }
}
