package dev.endolith.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.tck.ArtifactStoreContract;
import dev.endolith.tck.SettableClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileArtifactStoreTest extends ArtifactStoreContract {
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.of(CONTENT);

  @TempDir private Path folder;

  @Override
  protected ArtifactStore fresh() {
    return FileArtifacts.open(folder);
  }

  @Override
  protected ArtifactStore another(ArtifactStore open) {
    return FileArtifacts.open(folder);
  }

  @Override
  protected ArtifactStore reopen(ArtifactStore open) {
    open.close();
    return FileArtifacts.open(folder);
  }

  @Test
  void put_content_isAtItsDigestAndNowhereElse() throws IOException {
    fresh().put(new ByteArrayInputStream(CONTENT));

    assertThat(place()).hasBinaryContent(CONTENT);
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void put_content_isForTheOwnerOnly() throws IOException {
    assumeThat(folder.getFileSystem().supportedFileAttributeViews())
        .as("a file system that knows owners")
        .contains("posix");
    Path inner = folder.resolve("inner");

    FileArtifacts.open(inner).put(CONTENT);

    try (Stream<Path> all = Files.walk(inner)) {
      for (Path path : all.toList()) {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        assertThat(mode).isEqualTo(Files.isDirectory(path) ? "rwx------" : "r--------");
      }
    }
  }

  @Test
  void put_knownContent_leavesTheFileAlone() throws IOException {
    fresh().put(CONTENT);
    Object before = Files.readAttributes(place(), BasicFileAttributes.class).fileKey();
    RecordingDisk disk = new RecordingDisk();

    ArtifactStore store = open(disk);
    disk.done.clear();
    store.put(CONTENT);

    assertThat(Files.readAttributes(place(), BasicFileAttributes.class).fileKey())
        .isEqualTo(before);
    assertThat(disk.done).containsExactly("directory " + DIGEST.hex().substring(0, 2));
  }

  @Test
  void put_newContent_isForcedBeforeAndAfterTheMove() {
    RecordingDisk disk = new RecordingDisk();
    ArtifactStore store = open(disk);
    disk.done.clear();

    store.put(CONTENT);

    assertThat(disk.done)
        .containsExactly(
            "file, blob absent",
            "directory sha256",
            "directory " + DIGEST.hex().substring(0, 2) + " with blob");
  }

  @Test
  void put_failedForce_deletesTheFileAndDoesNotForceItAgain() throws IOException {
    RecordingDisk disk = new RecordingDisk();
    ArtifactStore store = open(disk);
    disk.done.clear();
    disk.failing = "file";

    assertThatThrownBy(() -> store.put(CONTENT)).isInstanceOf(StorageException.class);

    assertThat(disk.done).containsExactly("file, blob absent");
    assertThat(place()).doesNotExist();
    assertThat(unfinished()).isEmpty();
    disk.failing = "";
    assertThat(store.put(CONTENT)).isEqualTo(DIGEST);
  }

  @Test
  void put_afterFailedForceOfDirectory_isRefusedUntilReopened() {
    RecordingDisk disk = new RecordingDisk();
    ArtifactStore store = open(disk);
    Digest earlier = store.put(new byte[] {1});
    disk.failing = "directory";
    assertThatThrownBy(() -> store.put(CONTENT)).isInstanceOf(StorageException.class);
    disk.failing = "";
    disk.done.clear();

    assertThatThrownBy(() -> store.put(CONTENT))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("open the workspace again");
    assertThat(disk.done).isEmpty();
    assertThat(store.read(earlier, 1)).hasSize(1);
    assertThat(fresh().put(CONTENT)).isEqualTo(DIGEST);
  }

  @Test
  void read_flippedByte_isRefused() throws IOException {
    ArtifactStore store = fresh();
    store.put(CONTENT);
    byte[] flipped = CONTENT.clone();
    flipped[3] ^= 1;
    overwrite(flipped);

    assertThatThrownBy(() -> store.read(DIGEST, 100))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining(DIGEST.hex());
  }

  @Test
  void read_truncatedOrExtended_isRefusedAndMendedByStoringAgain() throws IOException {
    ArtifactStore store = fresh();
    for (int length : new int[] {0, CONTENT.length - 1, CONTENT.length + 1}) {
      store.put(CONTENT);
      overwrite(Arrays.copyOf(CONTENT, length));

      assertThatThrownBy(() -> store.read(DIGEST, 100)).isInstanceOf(IntegrityException.class);
      store.put(CONTENT);
      assertThat(store.read(DIGEST, 100)).isEqualTo(CONTENT);
    }
  }

  @Test
  void read_swappedBlobs_areRefused() throws IOException {
    ArtifactStore store = fresh();
    store.put(CONTENT);
    Digest other = store.put("another".getBytes(StandardCharsets.UTF_8));
    Path elsewhere = place().resolveSibling("elsewhere");
    Files.move(place(), elsewhere);
    Files.move(place(other), place());
    Files.move(elsewhere, place(other));

    assertThatThrownBy(() -> store.read(DIGEST, 100)).isInstanceOf(IntegrityException.class);
    assertThatThrownBy(() -> store.read(other, 100)).isInstanceOf(IntegrityException.class);
  }

  @Test
  void read_symbolicLink_isNotFollowed() throws IOException {
    ArtifactStore store = fresh();
    store.put(CONTENT);
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(place(), elsewhere);
    Files.createSymbolicLink(place(), elsewhere);

    assertThat(store.size(DIGEST)).isEmpty();
    assertThatThrownBy(() -> store.read(DIGEST, 100)).isInstanceOf(StorageException.class);
  }

  @Test
  void read_hugeFile_isRefusedBeforeAllocating() throws IOException {
    ArtifactStore store = fresh();
    store.put(CONTENT);
    Files.delete(place());
    try (var sparse = new RandomAccessFile(place().toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }

    assertThatThrownBy(() -> store.read(DIGEST, Long.MAX_VALUE))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("1099511627776 bytes");
  }

  @Test
  void open_abandonedFiles_areSweptWhenOlderThanAnHour() throws IOException {
    fresh();
    Path old = Files.createFile(folder.resolve("tmp").resolve("old"));
    Path young = Files.createFile(folder.resolve("tmp").resolve("young"));
    Instant now = Instant.parse("2026-03-01T10:00:00Z");
    Files.setLastModifiedTime(old, FileTime.from(now.minus(Duration.ofMinutes(61))));
    Files.setLastModifiedTime(young, FileTime.from(now.minus(Duration.ofMinutes(59))));

    FileArtifactStore.open(folder, Clock.fixed(now, ZoneOffset.UTC));

    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void open_folderIsFile_isRefusedWithoutPath() throws IOException {
    Path file = Files.createFile(folder.resolve("occupied"));

    assertNoPath(catchThrowable(() -> FileArtifacts.open(file)));
    assertNoPath(catchThrowable(() -> FileArtifacts.open(file.resolve("below"))));
  }

  @Test
  void put_storeIsGone_failsWithoutPath() throws IOException {
    ArtifactStore store = fresh();
    Files.delete(folder.resolve("tmp"));

    assertNoPath(catchThrowable(() -> store.put(CONTENT)));
  }

  @Test
  void close_thenUse_isRefused() {
    ArtifactStore store = fresh();
    store.close();

    assertThatThrownBy(() -> store.put(CONTENT)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.put(new ByteArrayInputStream(CONTENT)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.read(DIGEST, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.size(DIGEST)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void stream_everyFlippedByte_isRefusedBeforeAByteIsGiven() throws IOException {
    ArtifactStore store = fresh();
    byte[] content = new byte[2_048];
    new Random(7).nextBytes(content);
    Digest digest = store.put(content);
    for (int i = 0; i < content.length; i++) {
      byte[] flipped = content.clone();
      flipped[i] ^= (byte) (1 << (i % 8));
      Files.delete(place(digest));
      Files.write(place(digest), flipped);

      assertThatThrownBy(() -> store.stream(digest)).isInstanceOf(IntegrityException.class);
      assertThatThrownBy(() -> store.read(digest, 4_096)).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  void stream_largeBlobDamaged_isRefusedAndLeavesNoCopy() throws IOException {
    ArtifactStore store = fresh();
    byte[] content = new byte[3 * 1024 * 1024];
    new Random(8).nextBytes(content);
    Digest digest = store.put(content);
    int last = content.length - 1;
    for (int at : new int[] {0, 1_500_000, last}) {
      byte[] flipped = content.clone();
      flipped[at] ^= 1;
      assertRefused(store, digest, flipped);
    }
    assertRefused(store, digest, Arrays.copyOf(content, last));
    assertRefused(store, digest, Arrays.copyOf(content, content.length + 1));
    assertRefused(store, digest, new byte[content.length]);
    assertRefused(store, digest, new byte[0]);

    assertThat(store.put(content)).isEqualTo(digest);
    assertThat(store.read(digest, content.length)).isEqualTo(content);
    assertThat(unfinished()).isEmpty();
  }

  private void assertRefused(ArtifactStore store, Digest digest, byte[] damaged)
      throws IOException {
    Files.delete(place(digest));
    Files.write(place(digest), damaged);
    assertThatThrownBy(() -> store.stream(digest))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining(digest.hex());
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void stream_blobIsDamagedAfterwards_givesTheVerifiedCopy() throws IOException {
    ArtifactStore store = fresh();
    byte[] content = new byte[3 * 1024 * 1024];
    new Random(9).nextBytes(content);
    Digest digest = store.put(content);
    try (InputStream stream = store.stream(digest)) {
      assertThat(unfinished()).as("the copy has no name").isEmpty();
      Files.setPosixFilePermissions(place(digest), PosixFilePermissions.fromString("rw-------"));
      Files.write(place(digest), new byte[content.length]);

      assertThat(stream.readAllBytes()).isEqualTo(content);
    }
  }

  @Test
  void put_damagedOfSameLength_isMended() throws IOException {
    ArtifactStore store = fresh();
    for (boolean stream : new boolean[] {false, true}) {
      store.put(CONTENT);
      byte[] flipped = CONTENT.clone();
      flipped[2] ^= 4;
      overwrite(flipped);

      if (stream) {
        store.put(new ByteArrayInputStream(CONTENT));
      } else {
        store.put(CONTENT);
      }

      assertThat(store.read(DIGEST, 100)).isEqualTo(CONTENT);
    }
  }

  @Test
  void put_renewedBlob_leavesNoCopyInQuarantine() throws IOException {
    ArtifactStore store = fresh();
    store.put(CONTENT);
    store.quarantine(DIGEST, Instant.MAX);
    store.put(new ByteArrayInputStream(CONTENT));

    assertThat(quarantined()).isEmpty();
    assertThat(place()).hasBinaryContent(CONTENT);
  }

  @Test
  void quarantine_pinnedAfterTheLook_goesBack() throws IOException {
    ArtifactStore pinning = fresh();
    pinning.put(CONTENT);
    Files.setLastModifiedTime(place(), FileTime.from(Instant.EPOCH)); // long ago
    ArtifactStore collecting =
        open(
            new ForwardingDisk(Disk.of(true)) {
              @Override
              public void move(Path from, Path to) throws IOException {
                if (from.equals(place())) {
                  assertThat(pinning.pin(DIGEST)).hasValue(CONTENT.length);
                }
                super.move(from, to);
              }
            });

    assertThat(collecting.quarantine(DIGEST, Instant.MAX)).isFalse();

    assertThat(place()).hasBinaryContent(CONTENT);
    assertThat(quarantined()).isEmpty();
  }

  @Test
  void quarantine_endsBeforeItLooksAgain_renewedBlobIsNotDeleted() throws IOException {
    ArtifactStore pinning = fresh();
    pinning.put(CONTENT);
    Files.setLastModifiedTime(place(), FileTime.from(Instant.EPOCH)); // long ago
    ArtifactStore collecting =
        open(
            new ForwardingDisk(Disk.of(true)) {
              @Override
              public void move(Path from, Path to) throws IOException {
                assertThat(pinning.pin(DIGEST)).hasValue(CONTENT.length);
                super.move(from, to);
                throw new IOException("the process ends here");
              }
            });

    assertThatThrownBy(() -> collecting.quarantine(DIGEST, Instant.MAX))
        .isInstanceOf(StorageException.class);
    assertThat(quarantined()).hasSize(1);

    assertThat(pinning.purge(DIGEST, Instant.MAX)).isFalse();
    assertThat(place()).hasBinaryContent(CONTENT);
    assertThat(quarantined()).isEmpty();
  }

  @Test
  void purge_stoppedUntilTheBlobIsAsideAgain_deletesNothing() throws IOException {
    ArtifactStore other = fresh();
    other.put(CONTENT);
    other.quarantine(DIGEST, Instant.MAX);
    ArtifactStore purging =
        open(
            new ForwardingDisk(Disk.of(true)) {
              @Override
              public void delete(Path file) throws IOException {
                other.pin(DIGEST);
                other.quarantine(DIGEST, Instant.MAX);
                super.delete(file);
              }
            });

    assertThat(purging.purge(DIGEST, Instant.MAX)).isFalse();

    assertThat(quarantined()).hasSize(1);
    assertThat(other.read(DIGEST, 100)).isEqualTo(CONTENT);
  }

  @Test
  void pin_processClockIsBehind_timeStillChanges() {
    Instant now = Instant.parse("2026-03-01T10:00:00Z");
    SettableClock clock = new SettableClock(now);
    ArtifactStore store = FileArtifactStore.open(folder, clock);
    store.put(CONTENT);
    clock.set(now.minus(Duration.ofDays(365)));

    assertThat(store.pin(DIGEST)).isPresent();

    assertThat(store.list(null, 1).blobs().get(0).neededAt())
        .isAfter(now)
        .isBefore(now.plusSeconds(10));
  }

  @Test
  void put_otherStoreOnSameFolder_isSeen() {
    ArtifactStore one = fresh();
    ArtifactStore two = fresh();

    assertThatThrownBy(() -> two.read(DIGEST, 100)).isInstanceOf(NotFoundException.class);
    one.put(CONTENT);

    assertThat(two.read(DIGEST, 100)).isEqualTo(CONTENT);
  }

  private void assertNoPath(Throwable failure) {
    assertThat(failure).isInstanceOf(StorageException.class);
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain(folder.toString());
  }

  private FileArtifactStore open(Disk disk) {
    return FileArtifactStore.open(folder, Clock.systemUTC(), disk);
  }

  private Path place() {
    return place(DIGEST);
  }

  private Path place(Digest digest) {
    return folder
        .resolve("blobs/sha256")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex());
  }

  private void overwrite(byte[] bytes) throws IOException {
    Files.delete(place());
    Files.write(place(), bytes);
  }

  private List<Path> unfinished() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
      return files.toList();
    }
  }

  private List<Path> quarantined() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("quarantine"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  /** Notes what is forced and in which state, and fails on demand. */
  private final class RecordingDisk extends ForwardingDisk {
    private final List<String> done = new ArrayList<>();
    private String failing = "";

    RecordingDisk() {
      super(Disk.of(true));
    }

    @Override
    void force(NewFile file) throws IOException {
      done.add("file, blob " + (exists() ? "present" : "absent"));
      fail("file");
      super.force(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
      boolean moved =
          exists() && directory.equals(place().getParent()) && done.contains("file, blob absent");
      done.add("directory " + directory.getFileName() + (moved ? " with blob" : ""));
      fail("directory");
      super.forceDirectory(directory);
    }

    private boolean exists() {
      return Files.exists(place(), LinkOption.NOFOLLOW_LINKS);
    }

    private void fail(String what) throws IOException {
      if (failing.equals(what)) {
        throw new IOException("Input/output error");
      }
    }
  }
}
