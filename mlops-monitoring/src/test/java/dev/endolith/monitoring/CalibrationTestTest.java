package dev.endolith.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.monitoring.profile.ErrorProfile;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationTestTest {
  private static final ErrorProfile CALIBRATED = new ErrorProfile(true, 1_000, 0.3, 1, 0, 0.01);

  /** The label after which it alarms, or -1; the score is always the first share. */
  private static int alarm(CalibrationTest test, double score, double share, long seed) {
    Random random = new Random(seed);
    for (int i = 1; i <= 3_000; i++) {
      double label = random.nextDouble() < share ? 1 : 0;
      if (test.update(label - score)) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void calibratedScores_raiseNoAlarm() {
    int alarms = 0;
    for (int seed = 0; seed < 300; seed++) {
      if (alarm(new CalibrationTest(CALIBRATED, 0.05, new double[0]), 0.3, 0.3, seed) > 0) {
        alarms++;
      }
    }
    // at most 1/500 each: 0.6 of 300 expected, more than 5 with probability below 1e-4
    assertThat(alarms).isLessThanOrEqualTo(5);
  }

  @Test
  void scoresThatPromiseTooMuchOrTooLittle_areFound() {
    for (int seed = 0; seed < 50; seed++) {
      assertThat(alarm(new CalibrationTest(CALIBRATED, 0.05, new double[0]), 0.45, 0.15, seed))
          .as("seed %d", seed)
          .isBetween(1, 300);
      assertThat(alarm(new CalibrationTest(CALIBRATED, 0.05, new double[0]), 0.1, 0.5, seed))
          .as("seed %d", seed)
          .isBetween(1, 300);
    }
  }

  @Test
  void savedAndResumed_goesOnToTheBit() {
    CalibrationTest whole = new CalibrationTest(CALIBRATED, 0.05, new double[0]);
    CalibrationTest resumed = new CalibrationTest(CALIBRATED, 0.05, new double[0]);
    Random random = new Random(4);
    for (int i = 0; i < 200; i++) {
      double residual = random.nextDouble() - 0.5;
      resumed = new CalibrationTest(CALIBRATED, 0.05, resumed.state());
      assertThat(resumed.update(residual)).isEqualTo(whole.update(residual));
    }
    assertThat(resumed.state()).isEqualTo(whole.state());
    assertThat(resumed.evidence()).isEqualTo(whole.evidence()).contains("200 labels");
    resumed.restart();
    assertThat(resumed.state()).containsOnly(0);
  }

  @Test
  void residualsThatAreNotDefined_testNothing() {
    ErrorProfile many = new ErrorProfile(true, 1_000, 0.3, 1, Double.NaN, Double.NaN);
    CalibrationTest test = new CalibrationTest(many, 0.05, new double[0]);
    for (int i = 0; i < 1_000; i++) {
      assertThat(test.update(Double.NaN)).isFalse();
      assertThat(test.update(0.9)).isFalse();
    }
  }
}
