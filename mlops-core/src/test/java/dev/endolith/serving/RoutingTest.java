package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.Workspace;
import dev.endolith.error.PredictionException;
import dev.endolith.model.Classified;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Models;
import dev.endolith.sequential.Moments;
import dev.endolith.serving.Constants.Ask;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Experiments, bandits, shadows and fallbacks. */
class RoutingTest {
  private final Constants.Format format = new Constants.Format();
  private final Workspace workspace = Workspace.builder().format(format).open();
  private final Models models = workspace.models();

  @AfterEach
  void close() {
    workspace.close();
    assertThat(format.askedAfterClose).hasValue(0);
    assertThat(format.open).hasValue(0);
  }

  private DeploymentBuilder<Ask, Boolean> builder() {
    return Deployment.of("m", Constants.TASK, models)
        .log(workspace.predictions())
        .events(workspace.events());
  }

  /** Version 1 is champion, 2 to n are what aliases b, c, … point to. */
  private void versions(double... scores) {
    for (int i = 0; i < scores.length; i++) {
      long number = Constants.approved(models, "m", scores[i]).number();
      models.move("m", i == 0 ? Alias.CHAMPION : "" + (char) ('a' + i), number, "test");
    }
  }

  private PredictionRecord last(Deployment<Ask, Boolean> deployment) {
    deployment.flush();
    List<LogEntry> entries =
        workspace.predictions().read("m", Constants.TASK.features().schema(), 0, 100_000);
    return entries.get(entries.size() - 1).prediction();
  }

  private static Experiment halves(String name) {
    return Experiment.of(name).arm("control", Alias.CHAMPION, 1).arm("variant", "b", 3);
  }

  @Test
  void experiment_sharesKeysOutByWeight_sticky_andKeepsThePropensity() {
    versions(0.7, 0.2);
    try (Deployment<Ask, Boolean> deployment = builder().experiment(halves("e")).build()) {
      int variants = 0;
      for (int i = 0; i < 4_000; i++) {
        Served<Boolean> served = deployment.predict(Constants.ask("k" + i));
        assertThat(served.route()).isEqualTo(Route.EXPERIMENT);
        assertThat(deployment.predict(Constants.ask("k" + i)).version())
            .isEqualTo(served.version());
        variants += served.version() == 2 ? 1 : 0;
      }
      // binomial: 3 000 with a standard deviation of 27
      assertThat(variants).isBetween(2_890, 3_110);
      long version = deployment.predict(Constants.ask("x")).version();
      assertThat(last(deployment).assignment())
          .isEqualTo(
              version == 2
                  ? new Assignment("e", "variant", 0.75)
                  : new Assignment("e", "control", 0.25));
    }
  }

  @Test
  void experiment_withoutAllOfItsVersions_takesNoTraffic_untilTheyAreThere() {
    versions(0.7);
    try (Deployment<Ask, Boolean> deployment = builder().experiment(halves("e")).build()) {
      assertThat(deployment.predict(Constants.ask("k")).route()).isEqualTo(Route.CHAMPION);
      long poison = Constants.approved(models, "m", "poison").number();
      models.move("m", "b", poison, "test");
      assertThat(deployment.predict(Constants.ask("k")).route()).isEqualTo(Route.CHAMPION);
      assertThat(deployment.status().problem()).contains("the model is no number");
      models.move("m", "b", Constants.approved(models, "m", 0.2).number(), "test");
      assertThat(deployment.predict(Constants.ask("k")).route()).isEqualTo(Route.EXPERIMENT);
      assertThat(deployment.status().problem()).isEmpty();
    }
  }

