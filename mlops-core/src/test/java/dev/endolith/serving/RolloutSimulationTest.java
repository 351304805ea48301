package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.sequential.Effect;
import dev.endolith.sequential.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Simulated rollouts, looked at after every label. {@code mvn test -pl mlops-core -Plong
 * -Dtest=RolloutSimulationTest} prints the figures; every build runs fewer.
 */
class RolloutSimulationTest {
  private static final System.Logger LOG = System.getLogger(RolloutSimulationTest.class.getName());
  private static final int FEW = 40;
  private static final int MANY = Integer.getInteger("endolith.rollouts", 2_000);
  private static final double ALPHA = 0.05;
  private static final double MARGIN = 0.02;
  private static final double BASE = 0.10;
  private static final Rollout RULES =
      Rollout.canary(0.5)
          .minSamples(200)
          .margin(MARGIN)
          .alpha(ALPHA)
          .undecidedAfter(6_000, Rollout.Undecided.HOLD);
  private static final Rollout STEPS =
      Rollout.steps(0.05, 0.25, 0.5, 1)
          .minSamples(200)
          .margin(MARGIN)
          .alpha(ALPHA)
          .undecidedAfter(6_000, Rollout.Undecided.HOLD);
  private static final double SERVICE = 0.01;

  /** How often each rollout is simulated. */
  private int runs = FEW;

  /** How a rollout ended, and after how many labels. */
  private record End(RolloutDecision decision, long labels) {}

  /** Labels with errors of 0 or 1; every request also counts for assignment and for service. */
  private static End run(Rollout rules, int seed, double challenger, double failing) {
    SplittableRandom random = new SplittableRandom(seed);
    RolloutTally tally = RolloutTally.startingAt(Instant.EPOCH.plusSeconds(1));
    ServiceCounts x = ServiceCounts.NONE;
    ServiceCounts y = ServiceCounts.NONE;
    String salt = "simulated." + seed + ":";
    // two seeds a decision: keys come once
    for (int i = 0; i < 400_000; i++) {
      String key = "k" + i;
      boolean side = Bucket.inShare(salt, key, rules.steps().get(tally.step()));
      boolean failed = random.nextDouble() < (side ? failing : SERVICE);
      boolean slow = !failed && random.nextDouble() < SERVICE;
      ServiceCounts one = new ServiceCounts(1, failed ? 1 : 0, slow ? 1 : 0);
      x = side ? x : x.plus(one);
      y = side ? y.plus(one) : y;
      tally = tally.answered(key, side);
      boolean wrong = random.nextDouble() < (side ? challenger : BASE);
      tally = tally.plus(side, wrong ? 1 : 0);
      if (i % 50 == 49) {
        tally = tally.served(new ServiceHealth(2, x, y), random);
      }
      RolloutDecision decision = tally.decide(rules, 2);
      if (!(decision instanceof RolloutDecision.Continue)) {
        return new End(decision, tally.total().champion().n() + tally.total().challenger().n());
      }
      if (tally.mayGrow(rules)) {
        tally = tally.next();
      }
    }
    throw new IllegalStateException("a rollout ends");
  }

