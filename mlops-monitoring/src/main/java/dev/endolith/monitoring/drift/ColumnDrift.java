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
 * @param effectLow the lower end of the effect's 95 % confidence interval, at least 0; NaN where
 *     there was not enough data
 * @param effectHigh the upper end
 * @param minimumDetectableEffect the least effect that is called drift with a probability of 0.8 in
 *     windows of this size, by the decision as it was set up, among this many columns: an estimate
 *     for shifts; changes that the column's test sees less well, such as of the spread in small
 *     windows, have to be greater. NaN where there was not enough data
 * @param binningError how much greater the Kolmogorov-Smirnov distance of the values may be than
 *     that of the bins: a share of rows that may have moved inside bins unseen; 0 for categories
 * @param psi the index as it is, with the p-value of its null law
 * @param test the test that asks whether the difference is clear, chosen as {@link Drift} says
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
 * @param reason why the verdict is what it is, in a sentence with its figures
 */
public record ColumnDrift(
    String name,
    ReferenceColumn.Role role,
    Verdict verdict,
    double effect,
    double effectLow,
    double effectHigh,
    double minimumDetectableEffect,
    double binningError,
    TestResult psi,
    TestResult test,
    double pValue,
    double adjustedPValue,
    long referenceRows,
    long currentRows,
    double unseenShareChange,
    double missingShareChange,
    List<Bin> bins,
    String reason) {

  /** Whether data differs from its reference. */
  public enum Verdict {
    /** It differs, clearly and by at least the least effect that matters. */
    DRIFT,
    /** It does not differ by as much as matters: shown, not only not refuted. */
    NO_DRIFT,
    /** The data leaves both possible. */
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
   * @param effectLow the lower end of its interval
   * @param effectHigh the upper end of its interval
   * @param minimumDetectableEffect what would have been found
   * @param binningError what bins may hide
   * @param psi the index
   * @param test the test
   * @param pValue the p-value
   * @param adjustedPValue the adjusted p-value
   * @param referenceRows the reference's values
   * @param currentRows the current values
   * @param unseenShareChange the change of the unseen categories' share
   * @param missingShareChange the change of the missing share
   * @param bins the bins
   * @param reason the reason
   */
  public ColumnDrift {
    bins = List.copyOf(bins);
  }

  ColumnDrift withheld(String why) {
    return new ColumnDrift(
        name,
        role,
        Verdict.UNDECIDED,
        effect,
        effectLow,
        effectHigh,
        minimumDetectableEffect,
        binningError,
        psi,
        test,
        pValue,
        adjustedPValue,
        referenceRows,
        currentRows,
        unseenShareChange,
        missingShareChange,
        bins,
        why + "; by its figures alone: " + reason);
  }
}
