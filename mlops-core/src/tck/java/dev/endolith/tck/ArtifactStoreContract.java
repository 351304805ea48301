package dev.endolith.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.BlobPage;
import dev.endolith.registry.StoredBlob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of an {@link ArtifactStore}. */
public abstract class ArtifactStoreContract {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
  private static final Instant PAST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant FUTURE = Instant.parse("3000-01-01T00:00:00Z");

  private ArtifactStore store;

  /** Creates the kit; called by JUnit. */
  protected ArtifactStoreContract() {}

  /**
   * Makes an empty store.
   *
   * @return the store, closed by the kit
   */
  protected abstract ArtifactStore fresh();

  /**
   * Closes the store made last and opens it again; overridden by stores that are durable.
   *
   * @param open the store made last
   * @return a store of the same content, or the one given if the store is not durable
   */
  protected ArtifactStore reopen(ArtifactStore open) {
    return open;
  }

  /**
   * Opens the same content a second time, as another process would; overridden by stores that are
   * {@link ArtifactStore.Capability#MULTI_PROCESS}.
   *
   * @param open the store made last
   * @return another store of the same content, closed by the kit, or the one given
   */
  protected ArtifactStore another(ArtifactStore open) {
    return open;
  }

  @BeforeEach
  void open() {
    store = fresh();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  @DisplayName("A blob is found under the SHA-256 of its content")
  void put_content_isReadByDigest() {
    Digest digest = store.put(HELLO);

    assertThat(digest.hex())
        .isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assertThat(store.read(digest, 100)).isEqualTo(HELLO);
    assertThat(store.size(digest)).hasValue(5);
  }

  @Test
  @DisplayName("Bytes and a stream of the same content are the same blob")
  void put_stream_isSameAsBytes() {
    byte[] content = random(3 * 1024 * 1024 + 17);

    Digest digest = store.put(new Dribble(content));

    assertThat(digest).isEqualTo(Digest.of(content));
    assertThat(store.put(content)).isEqualTo(digest);
    assertThat(store.read(digest, content.length)).isEqualTo(content);
  }

  @Test
  @DisplayName("A stream is read to its end and not closed")
  void put_stream_isNotClosed() {
    AtomicBoolean closed = new AtomicBoolean();
    InputStream content =
        new ByteArrayInputStream(HELLO) {
          @Override
          public void close() {
            closed.set(true);
          }
        };

    store.put(content);

    assertThat(closed).isFalse();
  }

  @Test
  @DisplayName("An empty blob is a blob")
  void put_nothing_isKept() {
    Digest digest = store.put(new byte[0]);

    assertThat(store.size(digest)).hasValue(0);
    assertThat(store.read(digest, 0)).isEmpty();
  }

  @Test
  @DisplayName("Storing the same content again answers the same digest")
  void put_again_isSame() {
    Digest digest = store.put(HELLO);

    assertThat(store.put(HELLO)).isEqualTo(digest);
    assertThat(store.put(new ByteArrayInputStream(HELLO))).isEqualTo(digest);
    assertThat(store.read(digest, 5)).isEqualTo(HELLO);
  }

  @Test
  @DisplayName("A blob does not change with the arrays that were given and taken")
  void read_arraysChange_blobDoesNot() {
    byte[] given = HELLO.clone();
    Digest digest = store.put(given);
    given[0] = 'X';
    store.read(digest, 5)[1] = 'X';

    assertThat(store.read(digest, 5)).isEqualTo(HELLO);
  }

  @Test
  @DisplayName("An unknown digest is not found")
  void read_unknown_isNotFound() {
    Digest unknown = Digest.ofText("unknown");

    assertThat(store.size(unknown)).isEmpty();
    assertThatThrownBy(() -> store.read(unknown, 100))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(unknown.hex());
  }

  @Test
  @DisplayName("A blob larger than allowed is refused")
  void read_largerThanAllowed_isRefused() {
    Digest digest = store.put(HELLO);

    assertThatThrownBy(() -> store.read(digest, 4))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("5 bytes")
        .hasMessageContaining("at most 4");
    assertThat(store.read(digest, 5)).isEqualTo(HELLO);
    assertThat(store.read(digest, Long.MAX_VALUE)).isEqualTo(HELLO);
  }

  @Test
  @DisplayName("A stream that fails stores nothing")
  void put_failingStream_storesNothing() {
    byte[] content = random(200_000);
    InputStream failing = new SequenceInputStream(new ByteArrayInputStream(content), new Gone());

    assertThatThrownBy(() -> store.put(failing)).isInstanceOf(StorageException.class);

    assertThat(store.size(Digest.of(content))).isEmpty();
  }

  @Test
  @DisplayName("Eight threads store the same and different blobs, and all are there")
  void put_eightThreads_allAreThere() {
    List<List<Digest>> digests =
        Contenders.race(
            8,
            t ->
                IntStream.range(0, 10)
                    .mapToObj(i -> store.put(random(10_000 + (i % 2 == 0 ? i : 100 * t + i))))
                    .toList());

    for (List<Digest> mine : digests) {
      for (Digest digest : mine) {
        assertThat(Digest.of(store.read(digest, 100_000))).isEqualTo(digest);
      }
    }
  }

  @Test
  @DisplayName("A stream gives the content, also in small and in single steps")
  void stream_content_isRead() throws IOException {
    byte[] content = random(2 * 1024 * 1024 + 333);
    Digest digest = store.put(content);

    try (InputStream all = store.stream(digest);
        InputStream steps = store.stream(digest)) {
      assertThat(all.readAllBytes()).isEqualTo(content);
      assertThat(all.read()).isEqualTo(-1);
      assertThat(steps.read()).isEqualTo(content[0] & 0xff);
      assertThat(steps.readNBytes(10)).isEqualTo(Arrays.copyOfRange(content, 1, 11));
      steps.skipNBytes(1_000_000);
      assertThat(steps.read()).isEqualTo(content[1_000_011] & 0xff);
    }
  }

  @Test
  @DisplayName("An empty blob is an empty stream")
  void stream_nothing_isEmpty() throws IOException {
    Digest digest = store.put(new byte[0]);

    try (InputStream content = store.stream(digest)) {
      assertThat(content.readAllBytes()).isEmpty();
    }
  }

  @Test
  @DisplayName("A stream of an unknown digest is not found")
  void stream_unknown_isNotFound() {
    Digest unknown = Digest.ofText("unknown");

    assertThatThrownBy(() -> store.stream(unknown))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(unknown.hex());
  }

  @Test
  @DisplayName("Pinning answers the length, and nothing for an unknown digest")
  void pin_knownAndUnknown_answersLength() {
    Digest digest = store.put(HELLO);

    assertThat(store.pin(digest)).hasValue(5);
    assertThat(store.pin(Digest.ofText("unknown"))).isEmpty();
  }

  @Test
  @DisplayName("A store that does not collect says so and keeps its blobs")
  void collection_notClaimed_isRefused() {
    assumeThat(collectable()).as("the store claims COLLECTABLE").isFalse();
    Digest digest = store.put(HELLO);

    assertThatThrownBy(() -> store.list(null, 10))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("COLLECTABLE");
    assertThatThrownBy(() -> store.quarantine(digest, FUTURE))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("COLLECTABLE");
    assertThatThrownBy(() -> store.purge(digest, FUTURE))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("COLLECTABLE");
    assertThat(store.size(digest)).hasValue(5);
  }

  @Test
  @DisplayName("All blobs are listed once, in the order of their digests, page by page")
  void list_pages_areCompleteAndOrdered() {
    assumeCollectable();
    List<String> stored =
        IntStream.range(0, 25).mapToObj(i -> store.put(random(i)).hex()).sorted().toList();

    List<StoredBlob> listed = all(4);

    assertThat(listed).extracting(blob -> blob.digest().hex()).isEqualTo(stored);
    assertThat(listed).noneMatch(StoredBlob::isQuarantined);
    assertThat(listed).extracting(StoredBlob::size).contains(0L, 24L);
    assertThat(store.list(null, 1).at()).isBefore(FUTURE);
  }

  @Test
  @DisplayName("A blob that was needed lately is not put aside")
  void quarantine_neededLately_isLeft() {
    assumeCollectable();
    Digest digest = store.put(HELLO);

    assertThat(store.quarantine(digest, PAST)).isFalse();
    assertThat(store.quarantine(Digest.ofText("unknown"), FUTURE)).isFalse();

    assertThat(all(10))
        .singleElement()
        .satisfies(blob -> assertThat(blob.neededAt()).isAfter(PAST));
    assertThat(all(10)).noneMatch(StoredBlob::isQuarantined);
  }

  @Test
  @DisplayName("A blob that was put aside is listed as such and still found")
  void quarantine_blob_isStillFound() throws IOException {
    assumeCollectable();
    Digest digest = store.put(HELLO);

    assertThat(store.quarantine(digest, FUTURE)).isTrue();

    assertThat(all(10)).singleElement().matches(StoredBlob::isQuarantined);
    assertThat(store.size(digest)).hasValue(5);
    assertThat(store.quarantine(digest, FUTURE)).as("it is aside already").isFalse();
    assertThat(store.read(digest, 5)).isEqualTo(HELLO);
    store.quarantine(digest, FUTURE);
    try (InputStream content = store.stream(digest)) {
      assertThat(content.readAllBytes()).isEqualTo(HELLO);
    }
  }

  @Test
  @DisplayName("Pinning brings a blob back that was put aside")
  void pin_quarantined_isBroughtBack() {
    assumeCollectable();
    Digest digest = store.put(HELLO);
    store.quarantine(digest, FUTURE);

    assertThat(store.pin(digest)).hasValue(5);

    assertThat(all(10)).singleElement().matches(blob -> !blob.isQuarantined());
    assertThat(store.purge(digest, FUTURE)).isFalse();
    assertThat(store.read(digest, 5)).isEqualTo(HELLO);
  }

  @Test
  @DisplayName("Storing brings a blob back that was put aside")
  void put_quarantined_isBroughtBack() {
    assumeCollectable();
    Digest digest = store.put(HELLO);
    store.quarantine(digest, FUTURE);
    store.put(HELLO);
    assertThat(all(10)).singleElement().matches(blob -> !blob.isQuarantined());
    store.quarantine(digest, FUTURE);
    store.put(new ByteArrayInputStream(HELLO));
    assertThat(all(10)).singleElement().matches(blob -> !blob.isQuarantined());

    assertThat(store.purge(digest, FUTURE)).isFalse();
    assertThat(store.read(digest, 5)).isEqualTo(HELLO);
  }

  @Test
  @DisplayName("Only what was put aside long enough is deleted, and can be stored again")
  void purge_quarantinedLongAgo_isDeleted() {
    assumeCollectable();
    Digest digest = store.put(HELLO);

    assertThat(store.purge(digest, FUTURE)).as("not put aside").isFalse();
    store.quarantine(digest, FUTURE);
    assertThat(store.purge(digest, PAST)).as("put aside just now").isFalse();
    assertThat(store.purge(digest, FUTURE)).isTrue();

    assertThat(store.purge(digest, FUTURE)).as("deleted already").isFalse();
    assertThat(store.size(digest)).isEmpty();
    assertThat(store.pin(digest)).isEmpty();
    assertThatThrownBy(() -> store.read(digest, 5)).isInstanceOf(NotFoundException.class);
    assertThat(all(10)).isEmpty();
    assertThat(store.put(HELLO)).isEqualTo(digest);
    assertThat(store.read(digest, 5)).isEqualTo(HELLO);
    assertThat(all(10)).singleElement().matches(blob -> !blob.isQuarantined());
  }

  @Test
  @DisplayName("Pinning renews the time of last need and never takes it back")
  void pin_again_timeDoesNotGoBack() {
    assumeCollectable();
    Digest digest = store.put(HELLO);
    for (int i = 0; i < 5; i++) {
      Instant before = all(10).get(0).neededAt();
      store.pin(digest);
      assertThat(all(10).get(0).neededAt()).isAfterOrEqualTo(before);
    }
  }

  @Test
  @DisplayName(
      "Of a purge and a pin one wins: what was pinned stays, what was deleted is not pinned")
  void purge_racesPin_oneWins() {
    assumeCollectable();
    ArtifactStore other = another(store);
    for (int round = 0; round < 20; round++) {
      Digest digest = store.put(random(1_000 + round));
      store.quarantine(digest, FUTURE);
      List<Boolean> won =
          Contenders.race(
              2, t -> t == 0 ? store.purge(digest, FUTURE) : other.pin(digest).isPresent());

      assertThat(won).as("deleted, pinned").containsExactlyInAnyOrder(true, false);
      assertThat(other.size(digest).isPresent()).isEqualTo(won.get(1));
    }
    if (other != store) {
      other.close();
    }
  }

  @Test
  @DisplayName("What one process stores another one finds, pins and puts aside")
  void another_store_seesTheSame() {
    assumeThat(store.capabilities())
        .as("capabilities of the store")
        .contains(ArtifactStore.Capability.MULTI_PROCESS);
    try (ArtifactStore other = another(store)) {
      Digest digest = store.put(HELLO);

      assertThat(other.read(digest, 5)).isEqualTo(HELLO);
      assertThat(other.pin(digest)).hasValue(5);
      if (collectable()) {
        assertThat(other.quarantine(digest, FUTURE)).isTrue();
        assertThat(store.pin(digest)).hasValue(5);
        assertThat(other.purge(digest, FUTURE)).isFalse();
      }
    }
  }

  @Test
  @DisplayName("What was stored is there after closing and opening again")
  void reopen_durable_keepsBlobs() {
    Digest digest = store.put(HELLO);

    store = reopen(store);

    assertThat(store.read(digest, 5)).isEqualTo(HELLO);
  }

  private boolean collectable() {
    return store.capabilities().contains(ArtifactStore.Capability.COLLECTABLE);
  }

  private void assumeCollectable() {
    assumeThat(collectable()).as("the store claims COLLECTABLE").isTrue();
  }

  private List<StoredBlob> all(int limit) {
    List<StoredBlob> all = new ArrayList<>();
    BlobPage page = store.list(null, limit);
    all.addAll(page.blobs());
    while (page.next().isPresent()) {
      page = store.list(page.next().get(), limit);
      all.addAll(page.blobs());
    }
    return all;
  }

  /** The same bytes for the same length. */
  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** A stream that gives fewer bytes than it is asked for. */
  private static final class Dribble extends InputStream {
    private final ByteArrayInputStream content;

    Dribble(byte[] content) {
      this.content = new ByteArrayInputStream(content);
    }

    @Override
    public int read() {
      return content.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return content.read(target, offset, Math.min(length, 4_099));
    }
  }

  /** A stream that cannot be read. */
  private static final class Gone extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("the source is gone");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      throw new IOException("the source is gone");
    }
  }
}
