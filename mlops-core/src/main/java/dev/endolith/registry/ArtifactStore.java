package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * Keeps blobs under the SHA-256 of their content. SPI. Thread-safe. Blobs do not change; nobody
 * supplies a path or a name.
 */
public interface ArtifactStore extends AutoCloseable {
  /**
   * Stores a blob. When it returns the blob is durable if the store is; storing the same content
   * again is cheap and answers the same digest.
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
   * The length of a blob.
   *
   * @param digest its digest
   * @return its length in bytes, empty if there is no such blob
   */
  OptionalLong size(Digest digest);

  /** Frees what the store holds. */
  @Override
  default void close() {}
}
