package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.Workspace;
import dev.endolith.error.StorageException;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Document;
import dev.endolith.registry.Models;
import dev.endolith.registry.StateStore;
import dev.endolith.sequential.Moments;
import dev.endolith.serving.Constants.Ask;
import dev.endolith.tck.Contenders;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a bandit learnt outlives its process, and is shared between nodes. */
class BanditBookTest {
  private final Workspace workspace = Workspace.builder().format(new Constants.Format()).open();
  private final Models models = workspace.models();
  private final StateStore state = workspace.state();

  @BeforeEach
  void versions() {
    Constants.approved(models, "m", 0.7);
    Constants.approved(models, "m", 0.2);
    Constants.champion(models, "m", 1);
    models.move("m", "b", 2, "test");
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private DeploymentBuilder<Ask, Boolean> builder() {
    return Deployment.of("m", Constants.TASK, models);
  }

  @Test
  void bandit_withAStateStore_goesOnAfterARestart_andLearnsFromOtherNodes() {
    Bandit bandit =
        Bandit.of("offers", BanditPolicy.epsilonGreedy(0.1))
            .arm("a", Alias.CHAMPION)
            .arm("b", "b")
            .every(5);
    try (Deployment<Ask, Boolean> one = builder().bandit(bandit, state).build();
        Deployment<Ask, Boolean> two = builder().bandit(bandit, state).build()) {
      rewarded(one, 23);
      rewarded(two, 42);
      // two has seen what one had written when two wrote last
      assertThat(learnt(two)).isEqualTo(20 + 42);
    }
    // both wrote the rest when they were closed
    try (Deployment<Ask, Boolean> again = builder().bandit(bandit, state).build()) {
      assertThat(learnt(again)).isEqualTo(65);
      BanditState found = again.bandit().orElseThrow();
      assertThat(found.rewards().get(0).mean()).isCloseTo(0, within(1e-12));
      assertThat(found.rewards().get(1).mean()).isCloseTo(1, within(1e-12));
      assertThat(found.weights().get(1)).isGreaterThan(0.9);
    }
    Bandit more = bandit.arm("c", "b");
    try (Deployment<Ask, Boolean> third = builder().bandit(more, state).build()) {
      assertThat(third.bandit().orElseThrow().rewards().get(2).n()).isZero();
      assertThat(learnt(third)).isEqualTo(65);
    }
    try (Deployment<Ask, Boolean> other =
        builder()
            .bandit(new Bandit("others", bandit.arms(), bandit.policy(), 0, 5), state)
            .build()) {
      assertThat(learnt(other)).isZero();
    }
  }

  /** A store that fails for a while loses nothing and refuses no reward. */
  @Test
  void bandit_storeFails_keepsWhatItLearnt_andWritesItLater() {
    Bandit bandit =
        Bandit.of("offers", BanditPolicy.ucb()).arm("a", Alias.CHAMPION).arm("b", "b").every(5);
    AtomicBoolean down = new AtomicBoolean(true);
    StateStore unreliable = new UnreliableState(state, down);
    try (Deployment<Ask, Boolean> deployment = builder().bandit(bandit, unreliable).build()) {
      rewarded(deployment, 50);
      assertThat(learnt(deployment)).isEqualTo(50);
      down.set(false);
      rewarded(deployment, 5);
      try (Deployment<Ask, Boolean> again = builder().bandit(bandit, unreliable).build()) {
        assertThat(learnt(again)).isEqualTo(55);
      }
    }
  }

  @Test
  void bandit_eightThreadsOnTwoNodes_loseNoReward() {
    Bandit bandit =
        Bandit.of("offers", BanditPolicy.ucb()).arm("a", Alias.CHAMPION).arm("b", "b").every(1);
    try (Deployment<Ask, Boolean> one = builder().bandit(bandit, state).build();
        Deployment<Ask, Boolean> two = builder().bandit(bandit, state).build()) {
      Contenders.race(
          8,
          t -> {
            rewarded(t % 2 == 0 ? one : two, 50);
            return t;
          });
    }
    try (Deployment<Ask, Boolean> again = builder().bandit(bandit, state).build()) {
      assertThat(learnt(again)).isEqualTo(400);
    }
  }

  private static void rewarded(Deployment<Ask, Boolean> deployment, int rewards) {
    for (int i = 0; i < rewards; i++) {
      Served<Boolean> served = deployment.predict(Constants.ask("k"));
      assertThat(deployment.reward(served.id(), served.version() - 1.0)).isTrue();
    }
  }

  private static long learnt(Deployment<Ask, Boolean> deployment) {
    return deployment.bandit().orElseThrow().rewards().stream().mapToLong(Moments::n).sum();
  }

  private record UnreliableState(StateStore store, AtomicBoolean down) implements StateStore {
    private void check() {
      if (down.get()) {
        throw new StorageException("state", "the database is gone");
      }
    }

    @Override
    public Optional<Document> get(String name) {
      check();
      return store.get(name);
    }

    @Override
    public Document put(String name, long expectedRevision, String json) {
      check();
      return store.put(name, expectedRevision, json);
    }

    @Override
    public List<String> names(String prefix) {
      check();
      return store.names(prefix);
    }
  }
}
