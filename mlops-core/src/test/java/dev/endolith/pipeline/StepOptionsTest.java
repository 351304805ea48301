package dev.endolith.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.error.NotFoundException;
import dev.endolith.error.StepFailedException;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.InMemoryStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a single step is done. */
class StepOptionsTest {
  private static final StepValue<Integer> INT = StepValue.json(Integer.class);

  private final ArtifactStore artifacts = InMemoryStores.create(Clock.systemUTC()).artifacts();
  private final PipelineJournal journal = PipelineJournal.inMemory();
  private final Pipelines pipelines =
      Pipelines.builder(journal, artifacts).parallelism(4).resource("gpu", 2).build();
  private final AtomicInteger calls = new AtomicInteger();

  @AfterEach
  void close() {
    pipelines.close();
  }

  /** Fails so many times, then answers how often it was called. */
  private StepBody.Of0<Integer> failing(int times, Exception failure) {
    return () -> {
      if (calls.incrementAndGet() <= times) {
        throw failure;
      }
      return calls.get();
    };
  }

  @Test
  void retry_afterFailures_answersInTheEnd() {
    Pipeline.Builder steps = Pipeline.named("p");
    Pipeline<Integer> pipeline =
        steps.returning(
            steps
                .step("flaky", INT)
                .retry(
                    RetryPolicy.attempts(4)
                        .backoff(Duration.ofMillis(2), 1.5)
                        .jitter(0.5)
                        .on(IOException.class))
                .does(failing(3, new IOException("planted"))));
    List<PipelineEvent> events = new ArrayList<>();
    PipelineRun<Integer> run = pipelines.prepare(pipeline, "r").listener(events::add).run();

    assertThat(run.result()).isEqualTo(4);
    assertThat(run.steps()).singleElement().extracting(StepReport::attempts).isEqualTo(4);
    assertThat(events.stream().filter(e -> e instanceof PipelineEvent.StepRetried)).hasSize(3);
    assertThat(pipelines.records("r").stream().map(StepRecord::outcome))
        .containsOnlyOnce(StepRecord.Outcome.STARTED)
        .filteredOn(o -> o == StepRecord.Outcome.RETRIED)
        .hasSize(3);
  }

  @Test
  void retry_isNotForEveryFailure() {
    RetryPolicy policy =
        RetryPolicy.attempts(5).on(IOException.class).on(IllegalStateException.class);
    assertThat(policy.waitAfter(1, new UncheckedIOException(new IOException()))).isEmpty();
    assertThat(policy.waitAfter(1, new java.io.FileNotFoundException())).hasValue(0);
    assertThat(policy.waitAfter(4, new IllegalStateException())).hasValue(0);
    assertThat(policy.waitAfter(5, new IllegalStateException())).isEmpty();
    assertThat(
            policy
                .notOn(java.io.FileNotFoundException.class)
                .waitAfter(1, new java.io.FileNotFoundException()))
        .isEmpty();
    RetryPolicy waits = RetryPolicy.attempts(9).backoff(Duration.ofMillis(100), 2);
    assertThat(
            IntStream.of(1, 2, 3).mapToLong(i -> waits.waitAfter(i, new IOException()).orElse(-1)))
        .containsExactly(100L, 200L, 400L);
    for (int i = 0; i < 100; i++) {
      assertThat(waits.jitter(0.25).waitAfter(2, new IOException()).orElse(-1))
          .isBetween(150L, 250L);
    }
    assertThatThrownBy(() -> RetryPolicy.attempts(0)).hasMessageContaining("[1, 1000]");
    assertThatThrownBy(() -> policy.jitter(1)).hasMessageContaining("[0, 1)");
    assertThatThrownBy(() -> policy.backoff(Duration.ofMillis(-1), 1)).hasMessageContaining("-");
  }

  @Test
  void retry_exhausted_failsWithTheLastFailure() {
    Pipeline.Builder steps = Pipeline.named("p");
    Pipeline<Integer> pipeline =
        steps.returning(
            steps
                .step("flaky", INT)
                .retry(RetryPolicy.attempts(3))
                .does(failing(99, new IOException("planted"))));
    assertThatThrownBy(() -> pipelines.run(pipeline, "r"))
        .isInstanceOf(StepFailedException.class)
        .hasRootCauseInstanceOf(IOException.class);
    assertThat(calls).hasValue(3);
    assertThatThrownBy(() -> pipelines.run(pipeline, "r")).isInstanceOf(StepFailedException.class);
    assertThat(calls).as("a resumed run tries again").hasValue(6);
  }

