package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.Workspace;
import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.model.Classified;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.registry.Alias;
import dev.endolith.serving.Constants.Ask;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The primary answers while the shadow's model is stuck in its first call. */
class SlowShadowTest {
  private static final int CALLS = 3_000; // more than the shadow's queue holds

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  /** A score in the content; the one that says "stuck" answers after the release. */
  private final class Format implements ModelFormat {
    @Override
    public String name() {
      return "constant";
    }

    @Override
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      boolean stuck = new String(content, StandardCharsets.UTF_8).equals("stuck");
      return new Predictor<>() {
        @Override
        public Prediction<Y> predict(X x) {
          if (stuck) {
            entered.countDown();
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          return Classified.of((Classification<X, Y>) task, stuck ? 0.7 : 0.3, stuck ? 0.3 : 0.7);
        }
      };
    }
  }

  @Test
  @Timeout(60)
  void predict_shadowsModelIsStuck_isAnswered_andWhatTheShadowMissedIsCounted() throws Exception {
    try (Workspace workspace = Workspace.builder().format(new Format()).open()) {
      var models = workspace.models();
      Constants.champion(models, "m", Constants.approved(models, "m", 0.7).number());
      models.move("m", "b", Constants.approved(models, "m", "stuck").number(), "test");
      try (Deployment<Ask, Boolean> deployment =
          Deployment.of("m", Constants.TASK, models).shadow("b").build()) {
        Served<Boolean> first = deployment.predict(Constants.ask("first"));
        assertThat(first.route()).isEqualTo(Route.CHAMPION);
        entered.await();
        // on this thread: were it to wait for the shadow, it would for ever
        for (int i = 1; i < CALLS; i++) {
          assertThat(deployment.predict(Constants.ask("k" + i)).value()).isTrue();
        }
        ShadowComparison stuck = deployment.shadow().orElseThrow();
        assertThat(stuck.compared()).isZero();
        assertThat(stuck.lost()).isPositive();
        models.move("m", Alias.CHAMPION, Constants.approved(models, "m", 0.8).number(), "test");
        deployment.refresh();
        assertThat(deployment.predict(Constants.ask("last")).version()).isEqualTo(3);
        release.countDown();
        Awaitility.await()
            .until(
                () -> {
                  ShadowComparison c = deployment.shadow().orElseThrow();
                  return c.compared() > 0 && c.compared() + c.lost() == CALLS + 1;
                });
      }
    }
  }
}
