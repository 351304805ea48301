package dev.endolith.serving;

import dev.endolith.error.EndolithException;
import dev.endolith.registry.Alias;
import dev.endolith.registry.KeptModel;
import dev.endolith.registry.LastKnownGood;
import dev.endolith.registry.Models;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the next routing of where the aliases point: loads what is not loaded, and keeps what is.
 * Confined to the thread that swaps.
 */
final class Follower<X, Y> {
  private final String name;
  private final Models models;
  private final ModelLoader<X, Y> loader;
  private final @Nullable Canary canary;
  private final long budgetNanos;
  private final LongSupplier nanoTime;
  private final List<Experiment> experiments;
  private final @Nullable BanditMemory bandit;
  private final @Nullable String shadow;
  private final boolean previous;
  private final @Nullable VersionContracts<X> contracts;

  Follower(DeploymentBuilder<X, Y> builder) {
    this.name = builder.name;
    this.models = builder.models;
    this.loader = new ModelLoader<>(models, builder.task, builder.warmUp(), builder.guards);
    this.canary = builder.canary;
    Duration budget = builder.latencyBudget;
    this.budgetNanos = budget == null ? 0 : Math.max(1, budget.toNanos());
    this.nanoTime = builder.nanoTime;
    this.experiments = List.copyOf(builder.experiments);
    this.bandit = builder.bandit;
    this.shadow = builder.shadow;
    this.previous = builder.previous;
    this.contracts = builder.contracts;
  }

  /** What serves while the aliases cannot be asked. */
  Optional<Routing<X, Y>> kept(LastKnownGood copies, Consumer<KeptModel<X, Y>> current) {
    return loader.loadKept(name, copies, contracts, current).map(Routing::kept);
  }

  /** The next routing, and why something optional is missing in it. */
  record Next<X, Y>(Routing<X, Y> routing, Optional<String> problem) {}