  @Test
  void timeout_interruptsTheStep_andCountsAsAFailure() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Pipeline.Builder steps = Pipeline.named("p");
    Pipeline<Integer> pipeline =
        steps.returning(
            steps
                .step("slow", INT)
                .timeout(Duration.ofMillis(30))
                .does(
                    () -> {
                      try {
                        new CountDownLatch(1).await();
                        return 1;
                      } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                      }
                    }));
    assertThatThrownBy(() -> pipelines.run(pipeline, "r"))
        .isInstanceOf(StepFailedException.class)
        .hasCauseInstanceOf(TimeoutException.class)
        .hasMessageContaining("PT0.03S");
    interrupted.await();
  }

  @Test
  void timeout_thatIsNotHeeded_isTriedAgain_andTheLateAnswerIsDropped() {
    CountDownLatch late = new CountDownLatch(1);
    Pipeline.Builder steps = Pipeline.named("p");
    Pipeline<Integer> pipeline =
        steps.returning(
            steps
                .step("deaf", INT)
                .timeout(Duration.ofMillis(30))
                .retry(RetryPolicy.attempts(2))
                .does(
                    () -> {
                      int call = calls.incrementAndGet();
                      while (call == 1 && late.getCount() > 0) {
                        Thread.onSpinWait();
                      }
                      return call;
                    }));
    assertThat(pipelines.run(pipeline, "r").result()).isEqualTo(2);
    late.countDown();
    assertThat(pipelines.run(pipeline, "r").result()).isEqualTo(2);
  }

  @Test
  void recover_answersInPlaceOfTheStep_andIsKept() {
    Pipeline.Builder steps = Pipeline.named("p");
    StepOutput<Integer> risky =
        steps
            .step("risky", INT)
            .retry(RetryPolicy.attempts(2))
            .recover(IOException.class, failure -> -1)
            .does(failing(99, new IOException("planted")));
    Pipeline<Integer> pipeline = steps.returning(steps.step("next", INT).does(risky, r -> 10 * r));
    PipelineRun<Integer> run = pipelines.run(pipeline, "r");

    assertThat(run.result()).isEqualTo(-10);
    assertThat(run.steps().get(0).how()).isEqualTo(StepReport.How.RECOVERED);
    assertThat(run.steps().get(0).attempts()).isEqualTo(2);
    assertThat(pipelines.run(pipeline, "r").result()).isEqualTo(-10);
    assertThat(calls).hasValue(2);
  }

  @Test
  void recover_ofAnotherFailure_doesNotHelp() {
    Pipeline.Builder steps = Pipeline.named("p");
    Pipeline<Integer> pipeline =
        steps.returning(
            steps
                .step("risky", INT)
                .recover(IOException.class, failure -> -1)
                .does(failing(1, new IllegalStateException("planted"))));
    assertThatThrownBy(() -> pipelines.run(pipeline, "r")).hasMessageContaining("planted");
    Pipeline.Builder worse = Pipeline.named("worse");
    Pipeline<Integer> recoveryFails =
        worse.returning(
            worse
                .step("risky", INT)
                .recover(
                    RuntimeException.class,
                    failure -> {
                      throw new IOException("no value either");
                    })
                .does(
                    () -> {
                      throw new IllegalStateException("planted");
                    }));
    assertThatThrownBy(() -> pipelines.run(recoveryFails, "w"))
        .hasMessageContaining("no value either");
  }

  @Test
  void uses_limitsHowManyAreDoneAtATime() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Pipeline.Builder steps = Pipeline.named("p");
    StepOutput<List<Integer>> items =
        steps
            .step("items", StepValue.listOf(Integer.class))
            .does(() -> IntStream.range(0, 200).boxed().toList());
    StepOutput<List<Integer>> made =
        steps.forEach(
            "train",
            items,
            (inner, item) ->
                inner
                    .step("one", INT)
                    .uses("gpu", 1)
                    .does(
                        item,
                        i -> {
                          most.accumulateAndGet(now.incrementAndGet(), Math::max);
                          Thread.onSpinWait();
                          now.decrementAndGet();
                          return i;
                        }));
    assertThat(pipelines.run(steps.returning(made), "r").result()).hasSize(200);
    assertThat(most.get()).isBetween(1, 2);
  }

  @Test
  void uses_whatThereIsNot_isRefusedBeforeTheRunBegins() {
    Pipeline.Builder steps = Pipeline.named("p");
    Pipeline<Integer> pipeline =
        steps.returning(steps.step("one", INT).uses("gpu", 3).does(() -> 1));
    assertThatThrownBy(() -> pipelines.run(pipeline, "r"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'gpu'")
        .hasMessageContaining("Pipelines.Builder.resource");
    assertThat(pipelines.records("r")).isEmpty();
  }

  @Test
  void atMostOnce_withoutAnOutcome_waitsForSomeoneWhoLooked() {
    Pipeline.Builder steps = Pipeline.named("p");
    StepOutput<Integer> paid =
        steps.step("pay", INT).atMostOnce().does(failing(0, new IOException()));
    Pipeline<Integer> pipeline = steps.returning(steps.step("next", INT).does(paid, p -> 2 * p));
    pipelines.run(pipeline, "whole");
    List<StepRecord> lines = pipelines.records("whole");
    for (String run : List.of("was-done", "was-not")) {
      journal.append(run, 0, lines.subList(0, 2)); // killed after the intent
      calls.set(0);
      PipelineRun<Integer> unsettled = pipelines.run(pipeline, run);
      assertThat(unsettled).isInstanceOf(PipelineRun.Unsettled.class);
      assertThat(((PipelineRun.Unsettled<Integer>) unsettled).unsettled()).containsExactly("pay");
      assertThatThrownBy(unsettled::result).hasMessageContaining("at most once");
      assertThat(calls).hasValue(0);
    }
    assertThat(pipelines.unfinished()).containsExactly("was-done", "was-not");

    pipelines.settleDone("was-done", "pay", INT, 21);
    assertThat(pipelines.run(pipeline, "was-done").result()).isEqualTo(42);
    assertThat(calls).hasValue(0);
    pipelines.settleNotDone("was-not", "pay");
    assertThat(pipelines.run(pipeline, "was-not").result()).isEqualTo(2);
    assertThat(calls).hasValue(1);
    assertThatThrownBy(() -> pipelines.settleNotDone("was-not", "pay"))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void atMostOnce_thatFailed_isNotDoneAgainEither() {
    Pipeline.Builder steps = Pipeline.named("p");
    Pipeline<Integer> pipeline =
        steps.returning(
            steps.step("pay", INT).atMostOnce().does(failing(1, new IOException("lost"))));
    assertThatThrownBy(() -> pipelines.run(pipeline, "r")).hasMessageContaining("lost");
    assertThat(pipelines.run(pipeline, "r")).isInstanceOf(PipelineRun.Unsettled.class);
    assertThat(calls).hasValue(1);
  }

  @Test
  void options_thatContradictEachOther_areRefusedWhenBuilt() {
    Pipeline.Builder steps = Pipeline.named("p");
    assertThatThrownBy(
            () -> steps.step("a", INT).atMostOnce().retry(RetryPolicy.attempts(2)).does(() -> 1))
        .hasMessageContaining("choose one");
    assertThatThrownBy(() -> steps.step("b", INT).atMostOnce().cached().does(() -> 1))
        .hasMessageContaining("also cached");
    assertThatThrownBy(
            () -> steps.step("c", StepValue.<Integer>recomputed()).cached().does(() -> 1))
        .hasMessageContaining("not kept");
    assertThatThrownBy(() -> steps.step("d", INT).timeout(Duration.ZERO))
        .hasMessageContaining("at least 1 ms");
    assertThatThrownBy(() -> steps.step("e", INT).uses("gpu", 0)).hasMessageContaining("1 unit");
  }

  @Test
  void context_tellsRunStepAndAttempt() {
    Pipeline.Builder steps = Pipeline.named("p");
    Pipeline<String> pipeline =
        steps.returning(
            steps
                .step("who", StepValue.json(String.class))
                .retry(RetryPolicy.attempts(2))
                .does(
                    steps.context(),
                    context -> {
                      context.check();
                      if (context.attempt() == 1) {
                        throw new IOException("planted");
                      }
                      return context.key() + " " + context.attempt();
                    }));
    assertThat(pipelines.run(pipeline, "r7").result()).isEqualTo("r7/who 2");
  }
}
