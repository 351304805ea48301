package dev.endolith.monitoring.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeavyHittersTest {
  @Test
  void counts_fewWords_areExactInAnyOrder() {
    List<String> words = words(2_000, 40, 1);
    HeavyHitters straight = of(words, 20);
    Collections.shuffle(words, new Random(2));
    HeavyHitters left = of(words.subList(0, 700), 20);
    HeavyHitters right = of(words.subList(700, 2_000), 20);
    right.merge(left);

    assertThat(straight.error()).isZero();
    assertThat(right.toBytes()).isEqualTo(straight.toBytes());
    assertThat(HeavyHitters.read(right.toBytes()).counts()).isEqualTo(straight.counts());
  }

  @Test
  void counts_manyWords_areTooSmallByTheStatedErrorAtMost() {
    for (int seed = 0; seed < 8; seed++) {
      List<String> words = words(20_000, 3_000, seed);
      Map<String, Long> truth = new HashMap<>();
      words.forEach(word -> truth.merge(word, 1L, Long::sum));
      HeavyHitters merged = new HeavyHitters(50);
      for (int part = 0; part < 4; part++) {
        merged.merge(of(words.subList(part * 5_000, part * 5_000 + 5_000), 50));
      }
      for (HeavyHitters summary : List.of(of(words, 50), merged)) {
        Map<String, Long> counts = summary.counts();
        assertThat(summary.held()).isLessThanOrEqualTo(100);
        assertThat(summary.total()).isEqualTo(20_000);
        assertThat(summary.error()).isPositive().isLessThanOrEqualTo(20_000 / 51);
        truth.forEach(
            (word, count) ->
                assertThat(counts.getOrDefault(word, 0L))
                    .isBetween(count - summary.error(), count));
      }
    }
  }

  private static HeavyHitters of(List<String> words, int size) {
    HeavyHitters summary = new HeavyHitters(size);
    words.forEach(summary::add);
    return summary;
  }

  /** The word k comes about as often as 1 / k. */
  private static List<String> words(int size, int distinct, long seed) {
    Random random = new Random(seed);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      words.add("w" + (int) Math.pow(distinct, random.nextDouble()));
    }
    return words;
  }
}