  /**
   * The next routing.
   *
   * @throws EndolithException if the champion cannot be found or loaded; nothing changes
   */
  Next<X, Y> next(Routing<X, Y> before) {
    Map<String, Alias> aliases = aliases();
    Map<String, Long> generations = new HashMap<>();
    aliases.forEach((alias, move) -> generations.put(alias, move.generation()));
    double share = canary == null ? 0 : canary.share().getAsDouble();
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a canary's share must be in [0, 1], was " + share);
    }
    if (before.generations().equals(generations) && before.share() == share) {
      return new Next<>(before, Optional.empty());
    }
    Loading loading = new Loading(before.slots());
    try {
      return routing(before, aliases, generations, share, loading);
    } catch (RuntimeException e) {
      loading.abandon();
      throw e;
    }
  }

  private Next<X, Y> routing(
      Routing<X, Y> before,
      Map<String, Alias> aliases,
      Map<String, Long> generations,
      double share,
      Loading loading) {
    Alias first = aliases.get(Alias.CHAMPION);
    Alias second = canary == null ? null : aliases.get(canary.alias());
    ModelSlot<X, Y> champion = first == null ? null : loading.slot(first.version());
    List<String> problems = new ArrayList<>();
    // a challenger that cannot be used must not keep the champion from moving
    ModelSlot<X, Y> challenger =
        second == null ? null : loading.optional(second.version(), problems);
    boolean split = challenger != null && share > 0;
    Choice<X, Y> one =
        new Choice<>(
            champion,
            generation(first),
            Route.CHAMPION,
            split && share < 1 ? new Assignment("", Alias.CHAMPION, 1 - share) : Assignment.NONE);
    Choice<X, Y> other =
        challenger == null
            ? null
            : new Choice<>(
                challenger,
                generation(second),
                Route.CANARY,
                split ? new Assignment("", Alias.CHALLENGER, share) : Assignment.NONE);
    List<ExperimentArms<X, Y>> arms = new ArrayList<>();
    for (Experiment experiment : experiments) {
      List<ModelSlot<X, Y>> slots = slots(experiment.arms(), aliases, loading, problems);
      if (slots.size() == experiment.arms().size()) {
        arms.add(new ExperimentArms<>(experiment, choices(experiment, aliases, slots)));
      }
    }
    BanditArms<X, Y> choice = null;
    if (bandit != null) {
      List<Experiment.Arm> wanted = bandit.bandit().arms();
      List<ModelSlot<X, Y>> slots = slots(wanted, aliases, loading, problems);
      if (slots.size() == wanted.size()) {
        choice =
            new BanditArms<>(
                bandit,
                slots,
                wanted.stream().map(arm -> generation(aliases.get(arm.alias()))).toList());
      }
    }
    Alias behind = shadow == null ? null : aliases.get(shadow);
    ModelSlot<X, Y> shadowed = behind == null ? null : loading.optional(behind.version(), problems);
    return new Next<>(
        new Routing<>(
            one,
            other,
            share,
            name + (second == null ? "" : "." + second.version()) + ":",
            meter(before, challenger),
            List.copyOf(arms),
            choice,
            previous(first, loading, problems),
            shadowed,
            // what could not be loaded is tried again at the next look
            problems.isEmpty() ? Map.copyOf(generations) : Map.of(),
            !split && arms.isEmpty() && choice == null),
        problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems)));
  }

  private Map<String, Alias> aliases() {
    Map<String, Alias> found = new HashMap<>();
    find(Alias.CHAMPION, found);
    if (canary != null) {
      find(canary.alias(), found);
    }
    if (shadow != null) {
      find(shadow, found);
    }
    experiments.forEach(e -> e.arms().forEach(arm -> find(arm.alias(), found)));
    if (bandit != null) {
      bandit.bandit().arms().forEach(arm -> find(arm.alias(), found));
    }
    return found;
  }

  private void find(String alias, Map<String, Alias> found) {
    if (!found.containsKey(alias)) {
      models.alias(name, alias).ifPresent(move -> found.put(alias, move));
    }
  }

  /**
   * The arms' versions in order; fewer if an alias points nowhere or its version cannot be loaded.
   */
  private List<ModelSlot<X, Y>> slots(
      List<Experiment.Arm> arms,
      Map<String, Alias> aliases,
      Loading loading,
      List<String> problems) {
    List<ModelSlot<X, Y>> slots = new ArrayList<>();
    for (Experiment.Arm arm : arms) {
      Alias alias = aliases.get(arm.alias());
      ModelSlot<X, Y> slot = alias == null ? null : loading.optional(alias.version(), problems);
      if (slot != null) {
        slots.add(slot);
      }
    }
    return slots;
  }

  private List<Choice<X, Y>> choices(
      Experiment experiment, Map<String, Alias> aliases, List<ModelSlot<X, Y>> slots) {
    double total = experiment.arms().stream().mapToLong(Experiment.Arm::weight).sum();
    List<Choice<X, Y>> choices = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      Experiment.Arm arm = experiment.arms().get(i);
      // an arm of weight 0 answers only those who are remembered in it, with the propensity of then
      double propensity = Math.max(Double.MIN_NORMAL, arm.weight() / total);
      choices.add(
          new Choice<>(
              slots.get(i),
              generation(aliases.get(arm.alias())),
              Route.EXPERIMENT,
              new Assignment(experiment.name(), arm.name(), propensity)));
    }
    return choices;
  }

  private @Nullable RolloutMeter meter(Routing<X, Y> before, @Nullable ModelSlot<X, Y> challenger) {
    if (challenger == null) {
      return null;
    }
    RolloutMeter running = before.meter();
    return running != null && running.version() == challenger.version()
        ? running
        : new RolloutMeter(challenger.version(), budgetNanos, nanoTime);
  }

  private @Nullable ModelSlot<X, Y> previous(
      @Nullable Alias champion, Loading loading, List<String> problems) {
    if (!previous || champion == null) {
      return null;
    }
    long version = 0;
    for (Alias move : models.history(name, Alias.CHAMPION)) {
      if (move.version() != champion.version() && move.version() != 0) {
        version = move.version();
      }
    }
    return version == 0 ? null : loading.optional(version, problems);
  }

  private static long generation(@Nullable Alias alias) {
    return alias == null ? 0 : alias.generation();
  }

  /** Versions by number: those that are loaded, and those that this look loads. */
  private final class Loading {
    private final Map<Long, ModelSlot<X, Y>> slots = new HashMap<>();
    private final List<ModelSlot<X, Y>> fresh = new ArrayList<>();

    Loading(List<ModelSlot<X, Y>> loaded) {
      for (ModelSlot<X, Y> slot : loaded) {
        if (!slot.loaded().lastKnownGood()) {
          slots.put(slot.version(), slot);
        }
      }
    }

    ModelSlot<X, Y> slot(long version) {
      ModelSlot<X, Y> loaded = slots.get(version);
      if (loaded == null) {
        if (contracts != null) {
          contracts.load(version); // contract hook: it must be there before the version answers
        }
        loaded = loader.load(models.get(name, version));
        slots.put(version, loaded);
        fresh.add(loaded);
      }
      return loaded;
    }

    @Nullable ModelSlot<X, Y> optional(long version, List<String> problems) {
      try {
        return slot(version);
      } catch (RuntimeException e) { // of any kind: stores and formats may be of a third party
        problems.add(e.getMessage() == null ? e.getClass().getName() : e.getMessage());
        return null;
      }
    }

    /** The routing is not used: what was loaded for it is closed. */
    void abandon() {
      fresh.forEach(ModelSlot::retire);
    }
  }
}
