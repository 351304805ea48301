package dev.endolith.serving;

import dev.endolith.sequential.TwoSampleEProcess;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the health of service says of a challenger. Immutable.
 *
 * @param champion the champion's counts that were seen
 * @param challenger the challenger's counts that were seen
 * @param errors evidence that the challenger fails more often
 * @param slow evidence that the challenger is slow more often
 */
public record ServiceEvidence(
    ServiceCounts champion,
    ServiceCounts challenger,
    TwoSampleEProcess errors,
    TwoSampleEProcess slow) {
  /** Nothing was seen yet. */
  public static final ServiceEvidence NONE =
      new ServiceEvidence(
          ServiceCounts.NONE, ServiceCounts.NONE, TwoSampleEProcess.EMPTY, TwoSampleEProcess.EMPTY);

  static ServiceEvidence orNone(@Nullable ServiceEvidence evidence) {
    return evidence == null ? NONE : evidence;
  }

  /** Takes in what was counted since the last look; waits until both sides were asked. */
  ServiceEvidence seen(ServiceHealth total, RandomGenerator random) {
    ServiceCounts x = total.champion().minus(champion);
    ServiceCounts y = total.challenger().minus(challenger);
    if (x.requests() <= 0 || y.requests() <= 0) {
      return this;
    }
    return new ServiceEvidence(
        total.champion(),
        total.challenger(),
        errors.plus(x.requests(), x.errors(), y.requests(), y.errors(), random),
        slow.plus(x.requests(), x.slow(), y.requests(), y.slow(), random));
  }
}
