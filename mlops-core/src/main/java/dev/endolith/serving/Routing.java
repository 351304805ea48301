package dev.endolith.serving;

import org.jspecify.annotations.Nullable;

/**
 * Which loaded versions answer, as one value that is replaced as a whole. A challenger's salt names
 * deployment and version, so that each rollout draws its own sample of keys.
 */
record Routing<X, Y>(
    @Nullable ModelSlot<X, Y> champion,
    long championGeneration,
    @Nullable ModelSlot<X, Y> challenger,
    long challengerGeneration,
    double share,
    String salt) {

  boolean toChallenger(String key) {
    return challenger != null && Bucket.inShare(salt, key, share);
  }
}
