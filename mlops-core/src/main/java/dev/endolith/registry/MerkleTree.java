package dev.endolith.registry;

import dev.endolith.data.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * A Merkle tree to which leaves are only ever appended, by its size and the roots of its complete
 * subtrees: at most 63 digests stand for any number of leaves, appending costs O(1) hashes
 * amortized and O(log n) at most, and nothing before is read again. Immutable.
 *
 * <p>The tree is that of RFC 6962, section 2.1, over SHA-256: a node is SHA-256(0x01 ‖ left ‖
 * right), the empty tree's root is SHA-256 of nothing. Leaves are given as their hashes; {@link
 * AuditRecord#digest()} is one, SHA-256(0x00 ‖ canonical record).
 */
public final class MerkleTree {
  private static final MerkleTree EMPTY = new MerkleTree(0, List.of());

  private final long size;
  private final List<Digest> peaks;

  private MerkleTree(long size, List<Digest> peaks) {
    this.size = size;
    this.peaks = peaks;
  }

  /**
   * The tree without leaves.
   *
   * @return the tree
   */
  public static MerkleTree empty() {
    return EMPTY;
  }

  /**
   * A tree that was kept by its size and peaks.
   *
   * @param size the number of leaves
   * @param peaks what {@link #peaks()} gave
   * @return the tree
   * @throws IllegalArgumentException if the size is negative, or a tree of that size has another
   *     number of peaks
   */
  public static MerkleTree of(long size, List<Digest> peaks) {
    if (size < 0 || peaks.size() != Long.bitCount(size)) {
      throw new IllegalArgumentException(
          "a tree of "
              + size
              + " leaves has as many peaks as bits are set in that number, was "
              + peaks.size());
    }
    return new MerkleTree(size, List.copyOf(peaks));
  }

  /**
   * The number of leaves.
   *
   * @return the number, at least 0
   */
  public long size() {
    return size;
  }

  /**
   * The roots of the complete subtrees, biggest first: with the size all that is needed to append.
   *
   * @return the roots, one for each bit that is set in the size
   */
  public List<Digest> peaks() {
    return peaks;
  }

  /**
   * The root hash.
   *
   * @return the digest that stands for all leaves and their order
   */
  public Digest root() {
    return new CompactRange(size, peaks).root();
  }

  /**
   * The tree with one more leaf.
   *
   * @param leaf the leaf's hash
   * @return the tree
   */
  public MerkleTree append(Digest leaf) {
    return appendAll(List.of(leaf));
  }

  /**
   * The tree with more leaves.
   *
   * @param leaves the leaves' hashes, in order
   * @return the tree
   */
  public MerkleTree appendAll(Iterable<Digest> leaves) {
    CompactRange range = new CompactRange(size, peaks);
    leaves.forEach(range::append);
    return new MerkleTree(range.size(), range.peaks());
  }

  /**
   * Proves that a leaf is in a tree. O(size) hashes, O(log size) memory: the leaves are read once,
   * in order.
   *
   * @param index the leaf's index, from 0
   * @param size the number of leaves of the tree
   * @param leaves the leaves' hashes, at least {@code size} of them
   * @return the proof
   * @throws IllegalArgumentException if the index is not in [0, size), or there are fewer leaves
   */
  public static InclusionProof prove(long index, long size, Iterable<Digest> leaves) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("an index is in [0, size), was " + index + " of " + size);
    }
    List<Range> ranges = new ArrayList<>();
    path(index, 0, size, ranges);
    return new InclusionProof(index, size, roots(ranges, leaves));
  }

  /**
   * Proves that a tree is the beginning of another. O(to) hashes, O(log to) memory: the leaves are
   * read once, in order.
   *
   * @param from the number of leaves of the smaller tree
   * @param to the number of leaves of the larger tree
   * @param leaves the leaves' hashes, at least {@code to} of them
   * @return the proof; empty if one of the trees is empty or both are the same
   * @throws IllegalArgumentException if not 0 ≤ from ≤ to, or there are fewer leaves
   */
  public static ConsistencyProof proveConsistency(long from, long to, Iterable<Digest> leaves) {
    if (from < 0 || from > to) {
      throw new IllegalArgumentException(
          "0 <= from <= to must hold, was from " + from + ", to " + to);
    }
    List<Range> ranges = new ArrayList<>();
    if (from > 0) {
      subproof(from, 0, to, true, ranges);
    }
    return new ConsistencyProof(from, to, roots(ranges, leaves));
  }

  /** PATH of RFC 6962, section 2.1.1, as the subtrees whose roots it lists. */
  private static void path(long index, long start, long end, List<Range> ranges) {
    long size = end - start;
    if (size == 1) {
      return;
    }
    long middle = start + split(size);
    if (index < middle) {
      path(index, start, middle, ranges);
      ranges.add(new Range(ranges.size(), middle, end));
    } else {
      path(index, middle, end, ranges);
      ranges.add(new Range(ranges.size(), start, middle));
    }
  }

  /** SUBPROOF of RFC 6962, section 2.1.2, as the subtrees whose roots it lists. */
  private static void subproof(long from, long start, long end, boolean known, List<Range> ranges) {
    if (from == end) {
      if (!known) {
        ranges.add(new Range(ranges.size(), start, end));
      }
      return;
    }
    long middle = start + split(end - start);
    if (from <= middle) {
      subproof(from, start, middle, known, ranges);
      ranges.add(new Range(ranges.size(), middle, end));
    } else {
      subproof(from, middle, end, false, ranges);
      ranges.add(new Range(ranges.size(), start, middle));
    }
  }

  /** The largest power of two below a size. */
  private static long split(long size) {
    return Long.highestOneBit(size - 1);
  }

  /** The ranges are disjoint, so one pass over the leaves gives all their roots. */
  private static List<Digest> roots(List<Range> ranges, Iterable<Digest> leaves) {
    Digest[] roots = new Digest[ranges.size()];
    Iterator<Digest> all = leaves.iterator();
    long position = 0;
    List<Range> inOrder = ranges.stream().sorted(Comparator.comparingLong(Range::start)).toList();
    for (Range range : inOrder) {
      CompactRange subtree = new CompactRange();
      for (; position < range.end(); position++) {
        if (!all.hasNext()) {
          throw new IllegalArgumentException(
              "there must be at least " + range.end() + " leaves, was " + position);
        }
        Digest leaf = all.next();
        if (position >= range.start()) {
          subtree.append(leaf);
        }
      }
      roots[range.order()] = subtree.root();
    }
    return Arrays.asList(roots);
  }

  /** The leaves of a subtree, and the place of its root in a proof. */
  private record Range(int order, long start, long end) {}
}