  private List<End> runs(Rollout rules, double challenger, double failing) {
    List<End> ends = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      ends.add(run(rules, 7_919 * run + 1, challenger, failing));
    }
    return ends;
  }

  private static double rate(List<End> ends, Class<? extends RolloutDecision> kind) {
    return ends.stream().filter(end -> kind.isInstance(end.decision())).count()
        / (double) ends.size();
  }

  private static double meanLabels(List<End> ends) {
    return ends.stream().mapToLong(End::labels).average().orElse(0);
  }

  private static void say(String what, List<End> ends, String beside) {
    LOG.log(
        System.Logger.Level.INFO,
        String.format(
            Locale.ROOT,
            "%-58s promoted %6.2f %%  rolled back %6.2f %%  undecided %6.2f %%  mean labels %6.0f %s",
            what,
            100 * rate(ends, RolloutDecision.Promote.class),
            100 * rate(ends, RolloutDecision.RollBack.class),
            100 * rate(ends, RolloutDecision.Undecided.class),
            meanLabels(ends),
            beside));
  }

  /** A binomial rate of at most alpha, plus three standard deviations of its estimate. */
  private double most(double alpha) {
    return alpha + 3 * Math.sqrt(alpha * (1 - alpha) / runs);
  }

  @Test
  void noDifference_isRarelyRolledBack_howeverOftenOneLooks() {
    for (Rollout rules : List.of(RULES, STEPS, STEPS.latencyBudget(Duration.ofMillis(5)))) {
      List<End> ends = runs(rules, BASE, SERVICE);
      say("no difference, steps " + rules.steps(), ends, "");
      assertThat(rate(ends, RolloutDecision.RollBack.class)).isLessThanOrEqualTo(most(ALPHA));
    }
  }

  @Test
  void worseByTheMargin_isRarelyPromoted_howeverOftenOneLooks() {
    for (Rollout rules : List.of(RULES, STEPS)) {
      List<End> at = runs(rules, BASE + MARGIN, SERVICE);
      say("worse by exactly the margin, steps " + rules.steps(), at, "");
      assertThat(rate(at, RolloutDecision.Promote.class)).isLessThanOrEqualTo(most(ALPHA));
      List<End> beyond = runs(rules, BASE + 1.5 * MARGIN, SERVICE);
      say("worse by 1.5 margins, steps " + rules.steps(), beyond, "");
      assertThat(rate(beyond, RolloutDecision.Promote.class)).isLessThanOrEqualTo(most(ALPHA));
    }
  }

  @Test
  void realDifference_isFound_besideAFixedHorizon() {
    String fixedWorse = fixed(0.17, 0, effect -> effect > 0);
    String fixedBetter = fixed(0.06, MARGIN, effect -> effect < 0);
    for (Rollout rules : List.of(RULES, STEPS)) {
      List<End> worse = runs(rules, 0.17, SERVICE);
      say("error 0.10 against 0.17, steps " + rules.steps(), worse, fixedWorse);
      List<End> better = runs(rules, 0.06, SERVICE);
      say("error 0.10 against 0.06, steps " + rules.steps(), better, fixedBetter);
      assertThat(rate(worse, RolloutDecision.RollBack.class)).isGreaterThan(0.95);
      assertThat(rate(better, RolloutDecision.Promote.class)).isGreaterThan(0.95);
    }
  }

  @Test
  void serviceThatFails_isFoundBeforeLabelsCouldTell() {
    List<End> failing = runs(RULES, BASE, 0.2);
    say("1 % of requests fail against 20 %", failing, "");
    assertThat(rate(failing, RolloutDecision.RollBack.class)).isEqualTo(1);
    assertThat(meanLabels(failing)).isLessThan(400);
    assertThat(failing).allSatisfy(end -> assertThat(end.decision().evidence()).contains("failed"));
  }

  @Test
  @Tag("long")
  void figures() {
    runs = MANY;
    noDifference_isRarelyRolledBack_howeverOftenOneLooks();
    worseByTheMargin_isRarelyPromoted_howeverOftenOneLooks();
    realDifference_isFound_besideAFixedHorizon();
    serviceThatFails_isFoundBeforeLabelsCouldTell();
  }

  /** What a peeking fixed test would do: the reason for all this. */
  @Test
  @Tag("long")
  void noDifference_fixedTestLookedAtAfterEveryLabel_alarmsOften() {
    runs = MANY;
    int alarms = 0;
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = new SplittableRandom(run);
      Moments x = Moments.EMPTY;
      Moments y = Moments.EMPTY;
      for (int i = 0; i < 12_000; i++) {
        double loss = random.nextDouble() < BASE ? 1 : 0;
        if (random.nextBoolean()) {
          x = x.plus(loss);
        } else {
          y = y.plus(loss);
        }
        Effect effect = Effect.absolute(x, y);
        if (x.n() >= 200 && y.n() >= 200 && effect.estimate() > 1.96 * effect.error()) {
          alarms++;
          break;
        }
      }
    }
    LOG.log(
        System.Logger.Level.INFO,
        String.format(
            Locale.ROOT,
            "a fixed z-test (one side of 0.05) looked at after every label: false rollbacks %.2f %%",
            100.0 * alarms / runs));
    assertThat(alarms / (double) runs).isGreaterThan(0.08);
  }

  /**
   * The fixed-horizon z-test of one look that has a power of 0.95 at this difference, simulated at
   * its sample size.
   */
  private String fixed(double challenger, double margin, Function<Double, Boolean> direction) {
    NormalDistribution normal = NormalDistribution.of(0, 1);
    double z =
        normal.inverseSurvivalProbability(ALPHA / 2) + normal.inverseSurvivalProbability(0.05);
    double variance = BASE * (1 - BASE) + challenger * (1 - challenger);
    double distance = challenger - BASE - margin;
    int side = (int) Math.ceil(z * z * variance / (distance * distance));
    int found = 0;
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = new SplittableRandom(run);
      Moments x = Moments.EMPTY;
      Moments y = Moments.EMPTY;
      for (int i = 0; i < side; i++) {
        x = x.plus(random.nextDouble() < BASE ? 1 : 0);
        y = y.plus(random.nextDouble() < challenger ? 1 : 0);
      }
      Effect effect = Effect.absolute(x, y);
      double shifted = effect.estimate() - margin;
      if (Math.abs(shifted) > normal.inverseSurvivalProbability(ALPHA / 2) * effect.error()
          && direction.apply(shifted)) {
        found++;
      }
    }
    return String.format(
        Locale.ROOT, "| fixed horizon: %d labels, power %.2f %%", 2 * side, 100.0 * found / runs);
  }
}
