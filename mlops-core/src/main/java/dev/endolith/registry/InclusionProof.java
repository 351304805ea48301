package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.security.MessageDigest;
import java.util.List;

/**
 * Shows that a leaf is in a Merkle tree, to somebody who has the tree's root only. Immutable.
 *
 * @param index the leaf's index, from 0
 * @param size the number of leaves of the tree
 * @param path the roots of the subtrees beside the way from the leaf up to the root; at most 63
 */
public record InclusionProof(long index, long size, List<Digest> path) {
  /**
   * Copies the path.
   *
   * @param index the leaf's index, from 0
   * @param size the number of leaves of the tree
   * @param path the roots of the subtrees beside the way from the leaf up to the root; at most 63
   * @throws IllegalArgumentException if the index is not in [0, size)
   */
  public InclusionProof {
    path = List.copyOf(path);
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("an index is in [0, size), was " + index + " of " + size);
    }
  }

  /**
   * Checks the proof, by the algorithm of RFC 9162, section 2.1.3.2.
   *
   * @param leaf the leaf's hash
   * @param root the tree's root hash
   * @return true if the leaf is in the tree at the index
   */
  public boolean verify(Digest leaf, Digest root) {
    MessageDigest sha = Digest.sha256();
    long node = index;
    long last = size - 1;
    byte[] hash = CompactRange.bytes(leaf);
    for (Digest sibling : path) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        hash = CompactRange.parent(sha, CompactRange.bytes(sibling), hash);
        while ((node & 1) == 0 && node != 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        hash = CompactRange.parent(sha, hash, CompactRange.bytes(sibling));
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && CompactRange.digest(hash).equals(root);
  }
}
