package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows that a Merkle tree was only appended to, to somebody who has the roots of before and after
 * only. Immutable.
 *
 * @param from the number of leaves before
 * @param to the number of leaves after
 * @param path the roots of the subtrees from which both roots are made; at most 64
 */
public record ConsistencyProof(long from, long to, List<Digest> path) {
  /**
   * Copies the path.
   *
   * @param from the number of leaves before
   * @param to the number of leaves after
   * @param path the roots of the subtrees from which both roots are made; at most 64
   * @throws IllegalArgumentException if not 0 ≤ from ≤ to
   */
  public ConsistencyProof {
    path = List.copyOf(path);
    if (from < 0 || from > to) {
      throw new IllegalArgumentException(
          "0 <= from <= to must hold, was from " + from + ", to " + to);
    }
  }

  /**
   * Checks the proof, by the algorithm of RFC 9162, section 2.1.4.2.
   *
   * @param before the root hash of the smaller tree
   * @param after the root hash of the larger tree
   * @return true if the smaller tree is the beginning of the larger one
   */
  public boolean verify(Digest before, Digest after) {
    if (from == to) {
      return path.isEmpty() && before.equals(after);
    }
    if (from == 0) {
      return path.isEmpty() && before.equals(MerkleTree.empty().root());
    }
    List<byte[]> nodes = new ArrayList<>();
    if (Long.bitCount(from) == 1) {
      nodes.add(CompactRange.bytes(before));
    }
    path.forEach(digest -> nodes.add(CompactRange.bytes(digest)));
    return !nodes.isEmpty() && climb(nodes, before, after);
  }

  private boolean climb(List<byte[]> nodes, Digest before, Digest after) {
    MessageDigest sha = Digest.sha256();
    long node = from - 1;
    long last = to - 1;
    while ((node & 1) == 1) {
      node >>>= 1;
      last >>>= 1;
    }
    byte[] smaller = nodes.get(0);
    byte[] larger = nodes.get(0);
    for (byte[] sibling : nodes.subList(1, nodes.size())) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        smaller = CompactRange.parent(sha, sibling, smaller);
        larger = CompactRange.parent(sha, sibling, larger);
        while ((node & 1) == 0 && node != 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        larger = CompactRange.parent(sha, larger, sibling);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0
        && CompactRange.digest(smaller).equals(before)
        && CompactRange.digest(larger).equals(after);
  }
}
