package dev.endolith.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Polynomials, and the arrays that threads keep for them, against plain arithmetic. */
class LogRatioTest {
  private static final int BINS = 2_001;

  @Test
  void of_anyRatio_isTheLogarithmToItsLastDigits() {
    double[] p = new double[BINS];
    double[] q = new double[BINS];
    double[] d = new double[BINS];
    double[] logs = new double[BINS];
    for (int i = 0; i < BINS; i++) {
      p[i] = 0.25;
      q[i] = 0.25 * (1 + (i - 1_000) / 1_000.0); // from nothing to twice as much
    }
    p[7] = 0;
    q[7] = 0;
    p[8] = 0;

    LogRatio.of(p, q, BINS, d, logs);

    for (int i = 0; i < BINS; i++) {
      if (i == 7 || i == 1_000) {
        assertThat(logs[i]).isZero();
      } else if (p[i] == 0) {
        assertThat(logs[i]).isEqualTo(Double.POSITIVE_INFINITY);
      } else if (q[i] == 0) {
        assertThat(logs[i]).isEqualTo(Double.NEGATIVE_INFINITY);
      } else {
        double exact = Math.log1p((q[i] - p[i]) / p[i]);
        assertThat(logs[i]).isCloseTo(exact, within(8 * Math.ulp(exact)));
      }
    }
  }

  @Test
  void jensenShannon_anyDifference_isItsSeries() {
    for (int k = 1; k < 1_000; k += 7) {
      double d = k / 1_000.0; // of both bins
      long[] reference = {1_000 + k, 1_000 - k};
      long[] current = {1_000 - k, 1_000 + k};
      double sum = 0;
      for (int term = 20_000; term >= 1; term--) {
        sum += Math.pow(d, 2.0 * term) / (term * (2.0 * term - 1));
      }
      double distance = Math.sqrt(sum / 2);

      TestResult result =
          JensenShannon.builder().naturalLogarithm(true).build().compare(reference, current);

      assertThat(result.statistic()).as("d = %s", d).isCloseTo(distance, within(1e-13));
    }
  }

  @Test
  void compare_columnsOfAllSizesOnOneThread_isAsOnAFreshOne() {
    long seed = 20;
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 100; round++) {
      int bins = 1 + random.nextInt(round % 10 == 0 ? 6_000 : 400);
      long[] reference = counts(random, bins);
      long[] current = counts(random, bins);
      for (CategoricalTest test : new CategoricalTest[] {Psi.create(), JensenShannon.create()}) {
        TestResult here = test.compare(reference, current);
        TestResult fresh =
            CompletableFuture.supplyAsync(
                    () -> test.compare(reference, current), task -> new Thread(task).start())
                .join();
        assertThat(here).as("seed %d, round %d", seed, round).isEqualTo(fresh);
      }
    }
  }

  private static long[] counts(SplittableRandom random, int bins) {
    long[] counts = new long[bins];
    Arrays.setAll(counts, i -> random.nextInt(4) == 0 ? 0 : random.nextInt(1, 100));
    counts[0] = 1;
    return counts;
  }
}
