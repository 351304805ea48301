package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.endolith.data.Features;
import dev.endolith.data.Id;
import dev.endolith.data.Row;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Simulated logs whose truth is known. */
class ReplayTest {
  record Visit(double x) {}

  private static final Features<Visit> FEATURES = Features.of(Visit.class);

  /**
   * Arm "a" pays 0.2 + 0.1 x, arm "b" 0.5 x; x is uniform. Truth of b: 0.25; of the best: below.
   */
  private static double pays(String arm, double x) {
    return arm.equals("a") ? 0.2 + 0.1 * x : 0.5 * x;
  }

  /** The log prefers a where x is great, so that naive means are wrong. */
  private static PredictionRecord drawn(SplittableRandom random, int i) {
    double x = random.nextDouble();
    double a = 0.2 + 0.7 * x;
    boolean first = random.nextDouble() < a;
    return new PredictionRecord(
        new Id(1, i),
        "shop",
        "",
        Instant.EPOCH,
        first ? 1 : 2,
        1,
        Route.BANDIT,
        Row.copyOf(FEATURES, new Visit(x)),
        "",
        new double[0],
        new Assignment("offers", first ? "a" : "b", first ? a : 1 - a));
  }

  private static final RewardModel GOOD =
      new RewardModel() {
        @Override
        public double ofLogged(PredictionRecord logged) {
          return pays(logged.assignment().arm(), logged.features().number(0)) + 0.02;
        }

        @Override
        public double ofCandidate(PredictionRecord logged) {
          return pays("b", logged.features().number(0)) + 0.02;
        }
      };

  private static ReplayResult replay(int seed, RewardModel model) {
    SplittableRandom random = new SplittableRandom(seed);
    Replay replay = Replay.of(logged -> logged.assignment().arm().equals("b") ? 1 : 0, model);
    for (int i = 0; i < 2_000; i++) {
      PredictionRecord logged = drawn(random, i);
      double p = pays(logged.assignment().arm(), logged.features().number(0));
      replay.add(logged, random.nextDouble() < p ? 1 : 0);
    }
    return replay.result(0.05);
  }

  @Test
  void estimates_areRightOnAverage_whereTheNaiveMeanIsNot() {
    double ips = 0;
    double normalised = 0;
    double robust = 0;
    double ipsError = 0;
    double robustError = 0;
    int above = 0;
    int aboveNormalised = 0;
    int aboveRobust = 0;
    int runs = 400;
    for (int seed = 0; seed < runs; seed++) {
      ReplayResult result = replay(seed, GOOD);
      ips += result.ips().value() / runs;
      normalised += result.normalised().value() / runs;
      robust += result.doublyRobust().value() / runs;
      ipsError += result.ips().error() / runs;
      robustError += result.doublyRobust().error() / runs;
      above += result.ips().low() > 0.25 ? 1 : 0;
      aboveNormalised += result.normalised().low() > 0.25 ? 1 : 0;
      aboveRobust += result.doublyRobust().low() > 0.25 ? 1 : 0;
      assertThat(result.effective()).isBetween(300.0, 1_500.0);
      assertThat(result.greatestWeight()).isLessThanOrEqualTo(10.01);
    }
    // errors of one estimate are about 0.018; of the mean of 400, 0.001: four of them
    assertThat(ips).isCloseTo(0.25, within(0.004));
    assertThat(normalised).isCloseTo(0.25, within(0.004));
    assertThat(robust).isCloseTo(0.25, within(0.004));
    assertThat(robustError).isLessThan(ipsError);
    // 5 % of 400 with a deviation of 4.4, and skewed for so few rows: at most twice
    assertThat(above).isLessThanOrEqualTo(40);
    assertThat(aboveNormalised).isLessThanOrEqualTo(40);
    assertThat(aboveRobust).isLessThanOrEqualTo(40);
  }

