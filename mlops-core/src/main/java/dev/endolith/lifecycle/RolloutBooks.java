package dev.endolith.lifecycle;

import dev.endolith.Workspace;
import dev.endolith.data.CanonicalJson;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Change;
import dev.endolith.registry.Document;
import dev.endolith.serving.PredictionRecord;
import dev.endolith.serving.Rollout;
import dev.endolith.serving.RolloutDecision;
import dev.endolith.serving.RolloutRecord;
import dev.endolith.serving.RolloutTally;
import dev.endolith.serving.ServiceHealth;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout keeps in the workspace besides the loop's own state: how each node serves, and
 * what was decided. Driven by one thread at a time.
 */
final class RolloutBooks {
  private static final double SAME_SHARE = 1e-9;

  private final Workspace workspace;
  private final String name;
  private final Rollout rollout;
  private @Nullable String node;
  private @Nullable ServiceHealth published;

  RolloutBooks(Workspace workspace, String name, Rollout rollout) {
    this.workspace = workspace;
    this.name = name;
    this.rollout = rollout;
  }

  /** The share that the challenger has now, on any node. */
  double share() {
    int step =
        workspace
            .state()
            .get("loop." + name)
            .map(document -> CanonicalJson.read(document.json(), LoopState.class).tally().step())
            .orElse(0);
    return rollout.steps().get(Math.min(step, rollout.steps().size() - 1));
  }

  /** Leaves what this node counted where the node that decides finds it. */
  void publish(Optional<ServiceHealth> health) {
    if (health.isEmpty() || health.get().equals(published)) {
      return;
    }
    if (node == null) {
      node = workspace.ids().next().toString();
    }
    String document = healthOf(health.get().version()) + node;
    long revision = workspace.state().get(document).map(Document::revision).orElse(0L);
    Document unused = workspace.state().put(document, revision, CanonicalJson.write(health.get()));
    published = health.get();
  }

  /** Takes in what all nodes counted. */
  RolloutTally served(RolloutTally tally, long candidate) {
    Optional<ServiceHealth> total =
        workspace.state().names(healthOf(candidate)).stream()
            .flatMap(document -> workspace.state().get(document).stream())
            .map(document -> CanonicalJson.read(document.json(), ServiceHealth.class))
            .reduce(ServiceHealth::plus);
    return total.isEmpty()
        ? tally
        : tally.served(
            total.get(), new SplittableRandom(candidate + total.get().challenger().requests()));
  }

  /** The step at which a prediction was made, by the share that it was drawn with. */
  OptionalInt step(RolloutTally tally, PredictionRecord prediction) {
    String arm = prediction.assignment().arm();
    if (!prediction.assignment().experiment().isEmpty()
        || !(arm.equals(Alias.CHAMPION) || arm.equals(Alias.CHALLENGER))) {
      return OptionalInt.empty();
    }
    double propensity = prediction.assignment().propensity();
    double share = ofChallenger(prediction) ? propensity : 1 - propensity;
    for (int step = 0; step <= tally.step() && step < rollout.steps().size(); step++) {
      if (Math.abs(rollout.steps().get(step) - share) < SAME_SHARE) {
        return OptionalInt.of(step);
      }
    }
    return OptionalInt.empty();
  }

  boolean ofChallenger(PredictionRecord prediction) {
    return prediction.assignment().arm().equals(Alias.CHALLENGER);
  }

  /** Keeps a decision with all that it rests on. */
  Change record(RolloutDecision decision, long candidate, long champion, RolloutTally tally) {
    String document = RolloutRecord.document(name, candidate);
    long revision = workspace.state().get(document).map(Document::revision).orElse(0L);
    RolloutRecord record =
        new RolloutRecord(
            decision.getClass().getSimpleName(),
            candidate,
            champion,
            workspace.clock().instant(),
            decision.evidence(),
            rollout,
            tally);
    return new Change.PutDocument(document, revision, CanonicalJson.write(record));
  }

  private String healthOf(long candidate) {
    return RolloutRecord.document(name, candidate) + ".health.";
  }
}
