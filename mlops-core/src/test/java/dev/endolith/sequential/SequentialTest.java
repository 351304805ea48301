package dev.endolith.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Levels under constant looking, power, and that what nodes gathered apart adds up. */
class SequentialTest {
  private static final double ALPHA = 0.05;

  /**
   * With 1 000 runs at most 50 alarms are expected, with a standard deviation of 6.9: 50 + 4·6.9.
   */
  private static final int MOST_ALARMS = 77;

  private static boolean pairedAlarm(Random random, double x, double y, double margin, int n) {
    PairedEProcess test = PairedEProcess.EMPTY;
    for (int i = 0; i < n; i++) {
      test = test.plus(random.nextDouble() < x, random.nextDouble() < y);
      if (test.logWealth(margin) >= -Math.log(ALPHA)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void paired_noDifference_rarelyAlarmsAtAnyLook_andFindsAWorseVariant() {
    int alarms = 0;
    int atMargin = 0;
    int found = 0;
    for (int run = 0; run < 1_000; run++) {
      alarms += pairedAlarm(new Random(run), 0.1, 0.1, 0, 1_000) ? 1 : 0;
      atMargin += pairedAlarm(new Random(run), 0.1, 0.15, 0.05, 1_000) ? 1 : 0;
      found += pairedAlarm(new Random(run), 0.01, 0.2, 0, 400) ? 1 : 0;
    }
    assertThat(alarms).isLessThanOrEqualTo(MOST_ALARMS);
    assertThat(atMargin).isLessThanOrEqualTo(MOST_ALARMS);
    assertThat(found).isGreaterThan(990);
  }

  private static boolean splitAlarm(
      Random random, double share, double x, double y, int n, boolean byCounts) {
    TwoSampleEProcess test = TwoSampleEProcess.EMPTY;
    long[] counts = new long[4];
    for (int i = 0; i < n; i++) {
      boolean ofVariant = random.nextDouble() < share;
      boolean failed = random.nextDouble() < (ofVariant ? y : x);
      if (byCounts) {
        counts[ofVariant ? 2 : 0]++;
        counts[ofVariant ? 3 : 1] += failed ? 1 : 0;
        if (i % 100 == 99) {
          test = test.plus(counts[0], counts[1], counts[2], counts[3], random);
          counts = new long[4];
        }
      } else {
        test = test.plus(ofVariant, failed);
      }
      if (test.logWealth() >= -Math.log(ALPHA)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void twoSample_noDifference_rarelyAlarmsAtAnyLook_whateverTheShareAndTheOrder() {
    for (double share : new double[] {0.1, 0.5, 0.9}) {
      for (boolean byCounts : new boolean[] {false, true}) {
        int alarms = 0;
        for (int run = 0; run < 1_000; run++) {
          alarms += splitAlarm(new Random(run), share, 0.05, 0.05, 2_000, byCounts) ? 1 : 0;
        }
        assertThat(alarms).as("share %s", share).isLessThanOrEqualTo(MOST_ALARMS);
      }
    }
  }

  @Test
  void twoSample_worseVariant_isFound_alsoFromCounts() {
    int found = 0;
    int byCounts = 0;
    for (int run = 0; run < 200; run++) {
      found += splitAlarm(new Random(run), 0.25, 0.01, 0.2, 1_000, false) ? 1 : 0;
      byCounts += splitAlarm(new Random(run), 0.25, 0.01, 0.2, 1_000, true) ? 1 : 0;
    }
    assertThat(found).isGreaterThan(195);
    assertThat(byCounts).isGreaterThan(195);
  }

  @Test
  void twoSample_countsOfOneSideOnly_changeNothing() {
    TwoSampleEProcess one = TwoSampleEProcess.EMPTY.plus(true, true);
    assertThat(one.plus(0, 0, 5, 5, new Random(1))).isEqualTo(one);
    TwoSampleEProcess both = one.plus(true, true).plus(false, false);
    assertThat(both.logWealth()).isPositive();
    assertThat(both.plus(both).logWealth()).isGreaterThan(both.logWealth());
  }

  @Test
  void bounded_holdsTheMeanAtAllLooks_andNarrows() {
    int missed = 0;
    for (int run = 0; run < 1_000; run++) {
      Random random = new Random(run);
      BoundedSequence sequence = BoundedSequence.of(-1, 3, ALPHA);
      boolean out = false;
      for (int i = 0; i < 500; i++) {
        // skewed: 3 with probability 0.1, else -1; the mean is -0.6
        sequence = sequence.plus(random.nextDouble() < 0.1 ? 3 : -1);
        out |= !sequence.interval().contains(-0.6);
      }
      missed += out ? 1 : 0;
      assertThat(sequence.interval().high() - sequence.interval().low()).isLessThan(1.2);
    }
    assertThat(missed).isLessThanOrEqualTo(MOST_ALARMS);
  }

  @Test
  void bounded_ofTwoNodes_holdsTheMean_andIsNarrowerThanEither() {
    int missed = 0;
    for (int run = 0; run < 1_000; run++) {
      Random random = new Random(run);
      BoundedSequence a = BoundedSequence.of(0, 1, ALPHA);
      BoundedSequence b = a;
      boolean out = false;
      for (int i = 0; i < 300; i++) {
        a = a.plus(random.nextDouble() < 0.3 ? 1 : 0);
        b = b.plus(random.nextDouble() < 0.3 ? 1 : 0);
        out |= !a.plus(b).interval().contains(0.3);
      }
      missed += out ? 1 : 0;
      Interval both = a.plus(b).interval();
      assertThat(both.high() - both.low()).isLessThan(a.interval().high() - a.interval().low());
    }
    assertThat(missed).isLessThanOrEqualTo(MOST_ALARMS);
    assertThatThrownBy(() -> BoundedSequence.of(0, 1, 0.1).plus(BoundedSequence.of(0, 2, 0.1)))
        .hasMessageContaining("same bounds");
    assertThatThrownBy(() -> BoundedSequence.of(0, 1, 0.1).plus(1.5)).hasMessageContaining("1.5");
  }

  @Test
  void sampleRatio_asDeclared_rarelyAlarms_andAMismatchIsFound() {
    double[] shares = {0.7, 0.2, 0.1};
    int alarms = 0;
    for (int run = 0; run < 1_000; run++) {
      Random random = new Random(run);
      long[] counts = new long[3];
      boolean alarm = false;
      for (int i = 0; i < 2_000; i++) {
        double u = random.nextDouble();
        counts[u < 0.7 ? 0 : u < 0.9 ? 1 : 2]++;
        alarm |= i % 10 == 0 && SampleRatio.pValue(counts, shares) <= ALPHA;
      }
      alarms += alarm ? 1 : 0;
    }
    assertThat(alarms).isLessThanOrEqualTo(MOST_ALARMS);
    assertThat(SampleRatio.pValue(new long[] {4_700, 5_300}, new double[] {1, 1}))
        .isLessThan(SampleRatio.ALPHA);
    assertThat(SampleRatio.pValue(new long[] {5_000, 5_000}, new double[] {1, 1})).isEqualTo(1);
    // 0.6² · 10 000 / 5 000 · 2 = 7 200 / 1 000; survival of χ²(1) at 36 is 1.97e-9
    assertThat(SampleRatio.chiSquarePValue(new long[] {4_700, 5_300}, new double[] {1, 1}))
        .isCloseTo(1.973e-9, within(1e-11));
  }

  @Test
  void sampleRatio_ofTwoArms_isTheBetaBinomialIntegral() {
    // by hand: the Bayes factor of one unit in arm 0 is 1 for any prior centred at the shares
    assertThat(SampleRatio.logEvidence(new long[] {1, 0}, new double[] {1, 3}))
        .isCloseTo(0, within(1e-10));
    // two units in arm 0 of two equal arms: (k/2+1)/(k+1) / (1/2), mean over 100, 1 000, 10 000
    double expected = Math.log((51.0 / 101 + 501.0 / 1_001 + 5_001.0 / 10_001) / 3 * 2);
    assertThat(SampleRatio.logEvidence(new long[] {2, 0}, new double[] {1, 1}))
        .isCloseTo(expected, within(1e-9));
    assertThatThrownBy(() -> SampleRatio.pValue(new long[] {1}, new double[] {1}))
        .hasMessageContaining("at least two arms");
    assertThatThrownBy(() -> SampleRatio.pValue(new long[] {1, 1}, new double[] {1, 0}))
        .hasMessageContaining("positive");
  }

  @Test
  void moments_ofParts_areThoseOfTheWhole() {
    Random random = new Random(7);
    Moments all = Moments.EMPTY;
    Moments left = Moments.EMPTY;
    Moments right = Moments.EMPTY;
    for (int i = 0; i < 1_000; i++) {
      double x = 1e6 + random.nextGaussian();
      all = all.plus(x);
      if (random.nextDouble() < 0.3) {
        left = left.plus(x);
      } else {
        right = right.plus(x);
      }
    }
    Moments both = left.plus(right);
    assertThat(both.n()).isEqualTo(all.n());
    assertThat(both.mean()).isCloseTo(all.mean(), within(1e-8));
    assertThat(both.variance()).isCloseTo(all.variance(), within(1e-8));
    assertThat(Moments.EMPTY.plus(all)).isEqualTo(all);
    assertThat(all.plus(Moments.EMPTY)).isEqualTo(all);
  }
}
