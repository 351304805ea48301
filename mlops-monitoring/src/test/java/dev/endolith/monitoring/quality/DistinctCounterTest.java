package dev.endolith.monitoring.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DistinctCounterTest {
  @Test
  void add_belowTheCap_agreesWithASet() {
    long seed = Long.getLong("seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      DistinctCounter counter = new DistinctCounter(5_000);
      Set<List<Long>> model = new HashSet<>();
      int range = 1 + random.nextInt(60);
      for (int i = 0; i < 2_000; i++) {
        long high = random.nextInt(range); // zero among them, and many in one chain
        long low = random.nextInt(range);
        boolean first = model.add(List.of(high, low));
        assertThat(counter.add(high, low))
            .as("seed %d", seed)
            .isEqualTo(first ? DistinctCounter.Seen.FIRST : DistinctCounter.Seen.AGAIN);
        assertThat(counter.contains(high, low)).isTrue();
        assertThat(counter.contains(high, range + 1L)).isFalse();
      }
      assertThat(counter.count()).as("seed %d", seed).isEqualTo(model.size());
      assertThat(counter.error()).isZero();
    }
  }

  @Test
  void count_beyondTheCap_isWithinFiveStandardErrors() {
    SplittableRandom random = new SplittableRandom(3);
    DistinctCounter counter = new DistinctCounter(1_000);
    for (int i = 0; i < 200_000; i++) {
      counter.add(random.nextLong(), random.nextLong());
    }
    assertThat(counter.overflowed()).isTrue();
    assertThat(counter.count())
        .isBetween(200_000 * (1 - 5 * counter.error()), 200_000 * (1 + 5 * counter.error()));
  }
}
