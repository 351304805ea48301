package dev.endolith.serving;

import dev.endolith.sequential.Moments;
import dev.endolith.sequential.PairedEProcess;
import java.util.Map;

/**
 * How a shadow's answers compare with those that were given. Immutable.
 *
 * @param version the shadow's number, 0 if none is loaded
 * @param compared rows that both answered
 * @param agreed rows on which the value is the same
 * @param failed rows that the shadow failed to answer
 * @param lost rows that it was not asked, because it was behind
 * @param flips how often it answered otherwise, by {@code given -> shadow's}
 * @param distance half the sum of absolute differences of scores (the total variation, in [0, 1]),
 *     or the absolute difference of predicted numbers
 * @param lossDifference the shadow's loss less that of the answer given, on labelled rows: half the
 *     squared distance of the scores from the truth, or the squared error
 * @param errors wrong labels of both on labelled rows, row by row; of a classification
 */
public record ShadowComparison(
    long version,
    long compared,
    long agreed,
    long failed,
    long lost,
    Map<String, Long> flips,
    Moments distance,
    Moments lossDifference,
    PairedEProcess errors) {
  /** Nothing was compared yet. */
  static final ShadowComparison NONE =
      new ShadowComparison(
          0, 0, 0, 0, 0, Map.of(), Moments.EMPTY, Moments.EMPTY, PairedEProcess.EMPTY);

  /**
   * Copies the map.
   *
   * @param version the shadow's number, 0 if none is loaded
   * @param compared rows that both answered
   * @param agreed rows on which the value is the same
   * @param failed rows that the shadow failed to answer
   * @param lost rows that it was not asked, because it was behind
   * @param flips how often it answered otherwise
   * @param distance the distance of the scores
   * @param lossDifference the shadow's loss less that of the answer given
   * @param errors wrong labels of both on labelled rows
   */
  public ShadowComparison {
    flips = Map.copyOf(flips);
  }
}
