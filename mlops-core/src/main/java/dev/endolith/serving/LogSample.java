package dev.endolith.serving;

import dev.endolith.data.Id;

/**
 * Which predictions a log keeps. Decided by the key, so that every node keeps the same keys and a
 * key is kept with all its predictions or none; without a key by the id. The salt is its own, so
 * that it does not follow a rollout's share.
 */
record LogSample(double share) {
  static final LogSample ALL = new LogSample(1);

  private static final String SALT = "prediction-log:";

  LogSample {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("the share to log must be in (0, 1], was " + share);
    }
  }

  boolean takes(String key, Id id) {
    return share == 1 || Bucket.inShare(SALT, key.isEmpty() ? id.toString() : key, share);
  }
}
