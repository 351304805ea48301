package dev.endolith.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Regression;
import dev.endolith.data.Task;
import dev.endolith.error.CallRefusedException;
import dev.endolith.error.CallRefusedException.Guard;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.model.Regressed;
import dev.endolith.serving.CallContext;
import dev.endolith.serving.Deployment;
import dev.endolith.serving.Served;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CallGuardsTest {
  record Ask(double x) {}

  private static final Regression<Ask> TASK = Task.regress(Ask.class).build();

  /** Fails where x is negative. */
  private static final Predictor<Ask, Double> MODEL =
      new Predictor<>() {
        @Override
        public Prediction<Double> predict(Ask x) {
          if (x.x() < 0) {
            throw new IllegalStateException("a model's own failure");
          }
          return new Regressed(x.x());
        }
      };

  private static Deployment<Ask, Double> deployment() {
    return Deployment.fixed("m", TASK, MODEL);
  }

  private static CircuitBreaker breaker() {
    return CircuitBreaker.of(
        "b",
        CircuitBreakerConfig.custom()
            .slidingWindowSize(4)
            .minimumNumberOfCalls(4)
            .failureRateThreshold(50)
            .build());
  }

  private static void assertRefused(Throwable thrown, Guard by) {
    assertThat(thrown).isInstanceOf(CallRefusedException.class);
    assertThat(((CallRefusedException) thrown).guard()).isEqualTo(by);
  }

  @Test
  void breaker_afterFailures_refusesEveryWayToPredict() {
    CircuitBreaker breaker = breaker();
    try (Deployment<Ask, Double> guarded =
        Deployment.guarded(deployment(), new CircuitBreakerGuard(breaker))) {
      for (int i = 0; i < 4; i++) {
        double x = i % 2 == 0 ? -1 : 1;
        if (x < 0) {
          assertThatThrownBy(() -> guarded.predict(new Ask(x)))
              .isNotInstanceOf(CallRefusedException.class);
        } else {
          assertThat(guarded.predict(new Ask(x)).value()).isEqualTo(1);
        }
      }

      assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
      assertThatThrownBy(() -> guarded.predict(new Ask(1)))
          .satisfies(e -> assertRefused(e, Guard.BREAKER))
          .hasMessageContaining("circuit breaker 'b' of 'm' is OPEN");
      assertThatThrownBy(() -> guarded.predictAsync(new Ask(1), CallContext.NONE))
          .satisfies(e -> assertRefused(e, Guard.BREAKER));
      assertThatThrownBy(() -> guarded.predictAll(Stream.of(new Ask(1)), CallContext.NONE))
          .satisfies(e -> assertRefused(e, Guard.BREAKER));
      breaker.reset();
      assertThat(guarded.predict(new Ask(2)).value()).isEqualTo(2);
      assertThat(guarded.name()).isEqualTo("m");
    }
  }

  @Test
  void breaker_seesHowAnAnswerThatComesLaterEnds() throws Exception {
    CircuitBreaker breaker = breaker();
    try (Deployment<Ask, Double> guarded =
        Deployment.guarded(deployment(), new CircuitBreakerGuard(breaker))) {
      for (int i = 0; i < 4; i++) {
        CompletableFuture<Served<Double>> answer =
            guarded.predictAsync(new Ask(-1), CallContext.NONE);
        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class);
      }
      assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
      assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(4);
    }
  }

  @Test
  void bulkhead_isFullWhileACallIsInside() throws Exception {
    Bulkhead bulkhead =
        Bulkhead.of(
            "b",
            BulkheadConfig.custom().maxConcurrentCalls(1).maxWaitDuration(Duration.ZERO).build());
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Predictor<Ask, Double> waits =
        x -> {
          inside.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return new Regressed(x.x());
        };
    try (Deployment<Ask, Double> guarded =
        Deployment.guarded(Deployment.fixed("m", TASK, waits), new BulkheadGuard(bulkhead))) {
      CompletableFuture<Double> first =
          CompletableFuture.supplyAsync(() -> guarded.predict(new Ask(3)).value());
      assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> guarded.predict(new Ask(1)))
          .satisfies(e -> assertRefused(e, Guard.BULKHEAD));
      assertThatThrownBy(() -> guarded.predictAsync(new Ask(1), CallContext.NONE))
          .satisfies(e -> assertRefused(e, Guard.BULKHEAD));
      go.countDown();
      assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(3);
      CompletableFuture<Served<Double>> later = guarded.predictAsync(new Ask(4), CallContext.NONE);
      assertThat(later.get(30, TimeUnit.SECONDS).value()).isEqualTo(4);
      assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
    }
  }

  @Test
  void rateLimiter_withoutCallsLeft_refusesAndSaysWhenToAskAgain() {
    RateLimiter limiter =
        RateLimiter.of(
            "r",
            RateLimiterConfig.custom()
                .limitForPeriod(2)
                .limitRefreshPeriod(Duration.ofHours(1))
                .timeoutDuration(Duration.ZERO)
                .build());
    try (Deployment<Ask, Double> guarded =
        Deployment.guarded(deployment(), new RateLimiterGuard(limiter))) {
      guarded.predict(new Ask(1));
      guarded.predict(new Ask(1));
      assertThatThrownBy(() -> guarded.predict(new Ask(1)))
          .satisfies(e -> assertRefused(e, Guard.RATE))
          .satisfies(
              e ->
                  assertThat(((CallRefusedException) e).retryAfter())
                      .isEqualTo(Duration.ofHours(1)));
    }
  }
}