  @Test
  void layer_makesExperimentsExclusive_andOthersIndependent() {
    versions(0.7, 0.2, 0.4);
    Experiment first = halves("first").within(new Layer("page", 0, 5_000));
    Experiment second =
        Experiment.of("second")
            .arm("control", Alias.CHAMPION, 1)
            .arm("variant", "c", 1)
            .within(new Layer("page", 5_000, 8_000));
    assertThatThrownBy(
            () ->
                builder()
                    .experiment(first)
                    .experiment(halves("third").within(new Layer("page", 4_999, 6_000))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("disjoint slices");
    assertThatThrownBy(() -> builder().experiment(first).experiment(first))
        .hasMessageContaining("another name");
    try (Deployment<Ask, Boolean> deployment =
        builder().experiment(first).experiment(second).build()) {
      Map<String, Integer> counts = new HashMap<>();
      for (int i = 0; i < 5_000; i++) {
        deployment.predict(Constants.ask("k" + i));
      }
      deployment.flush();
      for (LogEntry entry :
          workspace.predictions().read("m", Constants.TASK.features().schema(), 0, 5_000)) {
        PredictionRecord record = entry.prediction();
        counts.merge(record.assignment().experiment(), 1, Integer::sum);
        assertThat(first.layer().contains(record.key()) && second.layer().contains(record.key()))
            .isFalse();
      }
      // shares 0.5, 0.3 and 0.2 of 5 000, standard deviations at most 36
      assertThat(counts.get("first")).isBetween(2_355, 2_645);
      assertThat(counts.get("second")).isBetween(1_370, 1_630);
      assertThat(counts.get("")).isBetween(885, 1_115);
    }
  }

  @Test
  void rememberedAssignments_surviveOtherWeights_butNotAnotherBucketVersion() {
    versions(0.7, 0.2);
    AssignmentStore store = AssignmentStore.inMemory();
    Map<String, Long> before = new HashMap<>();
    try (Deployment<Ask, Boolean> deployment =
        builder().experiment(halves("e").remembering(store)).build()) {
      for (int i = 0; i < 500; i++) {
        before.put("k" + i, deployment.predict(Constants.ask("k" + i)).version());
      }
    }
    Experiment moved =
        Experiment.of("e")
            .arm("control", Alias.CHAMPION, 9)
            .arm("variant", "b", 1)
            .remembering(store);
    try (Deployment<Ask, Boolean> deployment = builder().experiment(moved).build()) {
      before.forEach(
          (key, version) ->
              assertThat(deployment.predict(Constants.ask(key)).version()).isEqualTo(version));
      String variant =
          before.keySet().stream().filter(k -> before.get(k) == 2).findFirst().orElseThrow();
      var unused = deployment.predict(Constants.ask(variant));
      assertThat(last(deployment).assignment().propensity()).as("that of the draw").isEqualTo(0.75);
    }
    try (Deployment<Ask, Boolean> deployment =
        builder().experiment(moved.bucketVersion(2)).build()) {
      long changed =
          before.entrySet().stream()
              .filter(e -> deployment.predict(Constants.ask(e.getKey())).version() != e.getValue())
              .count();
      assertThat(changed).isBetween(250L, 450L); // 0.75 · 0.9 + 0.25 · 0.1 of 500 = 350
    }
  }

  @Test
  void growingShare_movesNobodyOut_andThePropensityFollows() {
    versions(0.7);
    models.move("m", Alias.CHALLENGER, Constants.approved(models, "m", 0.2).number(), "try");
    double[] share = {0.05};
    try (Deployment<Ask, Boolean> deployment = builder().canary(() -> share[0]).build()) {
      boolean[] canary = new boolean[3_000];
      for (double next : new double[] {0.05, 0.25, 0.8}) {
        share[0] = next;
        deployment.refresh();
        int count = 0;
        for (int i = 0; i < canary.length; i++) {
          boolean now = deployment.predict(Constants.ask("k" + i)).route() == Route.CANARY;
          assertThat(now || !canary[i]).isTrue();
          canary[i] = now;
          count += now ? 1 : 0;
        }
        assertThat(count / 3_000.0).isCloseTo(next, within(0.04));
        PredictionRecord record = last(deployment);
        assertThat(record.assignment().propensity())
            .isEqualTo(record.route() == Route.CANARY ? next : 1 - next);
      }
      ServiceHealth health = deployment.health().orElseThrow();
      assertThat(health.champion().requests() + health.challenger().requests()).isEqualTo(9_000);
      assertThat(health.challenger().errors()).isZero();
    }
  }

  @Test
  void bandit_learnsFromDelayedRewards_andKeepsItsPropensities() {
    versions(0.7, 0.2, 0.4);
    for (BanditPolicy policy :
        List.of(BanditPolicy.thompson(), BanditPolicy.epsilonGreedy(0.1), BanditPolicy.ucb())) {
      Bandit bandit =
          Bandit.of("offers", policy).arm("a", Alias.CHAMPION).arm("b", "b").arm("c", "c");
      SplittableRandom random = new SplittableRandom(11);
      try (Deployment<Ask, Boolean> deployment = builder().bandit(bandit).build()) {
        double[] pays = {0.2, 0.6, 0.3};
        List<Served<Boolean>> awaiting = new java.util.ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
          awaiting.add(deployment.predict(Constants.ask("k" + i % 10)));
          if (awaiting.size() == 50) { // rewards come late, and in a heap
            for (Served<Boolean> served : awaiting) {
              double reward = random.nextDouble() < pays[(int) served.version() - 1] ? 1 : 0;
              assertThat(served.route()).isEqualTo(Route.BANDIT);
              assertThat(deployment.reward(served.id(), reward)).isTrue();
              assertThat(deployment.reward(served.id(), reward)).isFalse();
            }
            awaiting.clear();
          }
        }
        BanditState state = deployment.bandit().orElseThrow();
        assertThat(state.weights().get(1)).isGreaterThan(0.9);
        assertThat(state.weights().stream().mapToDouble(w -> w).sum()).isCloseTo(1, within(1e-12));
        assertThat(state.weights()).allSatisfy(w -> assertThat(w).isGreaterThanOrEqualTo(0.01));
        assertThat(state.rewards().get(1).n()).isGreaterThan(1_800);
        assertThat(state.pending()).isZero();
        var unused = deployment.predict(Constants.ask("k"));
        Assignment drawn = last(deployment).assignment();
        assertThat(drawn.experiment()).isEqualTo("offers");
        assertThat(drawn.propensity())
            .isEqualTo(state.weights().get(state.arms().indexOf(drawn.arm())));
        // what was learnt goes on elsewhere
        try (Deployment<Ask, Boolean> again = builder().bandit(bandit, state.rewards()).build()) {
          assertThat(again.bandit().orElseThrow().weights()).isEqualTo(state.weights());
        }
      }
    }
  }

  @Test
  void bandit_rewardThatIsNoNumber_isRefused_andThePredictionGoesOnAwaitingOne() {
    versions(0.7, 0.2);
    Bandit bandit =
        Bandit.of("offers", BanditPolicy.thompson())
            .arm("a", Alias.CHAMPION)
            .arm("b", "b")
            .every(1);
    try (Deployment<Ask, Boolean> deployment = builder().bandit(bandit).build()) {
      Served<Boolean> served = deployment.predict(Constants.ask("k"));
      List<Double> before = deployment.bandit().orElseThrow().weights();
      for (double reward : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -Double.MAX_VALUE}) {
        assertThatThrownBy(() -> deployment.reward(served.id(), reward))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("bandit 'offers' must be a finite number")
            .hasMessageContaining("was " + reward);
      }
      assertThat(deployment.bandit().orElseThrow().weights()).isEqualTo(before);
      assertThat(deployment.reward(served.id(), 1)).isTrue();
      assertThatThrownBy(() -> deployment.reward(served.id(), Double.NaN))
          .as("also where none is awaited")
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(deployment.predict(Constants.ask("k")).route()).isEqualTo(Route.BANDIT);
    }
  }

