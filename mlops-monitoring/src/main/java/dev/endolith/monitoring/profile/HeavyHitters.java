package dev.endolith.monitoring.profile;

import dev.endolith.error.DataException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The most frequent words of more than can be held: the summary of J. Misra and D. Gries ("Finding
 * Repeated Elements", 1982) with the batched decrements of D. Anderson et al. ("A High-Performance
 * Algorithm for Identifying Frequent Items in Data Streams", IMC 2017). Up to twice its size words
 * are held; then the count of the one in the middle is taken off all, and what reaches 0 is
 * forgotten.
 *
 * <p>A count is never too great, and too small by at most {@link #error()}, which is at most the
 * number of words divided by size + 1; exactly 0 while there are no more than 2 · size distinct
 * words. Merging keeps that bound (P. Agarwal et al., "Mergeable Summaries", PODS 2012), and while
 * the error is 0 the order does not matter.
 *
 * <p>O(1) per word on the mean. Mutable, confined to one thread.
 */
final class HeavyHitters {
  private static final int FORMAT = 1;

  private final int size;
  private final Map<String, long[]> counts = new HashMap<>();
  private long total;
  private long error;

  HeavyHitters(int size) {
    this.size = size;
  }

  void add(String word) {
    add(word, 1);
  }

  void add(String word, long times) {
    total += times;
    long[] cell = counts.get(word);
    if (cell != null) {
      cell[0] += times;
      return;
    }
    counts.put(word, new long[] {times});
    if (counts.size() > 2 * size) {
      decrease();
    }
  }

  void merge(HeavyHitters other) {
    other.counts.forEach(
        (word, cell) -> counts.computeIfAbsent(word, w -> new long[1])[0] += cell[0]);
    total += other.total;
    error += other.error;
    if (counts.size() > 2 * size) {
      decrease();
    }
  }

  private void decrease() {
    long[] sorted = counts.values().stream().mapToLong(cell -> cell[0]).toArray();
    Arrays.sort(sorted);
    long taken = sorted[sorted.length - size - 1]; // the greatest of those beyond the size
    error += taken;
    counts.values().removeIf(cell -> cell[0] <= taken);
    counts.values().forEach(cell -> cell[0] -= taken);
  }

  /** How many words were added. */
  long total() {
    return total;
  }

  /** How much too small a count may be; that of a word that is not held, too. */
  long error() {
    return error;
  }

  /** How many words are held. */
  int held() {
    return counts.size();
  }

  /** The words that are held, with counts that are at most the true ones. */
  Map<String, Long> counts() {
    Map<String, Long> copy = new TreeMap<>();
    counts.forEach((word, cell) -> copy.put(word, cell[0]));
    return copy;
  }

  byte[] toBytes() {
    Varints.Writer out = new Varints.Writer();
    out.number(FORMAT);
    out.number(size);
    out.number(total);
    out.number(error);
    out.number(counts.size());
    counts() // sorted, so that equal counts have equal bytes
        .forEach(
            (word, count) -> {
              out.text(word);
              out.number(count);
            });
    return out.bytes();
  }

  static HeavyHitters read(byte[] bytes) throws DataException {
    Varints.Reader in = new Varints.Reader("counts of words", bytes);
    if (in.number() != FORMAT) {
      throw in.broken("the format is not " + FORMAT);
    }
    HeavyHitters words = new HeavyHitters(Math.max(1, (int) in.count(1 << 20)));
    long total = in.count(Long.MAX_VALUE);
    words.error = in.count(Long.MAX_VALUE);
    int many = in.parts(2);
    for (int i = 0; i < many; i++) {
      words.counts.put(in.text(), new long[] {in.count(total)});
    }
    in.end();
    words.total = total;
    return words;
  }
}
