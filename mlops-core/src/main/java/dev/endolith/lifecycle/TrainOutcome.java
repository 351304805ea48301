package dev.endolith.lifecycle;

import dev.endolith.registry.GateResult;
import java.util.List;

/** What came of a training. */
public sealed interface TrainOutcome {
  /**
   * The version that was registered.
   *
   * @return its number
   */
  long version();

  /**
   * What the gates decided.
   *
   * @return the results, in the order of the gates
   */
  List<GateResult> gates();

  /**
   * The version is the champion.
   *
   * @param version its number
   * @param gates what the gates decided
   */
  record Promoted(long version, List<GateResult> gates) implements TrainOutcome {}

  /**
   * The version answers its share of keys.
   *
   * @param version its number
   * @param gates what the gates decided
   */
  record RollingOut(long version, List<GateResult> gates) implements TrainOutcome {}

  /**
   * The version waits for a person's approval.
   *
   * @param version its number
   * @param gates what the gates decided
   */
  record AwaitingApproval(long version, List<GateResult> gates) implements TrainOutcome {}

  /**
   * A gate refused the version; it stays a draft.
   *
   * @param version its number
   * @param gates what the gates decided; at least one did not pass
   */
  record Refused(long version, List<GateResult> gates) implements TrainOutcome {}
}
