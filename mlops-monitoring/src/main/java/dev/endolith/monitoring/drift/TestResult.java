package dev.endolith.monitoring.drift;

/**
 * What a test found: never a bare yes or no, but how large, how sure, from how much and how.
 * Immutable.
 *
 * @param method the test and its variant, such as {@code "Kolmogorov-Smirnov (exact)"}
 * @param statistic the test statistic, NaN where there was not enough data
 * @param pValue the probability, if nothing changed, of a statistic at least as extreme; in [0, 1],
 *     or NaN where the method has none or there was not enough data
 * @param effectSize how large the difference is on a scale that does not grow with the sample;
 *     which one, the test says. NaN where there was not enough data.
 * @param effectLow the lower end of the effect's 95 % confidence interval, NaN where the test has
 *     none, or was not asked to draw the samples again for it
 * @param effectHigh the upper end, NaN as the lower
 * @param minimumDetectableEffect the least effect, as a distance from no difference on the scale of
 *     {@code effectSize}, that the test at the level 0.05 finds with a probability of 0.8 in
 *     samples of these sizes: what a result without an alarm leaves possible. Approximate; infinite
 *     where even the greatest effect would be missed, NaN where the test has none
 * @param referenceSize the number of values of the reference that took part, at least 0
 * @param currentSize the number of values of the current sample that took part, at least 0
 * @param referenceMissing the number of values of the reference that were left out as NaN
 * @param currentMissing the number of values of the current sample that were left out as NaN
 * @param enoughData whether the samples allowed an answer; if not, statistic, p-value and effect
 *     are NaN
 */
