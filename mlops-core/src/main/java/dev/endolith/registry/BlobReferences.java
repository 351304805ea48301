package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.util.Set;

/**
 * Knows which blobs are referred to by a version, a run, a journal or anything else that outlasts
 * its transaction.
 */
@FunctionalInterface
public interface BlobReferences {
  /**
   * Which of some blobs are referred to. The answer comes from what is committed when it is called:
   * not from a replica that lags behind, nor from a snapshot that was taken earlier. If it cannot
   * be given, throw: then nothing is collected.
   *
   * @param candidates the blobs asked for, some hundred at a time
   * @return those that are referred to; others may be in it
   */
  Set<Digest> among(Set<Digest> candidates);
}
