package dev.endolith.monitoring.profile;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the bins of the numbers of a row: binary searches of four columns side by side.
 *
 * <p>One search waits at each step for the cut of the step before, and a branch on it would be
 * guessed wrong every second time. Four searches without a branch wait together, which takes a
 * third of the time. For that the columns of a group are padded to the same power of two with NaN,
 * which no number reaches.
 *
 * <p>Takes 8 bytes for each cut and its padding, at most twice what the cuts take themselves.
 * Immutable and thread-safe.
 */
final class BinSearch {
  private static final int TOGETHER = 4;

  /** Stands for a column where a group has fewer than four. */
  static final int NONE = -1;

  private final int[] columns;
  private final int[] widths; // of each group: a power of two that exceeds the number of cuts
  private final double[] cuts; // of each group four times its width

  private BinSearch(int[] columns, int[] widths, double[] cuts) {
    this.columns = columns;
    this.widths = widths;
    this.cuts = cuts;
  }

  /** For the features among the columns that are numbers; near in size are searched together. */
  static BinSearch of(List<ReferenceColumn> all) {
    int[] numbers =
        IntStream.range(0, all.size())
            .filter(
                i ->
                    all.get(i).role() == ReferenceColumn.Role.FEATURE
                        && all.get(i).kind() == ReferenceColumn.Kind.NUMBER)
            .boxed()
            .sorted(Comparator.comparing(i -> all.get(i).bins()))
            .mapToInt(Integer::intValue)
            .toArray();
    int groups = (numbers.length + TOGETHER - 1) / TOGETHER;
    int[] columns = new int[groups * TOGETHER];
    Arrays.fill(columns, NONE);
    System.arraycopy(numbers, 0, columns, 0, numbers.length);
    int[] widths = new int[groups];
    int cells = 0;
    for (int lane = 0; lane < numbers.length; lane++) {
      // bins are one more than cuts, so that a power of two of at least so many exceeds the cuts
      int width = Integer.highestOneBit(Math.max(1, 2 * all.get(numbers[lane]).bins() - 1));
      int group = lane / TOGETHER;
      cells += TOGETHER * (width - widths[group]); // the group's widest comes last
      widths[group] = width;
    }
    double[] cuts = new double[cells];
    Arrays.fill(cuts, Double.NaN);
    int at = 0;
    for (int lane = 0; lane < columns.length; lane++) {
      if (columns[lane] != NONE) {
        all.get(columns[lane]).copyCuts(cuts, at);
      }
      at += widths[lane / TOGETHER];
    }
    return new BinSearch(columns, widths, cuts);
  }

  /** How many numbers a search takes: the columns, and what fills up the last group. */
  int lanes() {
    return columns.length;
  }

  /** The position of a lane's column, or {@link #NONE}. */
  int column(int lane) {
    return columns[lane];
  }

  /**
   * The bin of each number: how many cuts of its column are at most as great.
   *
   * @param values one for each lane; for NaN the bin has no meaning
   * @param bins is filled
   */
  void find(double[] values, int[] bins) {
    int start = 0;
    for (int group = 0; group < widths.length; group++) {
      int lane = group * TOGETHER;
      int width = widths[group];
      int start1 = start + width;
      int start2 = start1 + width;
      int start3 = start2 + width;
      double value0 = values[lane];
      double value1 = values[lane + 1];
      double value2 = values[lane + 2];
      double value3 = values[lane + 3];
      int at0 = start;
      int at1 = start1;
      int at2 = start2;
      int at3 = start3;
      for (int half = width >>> 1; half > 0; half >>>= 1) {
        int last = half - 1;
        at0 = cuts[at0 + last] <= value0 ? at0 + half : at0;
        at1 = cuts[at1 + last] <= value1 ? at1 + half : at1;
        at2 = cuts[at2 + last] <= value2 ? at2 + half : at2;
        at3 = cuts[at3 + last] <= value3 ? at3 + half : at3;
      }
      bins[lane] = at0 - start;
      bins[lane + 1] = at1 - start1;
      bins[lane + 2] = at2 - start2;
      bins[lane + 3] = at3 - start3;
      start = start3 + width;
    }
  }
}
