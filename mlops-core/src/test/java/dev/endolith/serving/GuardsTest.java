package dev.endolith.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.Workspace;
import dev.endolith.data.Classification;
import dev.endolith.data.Task;
import dev.endolith.error.CallRefusedException;
import dev.endolith.error.CallRefusedException.Guard;
import dev.endolith.error.PredictionException;
import dev.endolith.model.Classified;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.registry.Alias;
import dev.endolith.registry.Models;
import dev.endolith.serving.Constants.Ask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuardsTest {
  private static final Ask A = Constants.ask("a");

  private final Scripted format = new Scripted();
  private final Workspace workspace = Workspace.builder().format(format).open();
  private final Models models = workspace.models();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L); // wraps soon

  /** Does what a row's name says. */
  private final class Scripted implements ModelFormat {
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);
    private final AtomicInteger loads = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile int failing; // which of those that were loaded

    @Override
    public String name() {
      return "constant";
    }

    @Override
    public <X, Y> Predictor<X, Y> load(byte[] content, Task<X, Y> task) {
      int mine = loads.incrementAndGet();
      return new Predictor<>() {
        @Override
        public Prediction<Y> predict(X x) {
          asked.incrementAndGet();
          if (mine == failing) {
            failures.incrementAndGet();
            throw new IllegalStateException("a model's own failure");
          }
          switch (((Ask) x).name()) {
            case "bad" -> throw new IllegalStateException("a bad row");
            case "slow" -> nanos.addAndGet(50_000_000);
            case "stay" -> {
              entered.countDown();
              try {
                leave.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
            default -> {}
          }
          return Classified.of((Classification<X, Y>) task, 0.25, 0.75);
        }

        @Override
        public void close() {
          closed.incrementAndGet();
        }
      };
    }
  }

  @BeforeEach
  void champion() {
    Constants.approved(models, "m", 1);
    Constants.champion(models, "m", 1);
  }

  @AfterEach
  void close() {
    format.leave.countDown();
    workspace.close();
  }

  private DeploymentBuilder<Ask, Boolean> builder(Guards guards) {
    return Deployment.of("m", Constants.TASK, models)
        .events(workspace.events())
        .ticker(nanos::get)
        .guards(guards);
  }

  private static void assertRefused(Deployment<Ask, Boolean> deployment, Ask x, Guard guard) {
    assertThatThrownBy(() -> deployment.predict(x))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            e -> {
              assertThat(e.guard()).isEqualTo(guard);
              assertThat(e.retryable()).isTrue();
            });
  }

  @Test
  void deadline_lateAnswerIsNotGiven_ofTheCallOrTheDeployment() {
    try (Deployment<Ask, Boolean> deployment = builder(Guards.none()).build()) {
      Ask slow = Constants.ask("slow");
      CallContext hurry = CallContext.NONE.within(Duration.ofMillis(50));
      assertThatThrownBy(() -> deployment.predict(slow, hurry))
          .isInstanceOf(CallRefusedException.class);
      assertThat(deployment.predict(slow, hurry.within(Duration.ofMillis(51))).version())
          .isEqualTo(1);
      assertThat(deployment.predict(slow).version()).isEqualTo(1);
      assertThat(deployment.predict(slow, hurry.within(Duration.ofDays(100_000_000))).version())
          .isEqualTo(1);
    }
    try (Deployment<Ask, Boolean> deployment =
        builder(Guards.none().within(Duration.ofMillis(1))).build()) {
      assertRefused(deployment, Constants.ask("slow"), Guard.DEADLINE);
      assertThat(deployment.predict(A).version()).isEqualTo(1);
    }
  }

  @Test
  void refusal_isAnsweredByTheHostsRule_ifThereIsOne() {
    try (Deployment<Ask, Boolean> deployment =
        builder(Guards.none().within(Duration.ofMillis(1)))
            .fallback((x, why) -> Classified.of(Constants.TASK, 1, 0))
            .build()) {
      Served<Boolean> served = deployment.predict(Constants.ask("slow"));
      assertThat(served.value()).isFalse();
      assertThat(served.route()).isEqualTo(Route.FALLBACK);
    }
  }

  @Test
  void bulkhead_refusesWhatIsBeyond_andLetsInAgain() throws Exception {
    try (Deployment<Ask, Boolean> deployment = builder(Guards.none().atMost(1)).build()) {
      CompletableFuture<Served<Boolean>> inside = deployment.predictAsync(Constants.ask("stay"));
      assertThat(format.entered.await(30, TimeUnit.SECONDS)).isTrue();
      assertRefused(deployment, A, Guard.BULKHEAD);
      assertThatThrownBy(() -> deployment.predictAll(List.of(A), CallContext.NONE))
          .isInstanceOf(CallRefusedException.class);
      format.leave.countDown();
      assertThat(inside.get(30, TimeUnit.SECONDS).version()).isEqualTo(1);
      assertThat(deployment.predict(A).version()).isEqualTo(1);
      assertThatThrownBy(() -> deployment.predict(Constants.ask("bad")))
          .isInstanceOf(PredictionException.class);
      assertThat(deployment.predict(A).version()).isEqualTo(1);
    }
  }

  @Test
  void rate_isPerCaller_andComesBackWithTime() {
    try (Deployment<Ask, Boolean> deployment =
        builder(Guards.none().ratePerCaller(10, 3)).build()) {
      CallContext one = CallContext.NONE.by("one");
      for (int i = 0; i < 3; i++) {
        deployment.predict(A, one);
      }
      assertThatThrownBy(() -> deployment.predict(A, one))
          .isInstanceOfSatisfying(
              CallRefusedException.class,
              e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofMillis(100)));
      assertThat(deployment.predict(A, one.by("two")).version()).isEqualTo(1);
      nanos.addAndGet(100_000_000);
      assertThat(deployment.predict(A, one).version()).isEqualTo(1);
      assertThatThrownBy(() -> deployment.predict(A, one)).isInstanceOf(PredictionException.class);
      nanos.addAndGet(20_000_000_000L); // the origin of the ticker wraps
      for (int i = 0; i < 3; i++) {
        deployment.predict(A, one);
      }
      assertThatThrownBy(() -> deployment.predict(A, one)).isInstanceOf(PredictionException.class);
    }
  }

  @Test
  void breaker_opensAtItsShare_triesAgain_andClosesAfterThreeAnswers() {
    Guards guards = Guards.none().breaker(0.5, 10, Duration.ofSeconds(10), Duration.ofSeconds(1));
    try (Deployment<Ask, Boolean> deployment = builder(guards).build()) {
      Ask bad = Constants.ask("bad");
      for (int i = 0; i < 5; i++) {
        deployment.predict(A);
      }
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> deployment.predict(bad))
            .isNotInstanceOf(CallRefusedException.class);
      }
      int before = format.asked.get();
      assertRefused(deployment, A, Guard.BREAKER);
      assertThat(format.asked).as("the version is not asked").hasValue(before);
      nanos.addAndGet(1_000_000_000);
      assertThatThrownBy(() -> deployment.predict(bad)).isInstanceOf(PredictionException.class);
      assertRefused(deployment, A, Guard.BREAKER); // the probe failed
      nanos.addAndGet(1_000_000_000);
      for (int i = 0; i < 3; i++) {
        assertThat(deployment.predict(A).version()).isEqualTo(1);
      }
      assertThatThrownBy(() -> deployment.predict(bad)).isNotInstanceOf(CallRefusedException.class);
      assertThat(deployment.predict(A).version()).as("closed: one failure is few").isEqualTo(1);
    }
  }

  @Test
  void breaker_isOfAVersion_thePreviousOneAnswersMeanwhile() {
    Constants.approved(models, "m", 2);
    Guards guards =
        Guards.none()
            .breaker(1, 2, Duration.ofSeconds(10), Duration.ofSeconds(1))
            .within(Duration.ofMillis(10));
    try (Deployment<Ask, Boolean> deployment = builder(guards).fallbackToPrevious().build()) {
      Constants.champion(models, "m", 2);
      assertRefused(deployment, Constants.ask("slow"), Guard.DEADLINE);
      assertRefused(deployment, Constants.ask("slow"), Guard.DEADLINE);
      Served<Boolean> served = deployment.predict(A); // too slow too often is failing
      assertThat(served.version()).isEqualTo(1);
      assertThat(served.route()).isEqualTo(Route.FALLBACK);
    }
  }

  @Test
  void async_failureAndCancellation() throws Exception {
    List<Runnable> queue = new ArrayList<>();
    try (Deployment<Ask, Boolean> deployment =
        builder(Guards.none()).executor(queue::add).build()) {
      CompletableFuture<Served<Boolean>> cancelled = deployment.predictAsync(A);
      CompletableFuture<Served<Boolean>> bad = deployment.predictAsync(Constants.ask("bad"));
      CompletableFuture<Served<Boolean>> late =
          deployment.predictAsync(A, CallContext.NONE.within(Duration.ofMillis(1)));
      cancelled.cancel(false);
      nanos.addAndGet(2_000_000); // they wait for a thread
      queue.forEach(Runnable::run);
      assertThat(format.asked).as("neither the cancelled nor the late one").hasValue(1);
      assertThatThrownBy(bad::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(PredictionException.class);
      assertThatThrownBy(late::join).hasCauseInstanceOf(CallRefusedException.class);
    }
  }

  @Test
  void async_ownExecutorIsBounded_andEndsWithTheDeployment() throws Exception {
    Deployment<Ask, Boolean> deployment = builder(Guards.none()).build();
    List<CompletableFuture<Served<Boolean>>> calls = new ArrayList<>();
    int most = 1_024 + Runtime.getRuntime().availableProcessors();
    for (int i = 0; i < most + 10; i++) {
      calls.add(deployment.predictAsync(Constants.ask("stay")));
    }
    assertThat(calls.stream().filter(CompletableFuture::isCompletedExceptionally).count())
        .isGreaterThanOrEqualTo(10);
    format.leave.countDown();
    calls.get(0).get(30, TimeUnit.SECONDS);
    deployment.close();
    assertThatThrownBy(() -> deployment.predictAsync(A).get(30, TimeUnit.SECONDS))
        .hasMessageContaining("is closed")
        .cause()
        .isInstanceOf(PredictionException.class)
        .isNotInstanceOf(CallRefusedException.class);
  }

  @Test
  void batch_badRowFailsAlone_allByOneVersion_thoughTheChampionMoves() {
    Constants.approved(models, "m", 2);
    try (Deployment<Ask, Boolean> deployment = builder(Guards.none()).build()) {
      Stream<Ask> rows =
          Stream.iterate(0, i -> i < 1_000, i -> i + 1)
              .map(
                  i -> {
                    if (i == 300) {
                      Constants.champion(models, "m", 2);
                    }
                    return Constants.ask(i % 100 == 7 ? "bad" : "row-" + i);
                  });
      List<RowResult<Boolean>> results;
      try (Stream<RowResult<Boolean>> stream = deployment.predictAll(rows, CallContext.NONE)) {
        results = stream.toList();
      }
      assertThat(format.closed).as("the old version, after its last row").hasValue(1);
      assertThat(results).hasSize(1_000);
      for (int i = 0; i < 1_000; i++) {
        if (i % 100 == 7) {
          assertThat(results.get(i)).isInstanceOf(RowResult.Failed.class);
        } else {
          assertThat(results.get(i))
              .isInstanceOfSatisfying(
                  RowResult.Answered.class,
                  answered -> assertThat(answered.served().version()).isEqualTo(1));
        }
      }
      assertThat(deployment.predictAll(List.of(), CallContext.NONE)).isEmpty();
      assertThat(deployment.predict(A).version()).isEqualTo(2);
    }
  }

  @Test
  void batch_streamThatWasUsedAlready_isRefused_andHoldsNothing() {
    Constants.approved(models, "m", 2);
    Stream<Ask> used = Stream.of(A);
    assertThat(used.count()).isEqualTo(1);
    try (Deployment<Ask, Boolean> deployment = builder(Guards.none().atMost(1)).build()) {
      assertThatThrownBy(() -> deployment.predictAll(used, CallContext.NONE))
          .isInstanceOf(IllegalStateException.class);
      assertThat(deployment.predict(A).version()).as("its place is free").isEqualTo(1);
      Constants.champion(models, "m", 2);
      assertThat(format.closed).as("the old version").hasValue(1);
    }
  }

  @Test
  void batch_versionThatFails_isAnsweredForByTheOneBefore_thenNotAskedForAWhile() {
    Constants.approved(models, "m", 2);
    Guards guards = Guards.none().breaker(0.5, 10, Duration.ofSeconds(10), Duration.ofSeconds(1));
    try (Deployment<Ask, Boolean> deployment = builder(guards).fallbackToPrevious().build()) {
      Constants.champion(models, "m", 2);
      format.failing = 2;
      List<Ask> rows = Stream.generate(() -> A).limit(600).toList();
      for (RowResult<Boolean> result : deployment.predictAll(rows, CallContext.NONE)) {
        assertThat(result)
            .isInstanceOfSatisfying(
                RowResult.Answered.class,
                answered -> {
                  assertThat(answered.served().version()).isEqualTo(1);
                  assertThat(answered.served().route()).isEqualTo(Route.FALLBACK);
                });
      }
      assertThat(format.failures).as("one by one until the breaker opens").hasValueLessThan(20);
      assertThat(deployment.predict(A).version()).isEqualTo(1);
      format.failing = 0;
      nanos.addAndGet(1_000_000_000);
      List<RowResult<Boolean>> back = deployment.predictAll(rows, CallContext.NONE);
      assertThat(back.get(599))
          .isInstanceOfSatisfying(
              RowResult.Answered.class,
              answered -> assertThat(answered.served().version()).isEqualTo(2));
    }
  }

  @Test
  void batch_badRowsAmongMany_openNoBreaker() {
    Guards guards = Guards.none().breaker(0.5, 10, Duration.ofSeconds(10), Duration.ofSeconds(1));
    try (Deployment<Ask, Boolean> deployment = builder(guards).build()) {
      List<Ask> rows =
          Stream.iterate(0, i -> i + 1)
              .limit(20_000)
              .map(i -> i % 20 == 7 ? Constants.ask("bad") : A)
              .toList();
      List<RowResult<Boolean>> results = deployment.predictAll(rows, CallContext.NONE);
      assertThat(results.stream().filter(r -> r instanceof RowResult.Failed).count())
          .isEqualTo(1_000);
    }
  }

  @Test
  void batch_duringARollout_isNobodysAnswer() {
    Constants.approved(models, "m", 2);
    models.move("m", Alias.CHALLENGER, 2, "try");
    PredictionLog log = PredictionLog.inMemory();
    try (Deployment<Ask, Boolean> deployment =
        builder(Guards.none()).canary(0.05).log(log).build()) {
      deployment.predictAll(List.of(A, Constants.ask("b")), CallContext.NONE);
      deployment.predict(A);
      deployment.flush();
      List<LogEntry> entries = log.read("m", Constants.TASK.features().schema(), 0, 9);
      assertThat(entries.get(0).prediction().assignment()).isEqualTo(Assignment.NONE);
      assertThat(entries.get(1).prediction().assignment()).isEqualTo(Assignment.NONE);
      assertThat(entries.get(2).prediction().assignment().arm()).isEqualTo(Alias.CHAMPION);
      ServiceHealth health = deployment.health().orElseThrow();
      assertThat(health.champion().requests() + health.challenger().requests()).isEqualTo(1);
    }
  }

  @Test
  void deadline_lateAnswersOfAChallenger_countAgainstIt_byTheTickersTime() {
    Constants.approved(models, "m", 2);
    models.move("m", Alias.CHALLENGER, 2, "try");
    try (Deployment<Ask, Boolean> deployment =
        builder(Guards.none().within(Duration.ofMillis(40)))
            .canary(1)
            .latencyBudget(Duration.ofMillis(30))
            .build()) {
      assertRefused(deployment, Constants.ask("slow"), Guard.DEADLINE);
      assertThat(deployment.predict(A).version()).isEqualTo(2);
      Served<Boolean> slow =
          deployment.predict(Constants.ask("slow"), CallContext.NONE.within(Duration.ofSeconds(1)));
      assertThat(slow.version()).isEqualTo(2);
      assertThat(deployment.health().orElseThrow().challenger())
          .isEqualTo(new ServiceCounts(3, 1, 1));
    }
  }

  @Test
  void batch_closedBeforeItsEnd_letsTheVersionGo() {
    Deployment<Ask, Boolean> deployment = builder(Guards.none()).build();
    Stream<RowResult<Boolean>> stream =
        deployment.predictAll(Stream.generate(() -> A), CallContext.NONE);
    assertThat(stream.limit(3).count()).isEqualTo(3);
    deployment.close();
    assertThat(format.closed).hasValue(0);
    stream.close();
    assertThat(format.closed).hasValue(1);
  }

  @Test
  void nonsense_isRefused() {
    Guards guards = Guards.none();
    assertThatThrownBy(() -> guards.atMost(0)).hasMessageContaining("at least 1, was 0");
    assertThatThrownBy(() -> guards.ratePerCaller(0, 1)).hasMessageContaining("was 0.0");
    assertThatThrownBy(() -> guards.within(Duration.ZERO)).hasMessageContaining("positive");
    assertThatThrownBy(() -> guards.batching(1)).hasMessageContaining("at least 2");
    assertThatThrownBy(() -> guards.breaker(2, 1, Duration.ofSeconds(1), Duration.ofSeconds(1)))
        .hasMessageContaining("(0, 1]");
    assertThatThrownBy(() -> CallContext.NONE.within(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
