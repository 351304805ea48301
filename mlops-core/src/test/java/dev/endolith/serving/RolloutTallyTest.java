package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
        0.3334122146400735 * Math.sqrt(6_461) * RolloutTally.confidenceSequence(6_461, 1_000, 0.05);
    assertThat(half).isCloseTo((1.5651626768202032 + 0.5584405051077315) / 2, within(1e-9));
    double narrow =
        0.033860214798231224
            * Math.sqrt(6_461)
            * RolloutTally.confidenceSequence(6_461, 5_000, 0.05);
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