  @Test
  void bandit_policyThatBreaksItsPromise_isRefusedAtFirst_andLeavesTheWeightsAlone() {
    versions(0.7, 0.2);
    for (double[] wrong :
        new double[][] {{1}, {0.5, 0.2}, {1.5, -0.5}, {Double.NaN, 1}, {0.5, 0.3, 0.2}}) {
      Bandit bandit = Bandit.of("offers", rewards -> wrong).arm("a", Alias.CHAMPION).arm("b", "b");
      assertThatThrownBy(() -> builder().bandit(bandit))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("policy dev.endolith.serving.RoutingTest")
          .hasMessageContaining("bandit 'offers'")
          .hasMessageContaining(Arrays.toString(wrong));
    }
    double[] shared = {0.25, 0.75};
    Bandit bandit =
        Bandit.of(
                "offers",
                rewards -> {
                  long n = rewards.stream().mapToLong(Moments::n).sum();
                  if (n == 2) {
                    throw new ArithmeticException("a policy's own failure");
                  }
                  return n == 1 ? new double[] {Double.NaN, 1} : shared;
                })
            .arm("a", Alias.CHAMPION)
            .arm("b", "b")
            .every(1);
    try (Deployment<Ask, Boolean> deployment = builder().bandit(bandit).build()) {
      List<Double> weights = deployment.bandit().orElseThrow().weights();
      for (int i = 0; i < 4; i++) {
        Served<Boolean> served = deployment.predict(Constants.ask("k"));
        assertThat(served.route()).isEqualTo(Route.BANDIT);
        assertThat(deployment.reward(served.id(), 1)).isTrue();
        assertThat(deployment.bandit().orElseThrow().weights()).isEqualTo(weights);
      }
    }
    assertThat(shared).as("what a policy answers is its own").containsExactly(0.25, 0.75);
  }

