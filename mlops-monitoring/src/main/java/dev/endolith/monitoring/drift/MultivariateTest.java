package dev.endolith.monitoring.drift;

/**
 * Compares two samples of rows as wholes, so that it also sees a change of how columns go together.
 * Implementations are immutable and thread-safe, and total: no rows of one width make {@link
 * #compare} throw.
 *
 * <pre>{@code
 * TestResult result = Mmd.create().compare(embeddingsAtTraining, embeddingsToday);
 * }</pre>
 */
@FunctionalInterface
public interface MultivariateTest {
  /**
   * Compares two samples. No array is changed.
   *
   * @param reference the rows that say how it should be, of one width, which may be 0. A row with a
   *     value that is NaN or infinite has no place in space: it is left out and counted in {@link
   *     TestResult#referenceMissing()}
   * @param current the rows that are judged, of the same width; the same rules hold
   * @return the result; with {@link TestResult#enoughData()} false where a sample has too few rows,
   *     which is two unless the implementation says otherwise
   * @throws IllegalArgumentException if rows differ in width
   */
  TestResult compare(double[][] reference, double[][] current);
}
