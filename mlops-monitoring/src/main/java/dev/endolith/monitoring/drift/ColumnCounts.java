package dev.endolith.monitoring.drift;

import dev.endolith.monitoring.profile.ReferenceColumn;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The counts of one column on both sides, in the same bins: all that a decision is made from.
 *
 * @param numbers whether the bins are in order; else they are categories, "other" last
 * @param pointMass whether a bin of numbers holds one value only, so that nothing moves inside it
 */
@SuppressWarnings("ArrayRecordComponent") // made for one comparison, and not changed by it
record ColumnCounts(
    String name,
    ReferenceColumn.Role role,
    boolean numbers,
    long[] reference,
    long referenceMissing,
    long[] current,
    long currentMissing,
    IntPredicate pointMass,
    Labels labels) {

  /** Says what falls into bins that stand side by side. */
  @FunctionalInterface
  interface Labels {
    String describe(int first, int last);
  }

  static ColumnCounts of(ReferenceColumn column, long[] current, long currentMissing) {
    long[] counts = column.counts();
    long missing = column.missing();
    long rows = Arrays.stream(counts).sum() + missing;
    long worth = column.details().effectiveRows(rows);
    if (worth < rows) {
      // a sketch's counts err beyond sampling: they may weigh only as much as they are worth
      long[] all = Arrays.copyOf(counts, counts.length + 1);
      all[counts.length] = missing;
      long[] scaled = scaled(all, rows, worth);
      missing = scaled[counts.length];
      counts = Arrays.copyOf(scaled, counts.length);
    }
    return of(column, counts, missing, current, currentMissing);
  }

  static ColumnCounts of(
      ReferenceColumn column,
      long[] reference,
      long referenceMissing,
      long[] current,
      long currentMissing) {
    return new ColumnCounts(
        column.name(),
        column.role(),
        column.kind() == ReferenceColumn.Kind.NUMBER,
        reference,
        referenceMissing,
        current,
        currentMissing,
        // the only way to tell from outside; asked of few bins
        bin -> column.describe(bin, bin).startsWith("= "),
        column::describe);
  }

  /**
   * Counts of fewer rows with the same shares, rounded where they add up, so that the sum stays.
   */
  private static long[] scaled(long[] counts, long rows, long worth) {
    long[] scaled = new long[counts.length];
    double factor = (double) worth / rows;
    long upTo = 0;
    long before = 0;
    for (int i = 0; i < counts.length; i++) {
      upTo += counts[i];
      long rounded = upTo == rows ? worth : Math.round(upTo * factor);
      scaled[i] = rounded - before;
      before = rounded;
    }
    return scaled;
  }
}
