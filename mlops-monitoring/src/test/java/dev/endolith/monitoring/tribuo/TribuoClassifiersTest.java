package dev.endolith.monitoring.tribuo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.monitoring.drift.ClassifierTest;
import dev.endolith.monitoring.drift.TestResult;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TribuoClassifiersTest {
  private final ClassifierTest test = ClassifierTest.of(TribuoClassifiers.logistic());

  @Test
  void compare_shiftedMean_areaIsThatOfTheBestLine() {
    SplittableRandom random = new SplittableRandom(1);
    TestResult result = test.compare(rows(random, 800, 0, 1), rows(random, 800, 0.5, 1));

    // shift 0.5 in each of four columns: Φ(0.5·√4/√2) = 0.760
    assertThat(result.effectSize()).isBetween(0.70, 0.80);
    assertThat(result.effectLow()).isGreaterThan(0.65).isLessThan(result.effectSize());
    assertThat(result.pValue()).isLessThan(1e-10);
  }

  @Test
  void compare_spreadAlone_isSeenByTheSquares() {
    SplittableRandom random = new SplittableRandom(2);
    assertThat(test.compare(rows(random, 800, 0, 1), rows(random, 800, 0, 1.5)).pValue())
        .isLessThan(1e-6);
  }

  @Test
  void compare_sameLaw_falseAlarmsAreAtMostTheLevel() {
    SplittableRandom random = new SplittableRandom(3);
    int alarms = 0;
    for (int i = 0; i < 100; i++) {
      alarms +=
          test.compare(rows(random, 60, 0, 1), rows(random, 60, 0, 1)).pValue() <= 0.05 ? 1 : 0;
    }
    assertThat(alarms).isLessThanOrEqualTo(14); // binomial: 5 expected, four deviations 8.7
  }

  @Test
  void compare_oddRows_hasAnAnswer() {
    double[][] same = new double[20][3];
    double[][] huge = new double[20][3];
    Arrays.stream(huge).forEach(row -> Arrays.fill(row, 1e300));
    assertThat(test.compare(same, same).effectSize()).isEqualTo(0.5);
    assertThat(test.compare(same, huge).effectSize()).isEqualTo(1);
    assertThat(test.compare(new double[20][0], new double[20][0]).effectSize()).isEqualTo(0.5);
    assertThat(test.withSeed(7).compare(same, new double[3][3]).enoughData()).isFalse();
  }

  private static double[][] rows(SplittableRandom random, int count, double mean, double sd) {
    double[][] rows = new double[count][4];
    for (double[] row : rows) {
      Arrays.setAll(row, i -> mean + sd * random.nextGaussian());
    }
    return rows;
  }
}