public record TestResult(
    String method,
    double statistic,
    double pValue,
    double effectSize,
    double effectLow,
    double effectHigh,
    double minimumDetectableEffect,
    long referenceSize,
    long currentSize,
    long referenceMissing,
    long currentMissing,
    boolean enoughData) {

  /** What follows from a result at a given level. */
  public enum Verdict {
    /** The p-value is at most the level: the samples are held to differ. */
    DIFFERENT,
    /**
     * The p-value is above the level: no difference was shown, which does not show that there is
     * none.
     */
    NOT_SHOWN,
    /** There is no p-value to decide by: not enough data, or a method that has none. */
    UNDECIDED
  }

  /**
   * Checks the ranges.
   *
   * @param method the test and its variant
   * @param statistic the test statistic, or NaN
   * @param pValue the p-value, or NaN
   * @param effectSize the effect, or NaN
   * @param effectLow the lower end of its interval, or NaN
   * @param effectHigh the upper end of its interval, or NaN
   * @param minimumDetectableEffect the least effect that would be found, or NaN
   * @param referenceSize the number of values of the reference that took part
   * @param currentSize the number of values of the current sample that took part
   * @param referenceMissing the number of NaN in the reference
   * @param currentMissing the number of NaN in the current sample
   * @param enoughData whether the samples allowed an answer
   * @throws IllegalArgumentException if {@code pValue} is neither NaN nor in [0, 1], or a size or a
   *     missing count is negative, or {@code enoughData} is false and a figure is not NaN
   */
  public TestResult {
    if (pValue < 0 || pValue > 1) {
      throw new IllegalArgumentException("pValue must be in [0, 1] or NaN, was " + pValue);
    }
    if (referenceSize < 0 || currentSize < 0 || referenceMissing < 0 || currentMissing < 0) {
      throw new IllegalArgumentException(
          "sizes and missing counts must not be negative, were "
              + referenceSize
              + ", "
              + currentSize
              + ", "
              + referenceMissing
              + ", "
              + currentMissing);
    }
    if (!enoughData
        && !(Double.isNaN(statistic) && Double.isNaN(pValue) && Double.isNaN(effectSize))) {
      throw new IllegalArgumentException(
          "statistic, pValue and effectSize must be NaN without enough data, were "
              + statistic
              + ", "
              + pValue
              + ", "
              + effectSize);
    }
  }

  /**
   * Makes a result whose effect has an interval, of a test without a minimum detectable effect.
   *
   * @param method the test and its variant
   * @param statistic the test statistic, or NaN
   * @param pValue the p-value, or NaN
   * @param effectSize the effect, or NaN
   * @param effectLow the lower end of its interval, or NaN
   * @param effectHigh the upper end of its interval, or NaN
   * @param referenceSize the number of values of the reference that took part
   * @param currentSize the number of values of the current sample that took part
   * @param referenceMissing the number of NaN in the reference
   * @param currentMissing the number of NaN in the current sample
   * @param enoughData whether the samples allowed an answer
   * @throws IllegalArgumentException as the full constructor
   */
  public TestResult(
      String method,
      double statistic,
      double pValue,
      double effectSize,
      double effectLow,
      double effectHigh,
      long referenceSize,
      long currentSize,
      long referenceMissing,
      long currentMissing,
      boolean enoughData) {
    this(
        method,
        statistic,
        pValue,
        effectSize,
        effectLow,
        effectHigh,
        Double.NaN,
        referenceSize,
        currentSize,
        referenceMissing,
        currentMissing,
        enoughData);
  }

  /**
   * Makes a result whose effect has no interval.
   *
   * @param method the test and its variant
   * @param statistic the test statistic, or NaN
   * @param pValue the p-value, or NaN
   * @param effectSize the effect, or NaN
   * @param referenceSize the number of values of the reference that took part
   * @param currentSize the number of values of the current sample that took part
   * @param referenceMissing the number of NaN in the reference
   * @param currentMissing the number of NaN in the current sample
   * @param enoughData whether the samples allowed an answer
   * @throws IllegalArgumentException as the constructor with an interval
   */
  public TestResult(
      String method,
      double statistic,
      double pValue,
      double effectSize,
      long referenceSize,
      long currentSize,
      long referenceMissing,
      long currentMissing,
      boolean enoughData) {
    this(
        method,
        statistic,
        pValue,
        effectSize,
        Double.NaN,
        Double.NaN,
        referenceSize,
        currentSize,
        referenceMissing,
        currentMissing,
        enoughData);
  }

  /** The same result, with what the test would have found. */
  TestResult detecting(double least) {
    return withEffect(effectLow, effectHigh, least);
  }

  /** The same result, with the effect's interval and what the test would have found. */
  TestResult withEffect(double low, double high, double least) {
    return new TestResult(
        method,
        statistic,
        pValue,
        effectSize,
        low,
        high,
        least,
        referenceSize,
        currentSize,
        referenceMissing,
        currentMissing,
        enoughData);
  }

  /** The same result, of samples of which so many values were left out. */
  TestResult missing(long ofReference, long ofCurrent) {
    return new TestResult(
        method,
        statistic,
        pValue,
        effectSize,
        effectLow,
        effectHigh,
        minimumDetectableEffect,
        referenceSize,
        currentSize,
        ofReference,
        ofCurrent,
        enoughData);
  }

  /**
   * Returns a result that says that the samples did not allow an answer.
   *
   * @param method the test
   * @param referenceSize the number of usable values of the reference
   * @param currentSize the number of usable values of the current sample
   * @param referenceMissing the number of NaN in the reference
   * @param currentMissing the number of NaN in the current sample
   * @return a result with NaN figures
   * @throws IllegalArgumentException if a number is negative
   */
  public static TestResult notEnoughData(
      String method,
      long referenceSize,
      long currentSize,
      long referenceMissing,
      long currentMissing) {
    return new TestResult(
        method,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        referenceSize,
        currentSize,
        referenceMissing,
        currentMissing,
        false);
  }

  /**
   * Decides at a level.
   *
   * @param alpha the accepted probability of a false alarm, in (0, 1); for several tests at once,
   *     adjust the p-values by a {@link Correction} first and compare those
   * @return the verdict; {@link Verdict#UNDECIDED} if the p-value is NaN
   * @throws IllegalArgumentException if {@code alpha} is not in (0, 1)
   */
  public Verdict verdict(double alpha) {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha must be in (0, 1), was " + alpha);
    }
    if (Double.isNaN(pValue)) {
      return Verdict.UNDECIDED;
    }
    return pValue <= alpha ? Verdict.DIFFERENT : Verdict.NOT_SHOWN;
  }
}
