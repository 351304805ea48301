package dev.endolith.monitoring.drift;

import dev.endolith.monitoring.profile.ReferenceColumn;
import java.util.List;

/**
 * How one column differs from its reference. Immutable.
 *
 * @param name the column
 * @param role what it is to the model
 * @param verdict whether it drifted
 * @param effect how large the difference is: the {@link Psi} of the shares in some ten bins, with
 *     the missing as a bin of their own, less what chance alone makes of it, (B − 1)(1/n + 1/m);
 *     NaN where there was not enough data
 * @param psi the index as it is, with the p-value of its null law
 * @param test {@link KolmogorovSmirnov} on all bins of numbers, {@link ChiSquare} on categories
 * @param pValue the probability of a difference as clear as this if nothing changed: of {@code
 *     test}, and where values are missing twice the smaller of it and of the test of the missing
 *     share; NaN where there was not enough data
 * @param adjustedPValue {@code pValue} adjusted for the number of columns
 * @param referenceRows how many values the reference has, without missing ones
 * @param currentRows how many values the current data has, without missing ones
 * @param unseenShareChange how much greater the share of categories without a bin of their own is
 *     than in the reference: of unseen ones, while the reference has none beyond its cap; 0 for
 *     numbers
 * @param missingShareChange how much greater the share of missing values is than in the reference
 * @param bins the bins of {@code psi}, for a picture
 */
public record ColumnDrift(
    String name,
    ReferenceColumn.Role role,
    Verdict verdict,
    double effect,
    TestResult psi,
    TestResult test,
    double pValue,
    double adjustedPValue,
    long referenceRows,
    long currentRows,
    double unseenShareChange,
    double missingShareChange,
    List<Bin> bins) {

  /** Whether data differs from its reference. */
  public enum Verdict {
    /** It differs, by more than chance and by more than does not matter. */
    DRIFT,
    /** No difference that is both clear and of a size that matters. */
    NO_DRIFT,
    /** Too little data to say. */
    UNDECIDED
  }

  /**
   * One bin of a picture.
   *
   * @param label what falls into it
   * @param reference how many rows of the reference do
   * @param current how many current rows do
   */
  public record Bin(String label, long reference, long current) {}

  /**
   * Copies the bins.
   *
   * @param name the column
   * @param role what it is to the model
   * @param verdict whether it drifted
   * @param effect how large the difference is
   * @param psi the index
   * @param test the test
   * @param pValue the p-value
   * @param adjustedPValue the adjusted p-value
   * @param referenceRows the reference's values
   * @param currentRows the current values
   * @param unseenShareChange the change of the unseen categories' share
   * @param missingShareChange the change of the missing share
   * @param bins the bins
   */
  public ColumnDrift {
    bins = List.copyOf(bins);
  }
}
