package dev.endolith.monitoring.drift;

/**
 * Compares two samples of categories, given as counts. Implementations are immutable and
 * thread-safe, and total for valid counts.
 *
 * <pre>{@code
 * // how often each of three categories occurred
 * TestResult result = ChiSquare.create().compare(new long[] {50, 30, 20}, new long[] {40, 35, 25});
 * }</pre>
 */
@FunctionalInterface
public interface CategoricalTest {
  /**
   * Compares two samples. Neither array is changed.
   *
   * @param reference how often each category occurred in the sample that says how it should be
   * @param current how often each category occurred in the sample that is judged; entry i is of the
   *     same category as entry i of {@code reference}. A category that is new, or gone, has a zero
   *     on the other side.
   * @return the result; with {@link TestResult#enoughData()} false where a sample is empty
   * @throws IllegalArgumentException if the lengths differ, a count is negative, or a sample's
   *     total exceeds {@link Long#MAX_VALUE}
   */
  TestResult compare(long[] reference, long[] current);
}
