package dev.endolith.monitoring.drift;

import dev.endolith.monitoring.profile.ReferenceColumn;
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
    return new ColumnCounts(
        column.name(),
        column.role(),
        column.kind() == ReferenceColumn.Kind.NUMBER,
        column.counts(),
        column.missing(),
        current,
        currentMissing,
        // the only way to tell from outside; asked of few bins
        bin -> column.describe(bin, bin).startsWith("= "),
        column::describe);
  }
}
