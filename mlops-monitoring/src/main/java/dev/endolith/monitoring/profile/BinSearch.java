package dev.endolith.monitoring.profile;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the bins of the numbers of a row: searches of four columns side by side.
 *
 * <p>A guide of evenly wide cells between the least and the greatest cut says where in the cuts a
 * number is; the few cuts of its cell are searched by halves. One search waits at each step for the
 * cut of the step before, and a branch on it would be guessed wrong every second time; four without
 * a branch wait together. For that the columns of a group are padded to the same power of two with
 * NaN, which no number reaches. Where cuts are spread so unevenly that most are in one cell, the
 * guide saves nothing, and the search is the plain one by halves.
 *
 * <p>Takes 12 bytes for each cut and its padding, at most three times what the cuts take
 * themselves. Immutable and thread-safe.
 */
final class BinSearch {
  private static final int TOGETHER = 4;

  /** Where its entries would not fit into a guide's. */
  private static final int WIDEST_GUIDED = 1 << Character.SIZE;

  /** Stands for a column where a group has fewer than four. */
  static final int NONE = -1;

  private final int[] columns;
  private final int[] widths; // of each group: a power of two that exceeds the number of cuts
  private final int[] halves; // of each group: half of the power of two that exceeds a cell's cuts
  private final double[] cuts; // of each group four times its width
  private final double[] scales; // of each lane its least cut, and cells per unit
  private final char[] guides; // of each group four times its cells: where the cell's cuts begin

  private BinSearch(int[] columns, int[] widths, double[] cuts) {
    this.columns = columns;
    this.widths = widths;
    this.cuts = cuts;
    this.halves = new int[widths.length];
    this.scales = new double[2 * columns.length];
    this.guides = new char[TOGETHER * Arrays.stream(widths).map(BinSearch::cells).sum()];
    int start = 0;
    int guide = 0;
    for (int group = 0; group < widths.length; group++) {
      int width = widths[group];
      int first = guide;
      int most = 0;
      for (int lane = group * TOGETHER; lane < (group + 1) * TOGETHER; lane++) {
        scale(lane, start, width);
        most = Math.max(most, guide(lane, start, width, guide));
        start += width;
        guide += cells(width);
      }
      halves[group] = Integer.highestOneBit(most);
      int latest = width - Math.max(1, 2 * halves[group]); // a search stays in its lane
      for (int cell = first; cell < guide; cell++) {
        guides[cell] = (char) Math.min(guides[cell], latest);
      }
    }
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

  /** Two for each cut and its padding, one for what is below them and one for what is above. */
  private static int cells(int width) {
    return width <= WIDEST_GUIDED ? 2 * width + 2 : 2;
  }

  /**
   * The cell of a number, which never falls while the number grows: so a cut of a cell below is
   * below the number, and one of a cell above is above it.
   */
  private int cell(int lane, double value, int cells) {
    int cell = (int) ((value - scales[2 * lane]) * scales[2 * lane + 1] + 1);
    return Math.max(0, Math.min(cells - 1, cell));
  }

  private void scale(int lane, int start, int width) {
    int end = start;
    while (end < start + width && !Double.isNaN(cuts[end])) {
      end++;
    }
    if (end > start) {
      double scale = (cells(width) - 2) / (cuts[end - 1] - cuts[start]);
      scales[2 * lane] = cuts[start];
      scales[2 * lane + 1] = scale < Double.POSITIVE_INFINITY ? scale : 0; // all in one cell
    }
  }

  /** Writes a lane's guide; answers the most cuts of one of its cells. */
  private int guide(int lane, int start, int width, int guide) {
    int cells = cells(width);
    int most = 0;
    int at = 0;
    for (int cell = 0; cell < cells; cell++) {
      int begin = at;
      while (at < width
          && !Double.isNaN(cuts[start + at])
          && cell(lane, cuts[start + at], cells) <= cell) {
        at++;
      }
      guides[guide + cell] = (char) begin;
      most = Math.max(most, at - begin);
    }
    return most;
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
    int guide = 0;
    for (int group = 0; group < widths.length; group++) {
      int lane = group * TOGETHER;
      int width = widths[group];
      int cells = cells(width);
      int start1 = start + width;
      int start2 = start1 + width;
      int start3 = start2 + width;
      double value0 = values[lane];
      double value1 = values[lane + 1];
      double value2 = values[lane + 2];
      double value3 = values[lane + 3];
      int at0 = start + guides[guide + cell(lane, value0, cells)];
      guide += cells;
      int at1 = start1 + guides[guide + cell(lane + 1, value1, cells)];
      guide += cells;
      int at2 = start2 + guides[guide + cell(lane + 2, value2, cells)];
      guide += cells;
      int at3 = start3 + guides[guide + cell(lane + 3, value3, cells)];
      guide += cells;
      for (int half = halves[group]; half > 0; half >>>= 1) {
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
