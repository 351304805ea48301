package dev.endolith.serving;

import dev.endolith.data.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which loaded versions answer, as one value that is replaced as a whole. A challenger's salt names
 * deployment and version, so that each rollout draws its own sample of keys.
 *
 * @param generations the generations of the aliases that this follows
 * @param plain whether only the champion answers
 */
record Routing<X, Y>(
    Choice<X, Y> champion,
    @Nullable Choice<X, Y> challenger,
    double share,
    String salt,
    @Nullable RolloutMeter meter,
    List<ExperimentArms<X, Y>> experiments,
    @Nullable BanditArms<X, Y> bandit,
    @Nullable ModelSlot<X, Y> previous,
    @Nullable ModelSlot<X, Y> shadow,
    Map<String, Long> generations,
    boolean plain) {

  static <X, Y> Routing<X, Y> none() {
    return new Routing<>(
        new Choice<>(null, 0, Route.CHAMPION, Assignment.NONE),
        null,
        0,
        "",
        null,
        List.of(),
        null,
        null,
        null,
        Map.of(),
        true);
  }

  /** Of one version that no alias was asked for; whatever the aliases say replaces it. */
  static <X, Y> Routing<X, Y> kept(Choice<X, Y> champion) {
    return new Routing<>(
        champion, null, 0, "", null, List.of(), null, null, null, Map.of("", -1L), true);
  }

  /** The way of a request: the first experiment that wants its key, the bandit, or the rollout. */
  Choice<X, Y> choose(String key, Id id) {
    if (plain) {
      return champion;
    }
    String unit = key.isEmpty() ? id.toString() : key;
    for (ExperimentArms<X, Y> experiment : experiments) {
      Choice<X, Y> arm = experiment.choose(unit);
      if (arm != null) {
        return arm;
      }
    }
    if (bandit != null) {
      return bandit.choose(id);
    }
    return challenger != null && Bucket.inShare(salt, unit, share) ? challenger : champion;
  }

  @Nullable ModelSlot<X, Y> challengerSlot() {
    return challenger == null ? null : challenger.slot();
  }

  /** All loaded versions, each once, the champion first. */
  List<ModelSlot<X, Y>> slots() {
    List<ModelSlot<X, Y>> slots = serving();
    add(slots, previous);
    add(slots, shadow);
    return slots;
  }

  /** The versions that answer, each once: champion, challenger, arms. */
  List<ModelSlot<X, Y>> serving() {
    List<ModelSlot<X, Y>> slots = new ArrayList<>(4);
    add(slots, champion.slot());
    add(slots, challengerSlot());
    for (ExperimentArms<X, Y> experiment : experiments) {
      experiment.choices().forEach(choice -> add(slots, choice.slot()));
    }
    if (bandit != null) {
      bandit.slots().forEach(slot -> add(slots, slot));
    }
    return slots;
  }

  private static <X, Y> void add(List<ModelSlot<X, Y>> slots, @Nullable ModelSlot<X, Y> slot) {
    if (slot != null && !slots.contains(slot)) {
      slots.add(slot);
    }
  }
}
