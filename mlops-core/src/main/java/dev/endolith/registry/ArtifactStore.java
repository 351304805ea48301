package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps blobs under the SHA-256 of their content. SPI. Thread-safe. Blobs do not change; nobody
 * supplies a path or a name.
 *
 * <p>A store that claims {@link Capability#COLLECTABLE} knows of each blob when it was last needed:
 * {@link #put} and {@link #pin} renew that time. A blob that nobody has needed for long may be put
 * aside ({@link #quarantine}), where every method still finds it, and later be deleted ({@link
 * #purge}). {@link ArtifactCollector} does so for the blobs that nothing refers to. A store without
 * that capability keeps every blob and refuses {@link #list}, {@code quarantine} and {@code purge}
 * with an {@link UnsupportedOperationException}.
 */
public interface ArtifactStore extends AutoCloseable {
  /** What a store may be able to do beyond keeping blobs. */
  enum Capability {
    /**
     * What was acknowledged is there after the process has ended and after the power has failed.
     */
    DURABLE,

    /** Several processes may use the same content at the same time. */
    MULTI_PROCESS,

    /** Blobs can be listed, put aside and deleted, while others store and pin the same content. */
    COLLECTABLE
  }

  /**
   * Stores a blob. When it returns the blob is durable if the store is; storing the same content
   * again answers the same digest, renews the time of last need and brings a blob back that was put
   * aside.
   *
   * @param content the content; read to its end, not closed
   * @return its digest
   * @throws dev.endolith.error.StorageException if it cannot be stored; nothing is visible then
   */
  Digest put(InputStream content);

  /**
   * Stores a blob.
   *
   * @param content the content
   * @return its digest
   * @throws dev.endolith.error.StorageException if it cannot be stored; nothing is visible then
   */
  default Digest put(byte[] content) {
    return put(new ByteArrayInputStream(content));
  }

  /**
   * Reads a blob. The bytes that are returned are those that were verified.
   *
   * @param digest its digest
   * @param maxBytes refuses a larger blob before allocating
   * @return its content
   * @throws dev.endolith.error.NotFoundException if there is no such blob
   * @throws dev.endolith.error.IntegrityException if the content does not match the digest, or is
   *     larger than {@code maxBytes}
   */
  byte[] read(Digest digest, long maxBytes);

  /**
   * Reads a blob of any length in little memory. The whole content was verified before this method
   * returns, and the stream gives the bytes that were verified: a private copy, which lasts until
   * the stream is closed whatever becomes of the blob.
   *
   * @param digest its digest
   * @return its content, closed by the caller
   * @throws dev.endolith.error.NotFoundException if there is no such blob
   * @throws dev.endolith.error.IntegrityException if the content does not match the digest
   * @throws dev.endolith.error.StorageException if it cannot be read, or there is no room for the
   *     copy
   */
  InputStream stream(Digest digest);

  /**
   * The length of a blob.
   *
   * @param digest its digest
   * @return its length in bytes, empty if there is no such blob
   */
  OptionalLong size(Digest digest);

  /**
   * What this store can do; the same for its whole life.
   *
   * @return the capabilities
   */
  default Set<Capability> capabilities() {
    return Set.of();
  }

  /**
   * Says that a blob is needed now: renews the time of last need, and brings the blob back if it
   * was put aside. Called in the transaction that writes a reference to the blob, which then has to
   * commit within the collector's grace period; where the answer is empty it must not commit.
   *
   * @param digest its digest
   * @return its length in bytes, empty if there is no such blob
   * @throws dev.endolith.error.StorageException if the time cannot be renewed
   */
  default OptionalLong pin(Digest digest) {
    return size(digest);
  }

  /**
   * Lists blobs in the order of their digests. What is stored or put aside meanwhile may be in the
   * answer or not.
   *
   * @param after lists what comes after this digest; null for the beginning
   * @param limit about how many blobs to list, from 1
   * @return the blobs; a digest is there twice if one copy was put aside and another was stored
   * @throws UnsupportedOperationException if the store is not {@link Capability#COLLECTABLE}
   */
  default BlobPage list(@Nullable Digest after, int limit) {
    throw BlobPage.notCollectable();
  }

  /**
   * Puts a blob aside unless it was needed lately. Every other method still finds it. Takes no blob
   * that is stored or pinned at the same time.
   *
   * @param digest its digest
   * @param neededBefore leaves the blob alone if it was needed at this time or later
   * @return whether it was put aside
   * @throws UnsupportedOperationException if the store is not {@link Capability#COLLECTABLE}
   */
  default boolean quarantine(Digest digest, Instant neededBefore) {
    throw BlobPage.notCollectable();
  }

  /**
   * Deletes a blob that was put aside long ago and not needed since. Of a purge and a pin of the
   * same blob at the same time one wins: either the blob stays, or the pin does not find it.
   *
   * @param digest its digest
   * @param quarantinedBefore leaves the blob alone if it was put aside at this time or later
   * @return whether it was deleted
   * @throws UnsupportedOperationException if the store is not {@link Capability#COLLECTABLE}
   */
  default boolean purge(Digest digest, Instant quarantinedBefore) {
    throw BlobPage.notCollectable();
  }

  /** Frees what the store holds. */
  @Override
  default void close() {}
}