  @Test
  void serving_isWhoAnswers_andTheChampionIsNamed() {
    versions(0.7, 0.2, 0.3);
    Constants.champion(models, "m", Constants.approved(models, "m", 0.8).number());
    models.move("m", Alias.CHALLENGER, 2, "try");
    try (Deployment<Ask, Boolean> deployment =
        builder().fallbackToPrevious().canary(0.1).shadow("c").build()) {
      assertThat(deployment.serving()).containsExactly(4L, 2L);
      assertThat(deployment.champion()).isEqualTo(4);
      assertThat(deployment.status().loaded())
          .extracting(LoadedVersion::version)
          .containsExactly(4L, 2L, 1L, 3L);
      models.remove("m", Alias.CHAMPION, "out");
      models.remove("m", Alias.CHALLENGER, "out");
      assertThat(deployment.serving()).as("a shadow answers nobody").isEmpty();
      models.move("m", Alias.CHALLENGER, 2, "try");
      assertThat(deployment.serving()).containsExactly(2L);
      assertThat(deployment.champion()).isZero();
      assertThat(Deployment.observed(deployment, new Ignoring()).champion()).isZero();
    }
  }

  private static final class Ignoring implements PredictionObserver {
    @Override
    public void answered(Served<?> served, long nanos) {}

    @Override
    public void failed(RuntimeException failure) {}
  }

  @Test
  void challengerWhoseFormatFails_inWhateverWay_keepsNoChampionFromMoving() {
    versions(0.7, 0.2);
    models.move("m", Alias.CHALLENGER, Constants.approved(models, "m", "odd").number(), "try");
    try (Deployment<Ask, Boolean> deployment = builder().canary(0.5).build()) {
      assertThat(deployment.champion()).isEqualTo(1);
      assertThat(deployment.status().problem())
          .hasValueSatisfying(
              why ->
                  assertThat(why)
                      .contains("takes no traffic")
                      .contains("its format failed with java.lang.IndexOutOfBoundsException"));
      Constants.champion(models, "m", 2);
      assertThat(deployment.champion()).isEqualTo(2);
      assertThat(deployment.predict(Constants.ask("k")).version()).isEqualTo(2);
    }
  }

  @Test
  void bandit_drawsAsItSays() {
    versions(0.7, 0.2);
    Bandit bandit =
        Bandit.of("offers", rewards -> new double[] {0.3, 0.7})
            .arm("a", Alias.CHAMPION)
            .arm("b", "b")
            .floor(0);
    try (Deployment<Ask, Boolean> deployment = builder().bandit(bandit).build()) {
      int first = 0;
      for (int i = 0; i < 5_000; i++) {
        first += deployment.predict(Constants.ask("same")).version() == 1 ? 1 : 0;
      }
      // 1 500 with a standard deviation of 32
      assertThat(first).isBetween(1_370, 1_630);
    }
    assertThatThrownBy(() -> builder().bandit(Bandit.of("one", BanditPolicy.ucb())))
        .hasMessageContaining("two arms");
    assertThatThrownBy(() -> bandit.floor(0.6)).hasMessageContaining("floor");
  }

  @Test
  void thompson_weightsAreTheProbabilitiesToBeBest() {
    var few =
        List.of(
            new dev.endolith.sequential.Moments(50, 0.5, 12),
            new dev.endolith.sequential.Moments(50, 0.5, 12));
    assertThat(BanditPolicy.thompson().weights(few))
        .containsExactly(new double[] {0.5, 0.5}, within(1e-9));
    // two normals: Φ((0.6 − 0.5)·(50/51) / √(2 · s² / 51)), s² = 24 / 98
    double[] weights =
        BanditPolicy.thompson()
            .weights(
                List.of(
                    new dev.endolith.sequential.Moments(50, 0.6, 12),
                    new dev.endolith.sequential.Moments(50, 0.5, 12)));
    double z = 0.1 * 50 / 51 / Math.sqrt(2 * 24.0 / 98 / 51);
    double expected =
        org.apache.commons.statistics.distribution.NormalDistribution.of(0, 1)
            .cumulativeProbability(z);
    assertThat(weights[0]).isCloseTo(expected, within(1e-6));
  }

