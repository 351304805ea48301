package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/*
 * The frontier of a growing Merkle tree: the roots of its complete subtrees, biggest first, one for
 * each bit that is set in the number of leaves. A new leaf is merged with every complete subtree to
 * its left of the same size, as a carry runs through a binary counter: amortized one hash a leaf.
 * Confined to one thread.
 */
final class CompactRange {
  private static final byte NODE = 1;
  private static final HexFormat HEX = HexFormat.of();

  private final MessageDigest sha = Digest.sha256();
  private final List<byte[]> peaks = new ArrayList<>();
  private long size;

  CompactRange() {}

  CompactRange(long size, List<Digest> peaks) {
    this.size = size;
    peaks.forEach(peak -> this.peaks.add(bytes(peak)));
  }

  void append(Digest leaf) {
    byte[] node = bytes(leaf);
    for (long bits = size; (bits & 1) == 1; bits >>>= 1) {
      node = parent(sha, peaks.remove(peaks.size() - 1), node);
    }
    peaks.add(node);
    size++;
  }

  long size() {
    return size;
  }

  List<Digest> peaks() {
    return peaks.stream().map(CompactRange::digest).toList();
  }

  Digest root() {
    if (peaks.isEmpty()) {
      return Digest.of(new byte[0]);
    }
    byte[] root = peaks.get(peaks.size() - 1);
    for (int i = peaks.size() - 2; i >= 0; i--) {
      root = parent(sha, peaks.get(i), root);
    }
    return digest(root);
  }

  static byte[] parent(MessageDigest sha, byte[] left, byte[] right) {
    sha.update(NODE);
    sha.update(left);
    sha.update(right);
    return sha.digest();
  }

  static byte[] bytes(Digest digest) {
    return HEX.parseHex(digest.hex());
  }

  static Digest digest(byte[] sha256) {
    return new Digest(HEX.formatHex(sha256));
  }
}
