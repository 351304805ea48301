package dev.endolith.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.ArtifactStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
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
  @DisplayName("What was stored is there after closing and opening again")
  void reopen_durable_keepsBlobs() {
    Digest digest = store.put(HELLO);

    store = reopen(store);

    assertThat(store.read(digest, 5)).isEqualTo(HELLO);
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
