package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.model.Classified;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObservedDeploymentTest {
  private static final int CALLS = 2_000;

  /** Keeps what it is told. */
  private static final class Told implements PredictionObserver {
    final boolean all;
    final List<Long> nanos = new ArrayList<>();
    final List<RuntimeException> failures = new ArrayList<>();

    Told(boolean all) {
      this.all = all;
    }

    @Override
    public boolean timesEveryCall() {
      return all;
    }

    @Override
    public void answered(Served<?> served, long took) {
      nanos.add(took);
    }

    @Override
    public void failed(RuntimeException failure) {
      failures.add(failure);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void predict_timesAllOrOneOfSixteen(boolean all) {
    Told told = new Told(all);
    try (Deployment<Constants.Ask, Boolean> deployment =
        Deployment.observed(
            Deployment.fixed("m", Constants.TASK, x -> Classified.of(Constants.TASK, 0, 1)),
            told)) {
      for (int i = 0; i < CALLS; i++) {
        assertThat(deployment.predict(Constants.ask("a")).value()).isTrue();
      }
    }
    assertThat(told.nanos).hasSize(CALLS);
    long timed = told.nanos.stream().filter(n -> n != PredictionObserver.NOT_TIMED).count();
    if (all) {
      assertThat(timed).isEqualTo(CALLS);
    } else {
      // binomial with a mean of 125 and a deviation of 10.8: six of them either way
      assertThat(timed).isBetween(60L, 190L);
    }
  }

  @Test
  void observerThatFails_breaksNothing() {
    PredictionObserver broken =
        new PredictionObserver() {
          @Override
          public void answered(Served<?> served, long nanos) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void failed(RuntimeException failure) {}
        };
    try (Deployment<Constants.Ask, Boolean> deployment =
        Deployment.observed(
            Deployment.fixed("m", Constants.TASK, x -> Classified.of(Constants.TASK, 0, 1)),
            broken)) {
      assertThat(deployment.predict(Constants.ask("a")).value()).isTrue();
      assertThat(deployment.predict(Constants.ask("b")).value()).isTrue();
    }
  }

  @Test
  void failure_isToldAndThrown() {
    Told told = new Told(false);
    IllegalStateException failure = new IllegalStateException("no");
    try (Deployment<Constants.Ask, Boolean> deployment =
        Deployment.observed(
            Deployment.fixed(
                "m",
                Constants.TASK,
                x -> {
                  throw failure;
                }),
            told)) {
      assertThatThrownBy(() -> deployment.predict(Constants.ask("a")));
    }
    assertThat(told.failures).hasSize(1);
    assertThat(told.nanos).isEmpty();
  }
}
