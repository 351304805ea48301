package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * A blob as the collector sees it.
 *
 * @param digest its digest
 * @param size its length in bytes
 * @param neededAt when it was last needed, by the store's clock
 * @param quarantinedAt when it was put aside, by the store's clock; empty if it was not
 */
public record StoredBlob(
    Digest digest, long size, Instant neededAt, Optional<Instant> quarantinedAt) {
  /**
   * Whether it was put aside.
   *
   * @return true if it waits for its deletion
   */
  public boolean isQuarantined() {
    return quarantinedAt.isPresent();
  }
}
