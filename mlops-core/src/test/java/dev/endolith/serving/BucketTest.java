package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketTest {
  /** Hashes that other implementations of the algorithm publish (OpenFeature's flagd). */
  @ParameterizedTest
  @CsvSource({
    "headerColor,rachel@faas.com,1805633606",
    "headerColor,monica@faas.com,3314683759",
    "headerColor,joey@faas.com,309582631",
    "headerColor,ross@faas.com,1595699981",
    "my-seed,rachel@faas.com,2931187178",
    "my-seed,monica@faas.com,309002457",
    "my-seed,joey@faas.com,1300152927",
    "my-seed,ross@faas.com,3030988938"
  })
  void place_publishedVectors_areEqual(String salt, String key, long hash) {
    assertThat(Bucket.place(salt, key)).isEqualTo(hash);
  }

  /** Unleash's normalised values, which use the same hash with a remainder. */
  @ParameterizedTest
  @CsvSource({"gr1:123,0,100,73", "groupX:999,0,100,25", "Feature.Variants.C:607,86028157,99,58"})
  void murmur3_seedsAndTails_areEqual(String text, int seed, int normalizer, int value) {
    int hash = Bucket.murmur3(text.getBytes(StandardCharsets.UTF_8), seed);
    assertThat(Integer.toUnsignedLong(hash) % normalizer + 1).isEqualTo(value);
  }

  @Test
  void inShare_isStickyFairAndGrowsWithoutMovingAnyone() {
    int inTenth = 0;
    int inBoth = 0;
    for (int i = 0; i < 20_000; i++) {
      String key = "user-" + i;
      boolean tenth = Bucket.inShare("a:", key, 0.1);
      assertThat(Bucket.inShare("a:", key, 0.1)).isEqualTo(tenth);
      if (tenth) {
        inTenth++;
        assertThat(Bucket.inShare("a:", key, 0.3)).isTrue();
        inBoth += Bucket.inShare("b:", key, 0.1) ? 1 : 0;
      }
      assertThat(Bucket.inShare("a:", key, 0)).isFalse();
      assertThat(Bucket.inShare("a:", key, 1)).isTrue();
    }
    // binomial: 2000 with a standard deviation of 42; 200 with one of 13
    assertThat(inTenth).isBetween(1_790, 2_210);
    assertThat(inBoth).isBetween(135, 265);
  }
}
