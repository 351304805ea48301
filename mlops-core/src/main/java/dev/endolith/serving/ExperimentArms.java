package dev.endolith.serving;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An experiment whose arms are loaded: one choice an arm, made once. */
record ExperimentArms<X, Y>(Experiment experiment, List<Choice<X, Y>> choices) {
  /** The arm of a unit, null if it takes no part. */
  @Nullable Choice<X, Y> choose(String unit) {
    Layer layer = experiment.layer();
    if (layer != null && !layer.contains(unit)) {
      return null;
    }
    AssignmentStore store = experiment.store();
    if (store == null) {
      return drawn(unit);
    }
    Assignment known =
        store
            .find(experiment.name(), experiment.bucketVersion(), unit)
            .orElseGet(
                () -> store.remember(experiment.bucketVersion(), unit, drawn(unit).assignment()));
    for (Choice<X, Y> choice : choices) {
      if (choice.assignment().arm().equals(known.arm())) {
        // the propensity is that of the draw, whatever the weights are now
        return choice.assignment().equals(known)
            ? choice
            : new Choice<>(choice.slot(), choice.generation(), choice.route(), known);
      }
    }
    return drawn(unit); // its arm is not in the experiment any more
  }

  private Choice<X, Y> drawn(String unit) {
    int[] weights = experiment.arms().stream().mapToInt(Experiment.Arm::weight).toArray();
    String seed =
        experiment.bucketVersion() == 1
            ? experiment.name()
            : experiment.name() + "." + experiment.bucketVersion();
    return choices.get(experiment.bucketing().arm(seed, unit, weights));
  }
}
