package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.CanonicalJson;
import dev.endolith.sequential.AsymptoticSequence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RolloutTallyTest {
  private static final Rollout RULES =
      Rollout.canary(0.5)
          .minSamples(100)
          .margin(0.02)
          .undecidedAfter(2_000, Rollout.Undecided.ROLL_BACK);

  /** GrowthBook's two-sided interval of the same sequence: estimate 0.50336 ± 1.0568. */
  @Test
  void confidenceSequence_equalsTheReference() {
    double half =
        0.3334122146400735
            * Math.sqrt(6_461)
            * new AsymptoticSequence(0.05, 1_000).halfWidth(6_461);
    assertThat(half).isCloseTo((1.5651626768202032 + 0.5584405051077315) / 2, within(1e-9));
    double narrow =
        0.033860214798231224
            * Math.sqrt(6_461)
            * new AsymptoticSequence(0.05, 5_000).halfWidth(6_461);
    assertThat(narrow).isCloseTo((0.6067482066783576 - 0.4009784966859415) / 2, within(1e-9));
  }

  private static RolloutDecision run(Random random, double champion, double challenger) {
    RolloutTally tally = RolloutTally.EMPTY;
    for (int i = 0; i < 8_000; i++) {
      boolean side = random.nextBoolean();
      boolean wrong = random.nextDouble() < (side ? challenger : champion);
      tally = tally.plus(side, wrong ? 1 : 0);
      RolloutDecision decision = tally.decide(RULES, 2);
      if (!(decision instanceof RolloutDecision.Continue)) {
        return decision;
      }
    }
    throw new IllegalStateException("a rollout ends");
  }

  /** A challenger that is exactly as much worse as forbidden, looked at after every label. */
  @Test
  void decide_challengerAtTheMargin_isRarelyPromotedDespiteConstantLooking() {
    int wrong = 0;
    for (int seed = 0; seed < 400; seed++) {
      if (run(new Random(seed), 0.10, 0.12) instanceof RolloutDecision.Promote) {
        wrong++;
      }
    }
    // alpha is 0.05 over both sides: 400 rounds, at most 20 expected, standard deviation 4.4
    assertThat(wrong).isLessThanOrEqualTo(33);
  }

  @Test
  void decide_clearlyBetterOrWorse_isFound() {
    for (int seed = 0; seed < 20; seed++) {
      assertThat(run(new Random(seed), 0.4, 0.1)).isInstanceOf(RolloutDecision.Promote.class);
      assertThat(run(new Random(seed), 0.1, 0.4)).isInstanceOf(RolloutDecision.RollBack.class);
    }
  }

  @Test
  void decide_tooFewSamples_goesOn_andEndsAsDeclared() {
    RolloutTally few = RolloutTally.EMPTY.plus(true, 0).plus(false, 1);
    assertThat(few.decide(RULES, 2)).isInstanceOf(RolloutDecision.Continue.class);
    RolloutTally lonely = RolloutTally.EMPTY;
    for (int i = 0; i < 2_000; i++) {
      lonely = lonely.plus(true, 0.1);
    }
    assertThat(lonely.decide(RULES, 2)).isInstanceOf(RolloutDecision.RollBack.class);
    assertThat(lonely.decide(RULES.undecidedAfter(2_000, Rollout.Undecided.PROMOTE), 2))
        .isInstanceOf(RolloutDecision.Promote.class);
    assertThat(lonely.decide(RULES, 2).evidence()).contains("2000 labelled predictions");
  }

  @Test
  void tally_ofAnEarlierRelease_isRead_andWhatIsWrittenToo() {
    RolloutTally old =
        CanonicalJson.read(
            "{\"challenger\":{\"m2\":0.5,\"mean\":0.5,\"n\":2},"
                + "\"champion\":{\"m2\":0.0,\"mean\":1.0,\"n\":1}}",
            RolloutTally.class);
    assertThat(old.challenger().n()).isEqualTo(2);
    assertThat(old.step()).isZero();
    assertThat(old.decide(RULES, 2, Instant.MAX)).isInstanceOf(RolloutDecision.Continue.class);
    RolloutTally full = old.answered("a", true).plus(true, 0.1).next().answered("b", false);
    assertThat(CanonicalJson.read(CanonicalJson.write(full), RolloutTally.class)).isEqualTo(full);
    Rollout rules = Rollout.steps(0.1, 1).latencyBudget(Duration.ofMillis(3));
    assertThat(CanonicalJson.read(CanonicalJson.write(rules), Rollout.class)).isEqualTo(rules);
  }

  /** The world worsens while the share grows: pooled means would blame the challenger. */
  @Test
  void difference_ofSteps_isNotConfusedByAWorldThatChanges() {
    RolloutTally tally = RolloutTally.EMPTY;
    Random random = new Random(4);
    for (int i = 0; i < 4_000; i++) {
      boolean side = random.nextDouble() < 0.1;
      tally = tally.plus(side, random.nextDouble() < 0.1 ? 1 : 0);
    }
    tally = tally.next();
    for (int i = 0; i < 4_000; i++) {
      boolean side = random.nextDouble() < 0.8;
      tally = tally.plus(side, random.nextDouble() < 0.4 ? 1 : 0);
    }
    RolloutTally.Stratum total = tally.total();
    assertThat(total.challenger().mean() - total.champion().mean()).isGreaterThan(0.15);
    // the standard error of the difference is about 0.015
    assertThat(tally.difference().estimate()).isCloseTo(0, within(0.05));
    assertThat(tally.decide(RULES, 2)).isNotInstanceOf(RolloutDecision.RollBack.class);
    RolloutTally late = tally.plus(0, true, 1);
    assertThat(late.earlier().get(0).challenger().n())
        .isEqualTo(tally.earlier().get(0).challenger().n() + 1);
  }

  @Test
  void decide_keysNotAssignedAsDeclared_readsNoMetric() {
    RolloutTally tally = RolloutTally.EMPTY;
    for (int i = 0; i < 3_000; i++) {
      tally = tally.answered("k" + i, i % 3 == 0).plus(i % 3 == 0, 0);
    }
    RolloutDecision decision = tally.decide(RULES, 2);
    assertThat(decision).isInstanceOf(RolloutDecision.RollBack.class);
    assertThat(decision.evidence()).contains("not assigned as declared");
    // one key that comes again and again is one key
    RolloutTally heavy = RolloutTally.EMPTY;
    for (int i = 0; i < 3_000; i++) {
      heavy = heavy.answered("same", true);
    }
    assertThat(heavy.exposure().challenger()).isEqualTo(1);
    assertThat(heavy.exposure().answers()).isEqualTo(3_000);
  }

  @Test
  void decide_slowChallenger_goesBack_onlyWhereTimeIsGuarded() {
    ServiceHealth slow =
        new ServiceHealth(2, new ServiceCounts(400, 0, 4), new ServiceCounts(400, 0, 100));
    RolloutTally tally = RolloutTally.EMPTY.served(slow, new Random(1));
    assertThat(tally.decide(RULES, 2)).isInstanceOf(RolloutDecision.Continue.class);
    assertThat(tally.decide(RULES.latencyBudget(Duration.ofMillis(1)), 2).evidence())
        .contains("100 of 400 requests of the challenger were slow");
    assertThat(slow.plus(slow).challenger().slow()).isEqualTo(200);
    assertThatThrownBy(() -> slow.plus(new ServiceHealth(3, slow.champion(), slow.champion())))
        .hasMessageContaining("one challenger");
  }

  /**
   * The same requests, counted on one node and on two whose counts are merged; and on two of which
   * one tells late.
   */
  @Test
  void served_countsOfTwoNodes_decideAsTheWhole() {
    int found = 0;
    for (int seed = 0; seed < 20; seed++) {
      double failing = seed % 2 == 0 ? 0.15 : 0.01;
      Random random = new Random(seed);
      ServiceHealth none = new ServiceHealth(2, ServiceCounts.NONE, ServiceCounts.NONE);
      ServiceHealth whole = none;
      ServiceHealth[] nodes = {none, none};
      ServiceHealth told = none;
      RolloutTally one = RolloutTally.EMPTY;
      RolloutTally two = RolloutTally.EMPTY;
      RolloutTally late = RolloutTally.EMPTY;
      for (int i = 1; i <= 4_000; i++) {
        boolean side = random.nextDouble() < 0.3;
        int node = random.nextInt(3) == 0 ? 1 : 0; // one answers twice as much
        ServiceCounts asked =
            new ServiceCounts(1, random.nextDouble() < (side ? failing : 0.01) ? 1 : 0, 0);
        ServiceHealth counted =
            new ServiceHealth(
                2, side ? ServiceCounts.NONE : asked, side ? asked : ServiceCounts.NONE);
        whole = whole.plus(counted);
        nodes[node] = nodes[node].plus(counted);
        if (i % 40 == 0) {
          told = i % 400 == 0 ? nodes[1] : told;
          one = one.served(whole, new Random(i));
          two =
              two.served(
                  i % 80 == 0 ? nodes[0].plus(nodes[1]) : nodes[1].plus(nodes[0]), new Random(i));
          late = late.served(nodes[0].plus(told), new Random(i));
          assertThat(two).as("seed %d, request %d", seed, i).isEqualTo(one);
          assertThat(two.decide(RULES, 2)).isEqualTo(one.decide(RULES, 2));
        }
      }
      assertThat(late.service().champion()).isEqualTo(one.service().champion());
      assertThat(late.service().challenger()).isEqualTo(one.service().challenger());
      assertThat(late.decide(RULES, 2)).isEqualTo(one.decide(RULES, 2));
      found += one.decide(RULES, 2) instanceof RolloutDecision.RollBack ? 1 : 0;
    }
    assertThat(found).isEqualTo(10); // those that fail
  }

  /** Keys whose answers failed are in no log: what fails is not what is assigned wrongly. */
  @Test
  void decide_answersThatFailedAndAreNotLogged_areNoWrongAssignment() {
    Rollout rules = Rollout.canary(0.2);
    for (double failing : new double[] {0.3, 0.4, 0.7}) {
      Random random = new Random(7);
      RolloutTally tally = RolloutTally.EMPTY;
      ServiceCounts champion = ServiceCounts.NONE;
      ServiceCounts challenger = ServiceCounts.NONE;
      for (int i = 0; i < 6_000; i++) {
        boolean side = random.nextDouble() < 0.2;
        boolean failed = !side && random.nextDouble() < failing; // the champion does
        ServiceCounts one = new ServiceCounts(1, failed ? 1 : 0, 0);
        champion = side ? champion : champion.plus(one);
        challenger = side ? challenger.plus(one) : challenger;
        tally = failed ? tally : tally.answered("k" + i, side);
      }
      assertThat(tally.decide(rules, 2))
          .as("not counted, %.1f looks as if keys went elsewhere", failing)
          .isInstanceOf(RolloutDecision.RollBack.class);
      RolloutTally counted =
          tally.served(new ServiceHealth(2, champion, challenger), new Random(1));
      assertThat(counted.decide(rules, 2)).isInstanceOf(RolloutDecision.Continue.class);
    }
  }

  @Test
  void decide_wrongAssignmentBesideAFewFailures_isFoundAllTheSame() {
    RolloutTally tally = RolloutTally.EMPTY;
    for (int i = 0; i < 3_000; i++) {
      tally = tally.answered("k" + i, i % 3 == 0);
    }
    ServiceHealth health =
        new ServiceHealth(2, new ServiceCounts(2_020, 20, 0), new ServiceCounts(1_010, 10, 0));
    RolloutDecision decision = tally.served(health, new Random(1)).decide(RULES, 2);
    assertThat(decision).isInstanceOf(RolloutDecision.RollBack.class);
    assertThat(decision.evidence())
        .contains("not assigned as declared")
        .contains("10 and 20 requests failed, whose keys may not be in the log");
  }

  /** A challenger is wronged by one decision or by the other; either has at most alpha. */
  @Test
  void levels_addUpToAlpha() {
    for (double alpha : new double[] {1e-4, 0.002, 0.01, 0.05, 0.2}) {
      for (Rollout rules :
          List.of(
              Rollout.canary(0.1),
              Rollout.steps(0.01, 0.1, 1).latencyBudget(Duration.ofMillis(1)))) {
        RolloutJudge.Levels levels = RolloutJudge.Levels.of(rules.alpha(alpha));
        assertThat(levels.wrongPromotion()).isCloseTo(alpha / 2, within(1e-12));
        assertThat(levels.wrongReturn()).isCloseTo(alpha, within(1e-12));
        assertThat(levels.assignment()).isPositive().isLessThanOrEqualTo(alpha / 4);
        assertThat(levels.service()).isPositive();
      }
    }
  }

  @Test
  void rollout_valuesOutOfRange_areRefusedByName() {
    assertThatThrownBy(() -> Rollout.canary(0)).hasMessageContaining("share");
    assertThatThrownBy(() -> Rollout.canary(0.1).minSamples(1)).hasMessageContaining("minSamples");
    assertThatThrownBy(() -> Rollout.canary(0.1).margin(-1)).hasMessageContaining("margin");
    assertThatThrownBy(() -> Rollout.canary(0.1).undecidedAfter(10, Rollout.Undecided.PROMOTE))
        .hasMessageContaining("maxSamples");
    assertThatThrownBy(() -> new Rollout(0.1, 2, 3, 0, 0, Rollout.Undecided.PROMOTE))
        .hasMessageContaining("alpha");
    assertThat(Rollout.immediate().atOnce()).isTrue();
    assertThat(Rollout.canary(0.1).minSamples(9_000).maxSamples()).isEqualTo(9_000);
  }
}
