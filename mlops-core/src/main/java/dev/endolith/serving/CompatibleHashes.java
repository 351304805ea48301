package dev.endolith.serving;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hashes of other products, as their documents and reference vectors define them. GrowthBook
 * hashes UTF-16 code units, the others UTF-8 bytes.
 */
final class CompatibleHashes {
  /** Unleash's seed of variants, so that they are independent of gradual rollouts. */
  static final int UNLEASH_VARIANTS = 86_028_157;

  private CompatibleHashes() {}

  /** GrowthBook's place of a value, in [0, 1). */
  static double growthBook(String seed, String value, int version) {
    return switch (version) {
      case 1 -> fnv1a(value + seed) % 1_000 / 1_000.0;
      case 2 -> fnv1a(Long.toString(fnv1a(seed + value))) % 10_000 / 10_000.0;
      default ->
          throw new IllegalArgumentException(
              "GrowthBook's hash version must be 1 or 2, was " + version);
    };
  }

  /** Unleash's normalised value, from 1 to {@code normalizer}. */
  static long unleash(String group, String id, long normalizer, int seed) {
    byte[] bytes = (group + ":" + id).getBytes(StandardCharsets.UTF_8);
    return Integer.toUnsignedLong(Bucket.murmur3(bytes, seed)) % normalizer + 1;
  }

  /** flagd's bucket of a value, in [0, total). */
  static long flagd(String value, long total) {
    return (Bucket.place("", value) * total) >>> 32;
  }

  /** LaunchDarkly's place of a context, in [0, 1]. */
  static double launchDarkly(String prefix, String context) {
    byte[] hash = sha1((prefix + "." + context).getBytes(StandardCharsets.UTF_8));
    long first = 0;
    for (int i = 0; i < 8; i++) {
      first = (first << 8) | (hash[i] & 0xff);
    }
    return (first >>> 4) / (double) 0xFFF_FFFF_FFFF_FFFFL; // the first 15 of its hex digits
  }

  static long sum(int[] weights) {
    long sum = 0;
    for (int weight : weights) {
      if (weight < 0) {
        throw new IllegalArgumentException("a weight must be at least 0, was " + weight);
      }
      sum += weight;
    }
    if (sum == 0) {
      throw new IllegalArgumentException("weights need a positive sum");
    }
    return sum;
  }

  /** The first arm whose cumulative weight is beyond a bucket. */
  static int cumulative(long bucket, int[] weights) {
    long sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      if (bucket < sum) {
        return i;
      }
    }
    return weights.length - 1;
  }

  /** The first arm whose cumulative share is beyond a place. */
  static int fraction(double place, int[] weights) {
    double total = sum(weights);
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] / total;
      if (place < sum) {
        return i;
      }
    }
    return weights.length - 1;
  }

  /** FNV-1a (Fowler, Noll and Vo), 32 bits, a code unit at a time. */
  private static long fnv1a(String text) {
    int hash = 0x811c9dc5;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x01000193;
    }
    return Integer.toUnsignedLong(hash);
  }

  private static byte[] sha1(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
