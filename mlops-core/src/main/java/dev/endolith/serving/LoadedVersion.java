package dev.endolith.serving;

import dev.endolith.model.Execution;
import java.time.Instant;
import java.util.Optional;

/**
 * A version that is loaded here, and how far it was tried before it took traffic. Immutable.
 *
 * @param version its number
 * @param samples how many recorded samples it answered as at training
 * @param warmUpAnswers how many answers it gave before it took traffic
 * @param warmUpProblem why it was not warmed up until its answers' times settled, empty if it was
 * @param keptAt when this node's own copy was made from the workspace, if it came from there
 *     because the workspace could not be reached; empty if it came from the workspace
 * @param execution how it computes: a translation that answered the recorded samples as the
 *     original does, or the original, and why
 */
public record LoadedVersion(
    long version,
    int samples,
    long warmUpAnswers,
    Optional<String> warmUpProblem,
    Optional<Instant> keptAt,
    Execution execution) {
  /**
   * Whether it came from this node's own copy, because the workspace could not be reached.
   *
   * @return whether it did
   */
  public boolean lastKnownGood() {
    return keptAt.isPresent();
  }
}
