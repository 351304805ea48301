package dev.endolith.monitoring.drift;

/**
 * Compares two samples of numbers. Implementations are immutable and thread-safe, and total: no
 * sample makes {@link #compare} throw.
 *
 * <pre>{@code
 * TestResult result = KolmogorovSmirnov.create().compare(training, today);
 * boolean drifted = result.verdict(0.01) == TestResult.Verdict.DIFFERENT;
 * }</pre>
 */
@FunctionalInterface
public interface TwoSampleTest {
  /**
   * Compares two samples. Neither array is changed.
   *
   * @param reference the sample that says how it should be, in any order. NaN means missing: it is
   *     left out and counted in {@link TestResult#referenceMissing()}. Infinities are ordinary
   *     values beyond all others, unless an implementation says otherwise.
   * @param current the sample that is judged; the same rules hold
   * @return the result; with {@link TestResult#enoughData()} false where a sample has too few
   *     values that are not NaN
   */
  TestResult compare(double[] reference, double[] current);
}
