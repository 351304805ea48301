package dev.endolith.serving;

import java.nio.charset.StandardCharsets;

/**
 * Sticky assignment: the same key and salt always fall into the same place of [0, 2³²), and growing
 * a share moves nobody out of it.
 *
 * <p>MurmurHash3 (x86, 32 bits, seed 0; Appleby, 2011) of the UTF-8 bytes of salt and key; a share
 * s takes the places below s·2³² (multiply-shift, without modulo bias).
 */
public final class Bucket {
  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;

  private Bucket() {}

  /**
   * The place of a key.
   *
   * @param salt tells experiments apart: a key's places in two experiments are independent
   * @param key the key
   * @return the place, in [0, 2³²)
   */
  public static long place(String salt, String key) {
    return Integer.toUnsignedLong(murmur3((salt + key).getBytes(StandardCharsets.UTF_8), 0));
  }

  /**
   * Whether a key falls into a share.
   *
   * @param salt tells experiments apart
   * @param key the key
   * @param share the share, in [0, 1]
   * @return true for about that share of keys
   */
  public static boolean inShare(String salt, String key, double share) {
    return place(salt, key) < share * 0x1p32;
  }

  static int murmur3(byte[] data, int seed) {
    int h = seed;
    int blocks = data.length / 4 * 4;
    for (int i = 0; i < blocks; i += 4) {
      int k =
          (data[i] & 0xff)
              | (data[i + 1] & 0xff) << 8
              | (data[i + 2] & 0xff) << 16
              | (data[i + 3] & 0xff) << 24;
      h = Integer.rotateLeft(h ^ mix(k), 13) * 5 + 0xe6546b64;
    }
    int tail = 0;
    for (int i = data.length - 1; i >= blocks; i--) {
      tail = tail << 8 | (data[i] & 0xff);
    }
    if (blocks < data.length) {
      h ^= mix(tail);
    }
    h ^= data.length;
    h ^= h >>> 16;
    h *= 0x85ebca6b;
    h ^= h >>> 13;
    h *= 0xc2b2ae35;
    return h ^ h >>> 16;
  }

  private static int mix(int k) {
    return Integer.rotateLeft(k * C1, 15) * C2;
  }
}
