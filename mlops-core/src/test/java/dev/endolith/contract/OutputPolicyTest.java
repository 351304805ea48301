package dev.endolith.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.model.AnomalyScored;
import dev.endolith.model.Classified;
import dev.endolith.model.Prediction;
import dev.endolith.model.Regressed;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputPolicyTest {
  private enum Colour {
    RED,
    GREEN,
    BLUE,
    GREY
  }

  private record Point(double x) {}

  private static final Classification<Point, Colour> TASK =
      Task.classify(Point.class, Colour.class).build();

  private static double[] scores(OutputPolicy policy, double... scores) {
    Prediction<Colour> shown = policy.apply(TASK, Classified.of(TASK, scores));
    return ((Classified<Colour>) shown).scores();
  }

  @Test
  void apply_rounded_keepsDecimals() {
    assertThat(scores(OutputPolicy.rounded(1), 0.14, 0.26, 0.35, 0.25))
        .containsExactly(0.1, 0.3, 0.4, 0.2);
  }

  @Test
  void apply_top_hidesTheRest() {
    assertThat(scores(OutputPolicy.top(2), 0.1, 0.3, 0.4, 0.2)).containsExactly(0, 0.3, 0.4, 0);
    assertThat(scores(OutputPolicy.top(2), 0.25, 0.25, 0.25, 0.25))
        .containsExactly(0.25, 0.25, 0, 0);
    assertThat(scores(OutputPolicy.top(9), 0.1, 0.3, 0.4, 0.2)).containsExactly(0.1, 0.3, 0.4, 0.2);
  }

  @Test
  void apply_labelsOnly_hidesAllScores() {
    assertThat(scores(OutputPolicy.labelsOnly(), 0.1, 0.3, 0.4, 0.2)).containsExactly(0, 0, 1, 0);
  }

  @Test
  void apply_anyPolicy_keepsTheAnswer() {
    Random random = new Random(11);
    for (int i = 0; i < 5_000; i++) {
      double[] scores = random.doubles(4).toArray();
      if (i % 3 == 0) {
        scores[3] = scores[1]; // equals
      }
      Prediction<Colour> decided = Classified.decided(TASK, random.nextInt(4), scores);
      OutputPolicy policy =
          new OutputPolicy(random.nextInt(4) - 1, 1 + random.nextInt(4), random.nextBoolean());
      assertThat(policy.apply(TASK, decided).value()).isEqualTo(decided.value());
    }
  }

  @Test
  void apply_otherAnswers_areRoundedOnlyWhereTheyAreScores() {
    Task<Point, Boolean> anomaly = Task.anomaly(Point.class).build();
    assertThat(OutputPolicy.rounded(2).apply(anomaly, new AnomalyScored(1.23456, true)))
        .isEqualTo(new AnomalyScored(1.23, true));
    assertThat(OutputPolicy.labelsOnly().apply(anomaly, new AnomalyScored(1.23456, true)))
        .isEqualTo(new AnomalyScored(1, true));
    Task<Point, Double> number = Task.regress(Point.class).build();
    assertThat(OutputPolicy.rounded(2).apply(number, new Regressed(1.23456)))
        .isEqualTo(new Regressed(1.23456));
  }

  @Test
  void policy_nonsense_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> OutputPolicy.rounded(16));
    assertThatIllegalArgumentException().isThrownBy(() -> OutputPolicy.top(0));
  }
}
