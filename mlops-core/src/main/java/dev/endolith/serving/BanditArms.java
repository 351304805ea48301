package dev.endolith.serving;

import dev.endolith.data.Id;
import java.util.List;

/** A bandit whose arms are loaded. */
record BanditArms<X, Y>(BanditMemory memory, List<ModelSlot<X, Y>> slots, List<Long> generations) {
  Choice<X, Y> choose(Id id) {
    Bandit bandit = memory.bandit();
    double[] weights = memory.weights();
    // the id is unique, and hashed it is a uniform number: no generator to share between threads
    double place = Bucket.place(bandit.name() + ":", id.toString()) * 0x1p-32;
    int arm = 0;
    double sum = weights[0];
    while (arm < weights.length - 1 && place >= sum) {
      arm++;
      sum += weights[arm];
    }
    return new Choice<>(
        slots.get(arm),
        generations.get(arm),
        Route.BANDIT,
        new Assignment(
            bandit.name(),
            bandit.arms().get(arm).name(),
            Math.min(1, Math.max(Double.MIN_NORMAL, weights[arm]))));
  }

  /** The answer was given: its reward may come. */
  void answered(Id id, Assignment assignment) {
    List<Experiment.Arm> arms = memory.bandit().arms();
    for (int arm = 0; arm < arms.size(); arm++) {
      if (arms.get(arm).name().equals(assignment.arm())) {
        memory.await(id, arm);
      }
    }
  }
}
