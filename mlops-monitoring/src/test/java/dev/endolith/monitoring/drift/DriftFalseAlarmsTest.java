package dev.endolith.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.monitoring.drift.ColumnDrift.Verdict;
import dev.endolith.monitoring.drift.Draws.Law;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How often windows alarm in which nothing changed. Reference and window are drawn anew each time.
 */
@SuppressWarnings("EnumOrdinal") // only seeds
class DriftFalseAlarmsTest {
  private static final List<Law> LAWS = List.of(Law.values());
  private static final int[] COLUMNS = {1, 20, 200};
  private static final long[] ROWS = {200, 2_000, 20_000, 2_000_000};

  @Test
  void judge_stableWindows_alarmAtMostAtTheStatedRate() {
    measure(12);
  }

  @Test
  @Tag("long")
  void judge_manyStableWindows_alarmAtMostAtTheStatedRate() {
    measure(Integer.getInteger("endolith.windows", 2_000));
  }

  @Test
  void judge_eachLaw_alarmsAtMostAtTheStatedRate() {
    eachLaw(100);
  }

  @Test
  @Tag("long")
  void judge_eachLawManyWindows_alarmsAtMostAtTheStatedRate() {
    eachLaw(10 * Integer.getInteger("endolith.windows", 2_000));
  }

  @Test
  void budget_stableMonths_areWithinIt() {
    budget(1);
  }

  @Test
  @Tag("long")
  void budget_manyStableMonths_areWithinIt() {
    budget(Integer.getInteger("endolith.windows", 2_000) / 40);
  }

  private static void measure(int windows) {
    Drift usual = Drift.builder().build();
    // without a least effect nothing but the p-values holds alarms back
    Drift bare = Drift.builder().minimumEffect(0).build();
    for (long rows : ROWS) {
      for (int columns : COLUMNS) {
        LongAdder byDefault = new LongAdder();
        LongAdder byP = new LongAdder();
        LongAdder stable = new LongAdder();
        IntStream.range(0, windows)
            .parallel()
            .forEach(
                window -> {
                  SplittableRandom random =
                      new SplittableRandom(31 * (rows + 7L * columns) + 1_000_003L * window);
                  List<ColumnCounts> counts = new ArrayList<>();
                  for (int i = 0; i < columns; i++) {
                    Law law = LAWS.get((i + window) % LAWS.size());
                    counts.add(law.column(random, i, rows, rows, i % 3 == 0 ? 0.02 : 0));
                  }
                  Verdict verdict = usual.judge(counts, rows, rows).verdict();
                  byDefault.add(verdict == Verdict.DRIFT ? 1 : 0);
                  stable.add(verdict == Verdict.NO_DRIFT ? 1 : 0);
                  byP.add(bare.judge(counts, rows, rows).verdict() == Verdict.DRIFT ? 1 : 0);
                });
        System.out.printf(
            Locale.ROOT,
            "n %7d, %3d columns: %.4f alarms a window by default, %.4f without a least effect"
                + " (stated 0.01); %.3f shown to be stable%n",
            rows,
            columns,
            byDefault.doubleValue() / windows,
            byP.doubleValue() / windows,
            stable.doubleValue() / windows);
        assertThat(byDefault.sum()).isLessThanOrEqualTo(most(windows, 0.01));
        assertThat(byP.sum()).isLessThanOrEqualTo(most(windows, 0.01));
        if (rows >= 20_000) {
          assertThat(stable.sum()).isEqualTo(windows);
        }
      }
    }
  }

  /** One column at 5 %, where alarms are many enough to see a p-value that is wrong. */
  private static void eachLaw(int windows) {
    Drift bare = Drift.builder().alpha(0.05).minimumEffect(0).build();
    for (Law law : Law.values()) {
      for (long rows : new long[] {200, 2_000, 200_000}) {
        int alarms = 0;
        SplittableRandom random = new SplittableRandom(rows + law.name().hashCode());
        for (int window = 0; window < windows; window++) {
          alarms +=
              bare.judge(List.of(law.column(random, 0, rows, rows, 0)), rows, rows).verdict()
                      == Verdict.DRIFT
                  ? 1
                  : 0;
        }
        System.out.printf(
            Locale.ROOT, "%s, n %d: %.4f of 0.05%n", law, rows, (double) alarms / windows);
        assertThat(alarms).as("%s, n %d", law, rows).isLessThanOrEqualTo(most(windows, 0.05));
      }
    }
  }

  /** An alarm a day over hourly windows of twenty columns, counted over months of 30 days. */
  private static void budget(int months) {
    AlarmBudget aDay = AlarmBudget.atMost(1, Duration.ofDays(1));
    Duration hour = Duration.ofHours(1);
    Drift bare = Drift.builder().minimumEffect(0).budget(aDay, hour).build();
    Drift usual = Drift.builder().budget(aDay, hour).build();
    LongAdder byP = new LongAdder();
    LongAdder byDefault = new LongAdder();
    int windows = months * 30 * 24;
    IntStream.range(0, windows)
        .parallel()
        .forEach(
            window -> {
              SplittableRandom random = new SplittableRandom(77_777L * window);
              List<ColumnCounts> counts = new ArrayList<>();
              for (int i = 0; i < 20; i++) {
                Law law = LAWS.get(1 + i % 5); // without the slowest to draw
                counts.add(law.column(random, i, 2_000, 500, 0));
              }
              byP.add(bare.judge(counts, 2_000, 500).verdict() == Verdict.DRIFT ? 1 : 0);
              byDefault.add(usual.judge(counts, 2_000, 500).verdict() == Verdict.DRIFT ? 1 : 0);
            });
    double days = months * 30.0;
    System.out.printf(
        Locale.ROOT,
        "budget of 1 alarm a day: %.3f a day without a least effect, %.3f by default%n",
        byP.sum() / days,
        byDefault.sum() / days);
    assertThat(byP.sum()).isLessThanOrEqualTo(most(windows, 1.0 / 24));
    assertThat(byDefault.sum()).isLessThanOrEqualTo(byP.sum());
    // a rate far below the budget would be a lack of power
    assertThat(byP.sum() / days).isGreaterThan(0.2);
  }

  /** More alarms would have a probability below 1e-5 at the stated rate. */
  private static int most(int windows, double rate) {
    return BinomialDistribution.of(windows, rate).inverseSurvivalProbability(1e-5);
  }
}
