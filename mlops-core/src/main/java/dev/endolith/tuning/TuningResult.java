package dev.endolith.tuning;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a study found. Immutable.
 *
 * @param trials all trials that ended, in the order of proposals
 * @param stopped why it ended
 */
public record TuningResult(List<TrialResult> trials, Stop stopped) {
  /** Why a study ended. */
  public enum Stop {
    /** The search was through. */
    DONE,
    /** The deadline passed. */
    DEADLINE,
    /** The budget was spent. */
    BUDGET
  }

  /**
   * Copies the trials.
   *
   * @param trials all trials that ended, in the order of proposals
   * @param stopped why it ended
   */
  public TuningResult {
    trials = List.copyOf(trials);
  }

  /**
   * The best trial: of those with the greatest resource, because losses with less are not
   * comparable, the one of the least loss; of equals the first.
   *
   * @return the trial, empty if all failed
   */
  public Optional<TrialResult> best() {
    int most =
        trials.stream()
            .filter(TrialResult::succeeded)
            .mapToInt(TrialResult::resource)
            .max()
            .orElse(0);
    return trials.stream()
        .filter(trial -> trial.succeeded() && trial.resource() == most)
        .min(Comparator.comparingDouble(TrialResult::loss).thenComparing(TrialResult::number));
  }

  /**
   * How much was spent.
   *
   * @return the sum of the resources of all trials, failed ones too
   */
  public long spent() {
    return trials.stream().mapToLong(TrialResult::resource).sum();
  }
}