  @Test
  void doublyRobust_withAnAbsurdModel_isStillRight() {
    RewardModel absurd =
        new RewardModel() {
          @Override
          public double ofLogged(PredictionRecord logged) {
            return 3 - logged.features().number(0);
          }

          @Override
          public double ofCandidate(PredictionRecord logged) {
            return 3 - logged.features().number(0);
          }
        };
    double robust = 0;
    for (int seed = 0; seed < 400; seed++) {
      robust += replay(seed, absurd).doublyRobust().value() / 400;
    }
    assertThat(robust).isCloseTo(0.25, within(0.02)); // its own error is about 0.1 / 20
  }

  @Test
  void naiveMeanOfTheArm_isWrongHere() {
    SplittableRandom random = new SplittableRandom(3);
    double sum = 0;
    int n = 0;
    for (int i = 0; i < 50_000; i++) {
      PredictionRecord logged = drawn(random, i);
      if (logged.assignment().arm().equals("b")) {
        sum += pays("b", logged.features().number(0));
        n++;
      }
    }
    assertThat(sum / n).isLessThan(0.21);
  }

  @Test
  void replay_ofALog_readsLabelledPredictionsThatDidNotFallBack() {
    PredictionLog log = PredictionLog.inMemory();
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 1_500; i++) {
      PredictionRecord logged = drawn(random, i);
      log.append(List.of(logged));
      if (i % 2 == 0) {
        double p = pays(logged.assignment().arm(), logged.features().number(0));
        var unused =
            log.label(
                "shop",
                List.of(
                    new Feedback(
                        logged.id(), "", random.nextDouble() < p ? "1" : "0", Instant.EPOCH)));
      }
    }
    ReplayResult result =
        Replay.ofArm("b")
            .addAll(log, "shop", FEATURES.schema(), entry -> Double.parseDouble(entry.label()))
            .result(0.05);
    assertThat(result.n()).isEqualTo(750);
    assertThat(result.doublyRobust()).isNull();
    assertThat(result.normalised().value()).isCloseTo(0.25, within(0.12));
    assertThat(result.ips().low()).isLessThan(result.ips().value());
  }

  @Test
  void addAll_correctedLabels_areCountedOnceWithWhatStands() {
    PredictionLog log = PredictionLog.inMemory();
    SplittableRandom random = new SplittableRandom(3);
    double sum = 0;
    for (int i = 0; i < 20; i++) {
      PredictionRecord record = drawn(random, i);
      log.append(List.of(record));
      String key = record.deployment();
      log.label(key, List.of(new Feedback(record.id(), "", "100", record.at())));
      log.label(
          key,
          List.of(new Feedback(record.id(), "", Integer.toString(i), record.at().plusSeconds(1))));
      sum += i;
    }
    String deployment = drawn(random, 1).deployment();
    assertThat(log.counts(deployment)).isEqualTo(new LogCounts(20, 20, 20));
    ReplayResult result =
        Replay.of(r -> 1)
            .addAll(log, deployment, FEATURES.schema(), entry -> Double.parseDouble(entry.label()))
            .result(0.05);
    assertThat(result.n()).isEqualTo(20);
    assertThat(result.logged()).isCloseTo(sum / 20, within(1e-9));
  }

  @Test
  void replay_ofNonsense_isRefused() {
    PredictionRecord logged = drawn(new SplittableRandom(1), 1);
    assertThatThrownBy(() -> Replay.of(r -> 2).add(logged, 1)).hasMessageContaining("[0, 1]");
    assertThatThrownBy(() -> Replay.of(r -> 1).add(logged, 0, 1)).hasMessageContaining("(0, 1]");
    assertThatThrownBy(() -> Replay.of(r -> 1).add(logged, Double.NaN))
        .hasMessageContaining("finite");
    assertThatThrownBy(() -> Replay.of(r -> 1).result(0.05))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Replay.of(r -> 1).result(0.7)).hasMessageContaining("alpha");
  }
}