  @Test
  void shadow_isCompared_andItsLabelsToo() {
    versions(0.7, 0.2);
    try (Deployment<Ask, Boolean> deployment = builder().shadow("b").build()) {
      for (int i = 0; i < 500; i++) {
        assertThat(deployment.predict(Constants.ask("k" + i)).version()).isEqualTo(1);
      }
      Awaitility.await()
          .until(
              () -> {
                ShadowComparison c = deployment.shadow().orElseThrow();
                return c.compared() + c.lost() == 500;
              });
      for (int i = 0; i < 100; i++) {
        var unused = deployment.feedback("k" + i, true, Instant.EPOCH);
      }
      ShadowComparison comparison = deployment.shadow().orElseThrow();
      assertThat(comparison.version()).isEqualTo(2);
      assertThat(comparison.agreed()).isZero();
      assertThat(comparison.flips())
          .containsExactly(Map.entry("true -> false", comparison.compared()));
      assertThat(comparison.distance().mean()).isCloseTo(0.5, within(1e-12));
      // half the squared distance from (0, 1): 0.8² less 0.3²
      assertThat(comparison.lossDifference().mean()).isCloseTo(0.64 - 0.09, within(1e-12));
      assertThat(comparison.errors().onlyVariant()).isEqualTo(comparison.lossDifference().n());
      assertThat(comparison.errors().logWealth(0)).isGreaterThan(-Math.log(0.001));
    }
  }

  @Test
  void shadowThatFails_orIsSlow_touchesNoAnswer_andIsCounted() {
    versions(0.7, -1);
    try (Deployment<Ask, Boolean> deployment = builder().shadow("b").build()) {
      for (int i = 0; i < 3_000; i++) {
        assertThat(deployment.predict(Constants.ask("k" + i)).value()).isTrue();
      }
      Awaitility.await()
          .until(
              () -> {
                ShadowComparison c = deployment.shadow().orElseThrow();
                return c.failed() + c.lost() == 3_000;
              });
      assertThat(deployment.shadow().orElseThrow().compared()).isZero();
    }
  }

  @Test
  void failingChampion_isAnsweredForByTheVersionBefore_thenByTheRule_thenByAnError() {
    versions(0.7);
    Constants.champion(models, "m", Constants.approved(models, "m", -1).number());
    try (Deployment<Ask, Boolean> deployment = builder().fallbackToPrevious().build()) {
      Served<Boolean> served = deployment.predict(Constants.ask("a"));
      assertThat(served.version()).isEqualTo(1);
      assertThat(served.route()).isEqualTo(Route.FALLBACK);
      assertThat(last(deployment).route()).isEqualTo(Route.FALLBACK);
    }
    try (Deployment<Ask, Boolean> deployment =
        builder().fallback((x, why) -> Classified.of(Constants.TASK, 0.9, 0.1)).build()) {
      Served<Boolean> served = deployment.predict(Constants.ask("a"));
      assertThat(served.value()).isFalse();
      assertThat(served.version()).isZero();
      assertThat(served.route()).isEqualTo(Route.FALLBACK);
    }
    try (Deployment<Ask, Boolean> deployment =
        builder()
            .fallback(
                (x, why) -> {
                  throw new IllegalStateException("a rule's own failure");
                })
            .build()) {
      assertThatThrownBy(() -> deployment.predict(Constants.ask("a")))
          .isInstanceOf(PredictionException.class)
          .hasMessageContaining("version 2 of 'm' failed")
          .hasSuppressedException(new IllegalStateException("a rule's own failure"));
    }
  }

  @Test
  void ruleThatGivesBackTheFailure_throwsIt() {
    versions(-1);
    try (Deployment<Ask, Boolean> deployment =
        builder()
            .fallback(
                (x, why) -> {
                  throw why;
                })
            .build()) {
      assertThatThrownBy(() -> deployment.predict(Constants.ask("a")))
          .isInstanceOf(PredictionException.class)
          .hasMessageContaining("version 1 of 'm' failed");
    }
  }

  @Test
  void failingChallenger_isAnsweredForByTheChampion_andCounted() {
    versions(0.7);
    models.move("m", Alias.CHALLENGER, Constants.approved(models, "m", -1).number(), "try");
    try (Deployment<Ask, Boolean> deployment = builder().canary(0.5).build()) {
      for (int i = 0; i < 200; i++) {
        assertThat(deployment.predict(Constants.ask("k" + i)).version()).isEqualTo(1);
      }
      ServiceHealth health = deployment.health().orElseThrow();
      assertThat(health.challenger().errors()).isEqualTo(health.challenger().requests());
      assertThat(health.challenger().errors()).isBetween(60L, 140L);
      assertThat(health.champion().errors()).isZero();
      RolloutTally tally = RolloutTally.EMPTY.served(health, new SplittableRandom(1));
      assertThat(tally.decide(Rollout.canary(0.5), 2)).isInstanceOf(RolloutDecision.RollBack.class);
    }
  }
}
