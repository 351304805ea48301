package dev.endolith.lifecycle;

import dev.endolith.event.Alert;
import dev.endolith.registry.GateResult;
import dev.endolith.serving.RolloutTally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the loop of one model stands: a document of the workspace, from which any process can go
 * on.
 *
 * @param phase what the loop is doing
 * @param cursor the last entry of the prediction log that was seen
 * @param candidate the version that is being tried, 0 if none
 * @param gates what the gates said of the candidate
 * @param rolloutFrom predictions logged after it count for the rollout
 * @param tally the losses of the rollout
 * @param training the id of the training run that was decided on, empty if none
 * @param cutoff what was known when it was decided: the training sees nothing later
 * @param trigger why it was decided
 * @param alerts the latest alerts, oldest first
 */
record LoopState(
    Phase phase,
    long cursor,
    long candidate,
    List<GateResult> gates,
    long rolloutFrom,
    RolloutTally tally,
    String training,
    Instant cutoff,
    String trigger,
    List<Alert> alerts) {
  /** More alerts than a person reads; older ones are in the monitor's own history. */
  private static final int MAX_ALERTS = 200;

  static final LoopState NEW =
      new LoopState(
          Phase.WATCHING, 0, 0, List.of(), 0, RolloutTally.EMPTY, "", Instant.EPOCH, "", List.of());

  /** What the loop is doing. */
  enum Phase {
    /** It watches the champion. */
    WATCHING,
    /** A training was decided on. */
    TRAINING,
    /** A version waits for a person. */
    AWAITING_APPROVAL,
    /** A version answers its share. */
    ROLLING_OUT
  }

  LoopState at(long sequence, RolloutTally losses) {
    return new LoopState(
        phase, sequence, candidate, gates, rolloutFrom, losses, training, cutoff, trigger, alerts);
  }

  LoopState watching() {
    return new LoopState(
        Phase.WATCHING, cursor, 0, List.of(), 0, RolloutTally.EMPTY, "", Instant.EPOCH, "", alerts);
  }

  LoopState training(String run, Instant known, String why) {
    return new LoopState(
        Phase.TRAINING, cursor, 0, List.of(), 0, RolloutTally.EMPTY, run, known, why, alerts);
  }

  LoopState trying(Phase next, long version, List<GateResult> results, long from, Instant since) {
    return new LoopState(
        next,
        cursor,
        version,
        results,
        from,
        RolloutTally.startingAt(since),
        "",
        Instant.EPOCH,
        trigger,
        alerts);
  }

  LoopState alerted(List<Alert> raised) {
    List<Alert> all = new ArrayList<>(alerts);
    all.addAll(raised);
    return new LoopState(
        phase,
        cursor,
        candidate,
        gates,
        rolloutFrom,
        tally,
        training,
        cutoff,
        trigger,
        List.copyOf(all.subList(Math.max(0, all.size() - MAX_ALERTS), all.size())));
  }
}
