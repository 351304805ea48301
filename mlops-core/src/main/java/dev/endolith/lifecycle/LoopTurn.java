package dev.endolith.lifecycle;

import dev.endolith.event.Alert;
import dev.endolith.serving.RolloutDecision;
import java.util.List;

/**
 * What one turn of the loop did. Immutable.
 *
 * @param entries how many entries of the prediction log it saw
 * @param alerts the alerts that were raised, in order
 * @param trainings the trainings that were done, in order
 * @param decisions the rollouts that were decided, in order
 */
public record LoopTurn(
    long entries,
    List<Alert> alerts,
    List<TrainOutcome> trainings,
    List<RolloutDecision> decisions) {
  /**
   * Copies the lists.
   *
   * @param entries how many entries of the prediction log it saw
   * @param alerts the alerts that were raised, in order
   * @param trainings the trainings that were done, in order
   * @param decisions the rollouts that were decided, in order
   */
  public LoopTurn {
    alerts = List.copyOf(alerts);
    trainings = List.copyOf(trainings);
    decisions = List.copyOf(decisions);
  }
}
