package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Some of the blobs of a store, in the order of their digests.
 *
 * @param blobs the blobs
 * @param next where to go on, empty if there are no more
 * @param at the time of the listing by the clock that the blobs' times come from
 */
public record BlobPage(List<StoredBlob> blobs, Optional<Digest> next, Instant at) {
  /**
   * Copies the list.
   *
   * @param blobs the blobs
   * @param next where to go on, empty if there are no more
   * @param at the time of the listing by the clock that the blobs' times come from
   */
  public BlobPage {
    blobs = List.copyOf(blobs);
  }

  static UnsupportedOperationException notCollectable() {
    return new UnsupportedOperationException(
        "this artifact store keeps every blob; ask capabilities() for COLLECTABLE first");
  }
}
