package dev.endolith.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Against the published numbers of others. The one vector that is not here is Kayenta's
 * Mann-Whitney interval: it is a fixed-horizon test of batches, none of what this package is for.
 */
class SequentialVectorsTest {
  private static final JsonNode VECTORS = vectors();

  private static JsonNode vectors() {
    try (InputStream in =
        SequentialVectorsTest.class.getResourceAsStream("sequential-vectors.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode growthBook(int vector) {
    return VECTORS.get("growthbook_kayenta").get(vector);
  }

  private static Moments sums(JsonNode side) {
    return Moments.ofSums(side.get(2).asLong(), side.get(0).asDouble(), side.get(1).asDouble());
  }

  @Test
  void twoSided_relativeMean_equalsGrowthBook() {
    JsonNode v = growthBook(0);
    Effect effect = Effect.relative(sums(v.get("a")), sums(v.get("b")));
    assertThat(effect.estimate()).isCloseTo(v.get("estimate").asDouble(), within(1e-12));
    assertThat(effect.error()).isCloseTo(v.get("se").asDouble(), within(1e-12));
    AsymptoticSequence sequence = new AsymptoticSequence(0.05, v.get("tuning").asDouble());
    Interval interval = sequence.twoSided(effect);
    assertThat(interval.low()).isCloseTo(v.get("ci").get(0).asDouble(), within(1e-9));
    assertThat(interval.high()).isCloseTo(v.get("ci").get(1).asDouble(), within(1e-9));
    assertThat(sequence.pValue(effect)).isEqualTo(v.get("p").asDouble());
  }

  @Test
  void twoSided_relativeProportion_equalsGrowthBook() {
    JsonNode v = growthBook(1);
    Effect effect = Effect.relative(1396, 3000, 2422, 3461);
    assertThat(effect.estimate()).isCloseTo(v.get("estimate").asDouble(), within(1e-12));
    assertThat(effect.error()).isCloseTo(v.get("se").asDouble(), within(1e-12));
    AsymptoticSequence sequence = new AsymptoticSequence(0.05, v.get("tuning").asDouble());
    Interval interval = sequence.twoSided(effect);
    assertThat(interval.low()).isCloseTo(v.get("ci").get(0).asDouble(), within(1e-9));
    assertThat(interval.high()).isCloseTo(v.get("ci").get(1).asDouble(), within(1e-9));
    double p = v.get("p").asDouble();
    assertThat(sequence.pValue(effect)).isCloseTo(p, within(p * 1e-9));
  }

  @Test
  void oneSided_relativeAndAbsolute_equalGrowthBook() {
    Moments a = sums(growthBook(0).get("a"));
    Moments b = sums(growthBook(0).get("b"));
    AsymptoticSequence sequence = new AsymptoticSequence(0.05, 5_000);
    assertThat(sequence.oneSided(Effect.relative(a, b)).low())
        .isCloseTo(growthBook(2).get("ci").get(0).asDouble(), within(1e-9));
    Effect absolute = Effect.absolute(a, b);
    JsonNode v = growthBook(3);
    assertThat(absolute.estimate()).isCloseTo(v.get("estimate").asDouble(), within(1e-12));
    assertThat(absolute.error()).isCloseTo(v.get("se").asDouble(), within(1e-12));
    assertThat(sequence.oneSided(absolute).low())
        .isCloseTo(v.get("lower").asDouble(), within(1e-9));
    assertThat(sequence.oneSided(absolute).high())
        .isCloseTo(v.get("upper").asDouble(), within(1e-9));
  }

  @Test
  void mixtureSprt_equalsTheReference() {
    double p = 1;
    for (JsonNode v : VECTORS.get("msprt")) {
      MixtureSprt test = new MixtureSprt(v.get("V").asDouble(), v.get("tau2").asDouble());
      double expected = v.get("Lambda").asDouble();
      double n = v.get("n").asDouble();
      double difference = v.get("diff").asDouble();
      assertThat(test.ratio(n, difference)).isCloseTo(expected, within(expected * 1e-12));
      assertThat(test.pValue(1, n, difference))
          .isCloseTo(v.get("p").asDouble(), within(v.get("p").asDouble() * 1e-12));
      double next = test.pValue(p, n, difference);
      assertThat(next).isLessThanOrEqualTo(p);
      p = next;
    }
  }

  @Test
  void groupSequential_equalsJennisonAndTurnbull() {
    for (JsonNode v : VECTORS.get("group_sequential")) {
      int looks = v.get("K").asInt();
      double alpha = v.get("alpha").asDouble();
      for (double c : GroupSequential.pocock(looks, alpha)) {
        assertThat(c).isCloseTo(v.get("pocock").asDouble(), within(5.1e-4));
      }
      double[] bounds = GroupSequential.obrienFleming(looks, alpha);
      for (int k = 0; k < looks; k++) {
        // the tables multiply the rounded last boundary
        assertThat(bounds[k]).isCloseTo(v.get("obf").get(k).asDouble(), within(1.2e-3));
      }
      assertThat(bounds[looks - 1]).isCloseTo(v.get("obf_final").asDouble(), within(5.1e-4));
      assertThat(GroupSequential.crossing(bounds)).isCloseTo(alpha, within(1e-9));
    }
  }

  @Test
  void groupSequential_spendsAsDeclared() {
    double[] bounds = GroupSequential.spending(4, GroupSequential.obrienFlemingSpending(0.05));
    assertThat(GroupSequential.crossing(bounds)).isCloseTo(0.05, within(1e-9));
    assertThat(GroupSequential.crossing(bounds[0], bounds[1]))
        .isCloseTo(GroupSequential.obrienFlemingSpending(0.05).applyAsDouble(0.5), within(1e-9));
    double[] pocock = GroupSequential.spending(3, GroupSequential.pocockSpending(0.05));
    assertThat(GroupSequential.crossing(pocock)).isCloseTo(0.05, within(1e-9));
  }

  /** The reference's simulation, with another generator: 200 looks up to 10 000, no effect. */
  @Test
  void peeking_costsTheFixedTestItsLevel_andNotTheSequence() {
    JsonNode v = VECTORS.get("peeking_sim");
    int runs = 1_000;
    int naive = 0;
    int sequential = 0;
    AsymptoticSequence sequence = new AsymptoticSequence(0.05, 5_000);
    for (int run = 0; run < runs; run++) {
      Random random = new Random(run);
      double sum = 0;
      boolean naiveAlarm = false;
      boolean alarm = false;
      for (int look = 1; look <= v.get("looks").asInt(); look++) {
        int n = look * 50;
        sum += Math.sqrt(50) * random.nextGaussian();
        Effect effect = new Effect(n, sum / n, 1 / Math.sqrt(n));
        naiveAlarm |= Math.abs(effect.estimate()) > 1.96 * effect.error();
        alarm |= !sequence.twoSided(effect).contains(0);
      }
      naive += naiveAlarm ? 1 : 0;
      sequential += alarm ? 1 : 0;
    }
    // binomial: standard deviations 0.016 and 0.0045 at 1 000 runs; four of them
    assertThat(naive / (double) runs).isCloseTo(v.get("naive_z196_fpr").asDouble(), within(0.064));
    assertThat(sequential / (double) runs)
        .isCloseTo(v.get("confseq_fpr").asDouble(), within(0.018));
  }
}
