package dev.endolith.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.error.NotFoundException;
import dev.endolith.error.StepFailedException;
import dev.endolith.registry.Actor;
import dev.endolith.registry.ApprovalPolicy;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.GateResult;
import dev.endolith.registry.InMemoryStores;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who decides how a run goes on: gates, people, failures, time, whoever cancels it. */
class RunControlTest {
  private static final StepValue<Integer> INT = StepValue.json(Integer.class);

  private final ArtifactStore artifacts = InMemoryStores.create(Clock.systemUTC()).artifacts();
  private final PipelineJournal journal = PipelineJournal.inMemory();
  private final Pipelines pipelines = Pipelines.builder(journal, artifacts).parallelism(4).build();
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    pipelines.close();
  }

  private int note(String what, int value) {
    done.add(what);
    return value;
  }

  // gates and people

  private Pipeline<Integer> gated(int least) {
    Pipeline.Builder steps = Pipeline.named("gated");
    StepOutput<Integer> made = steps.step("make", INT).does(() -> note("make", 7));
    StepOutput<Integer> passed =
        steps.gate(
            "enough", made, m -> new GateResult("enough", m >= least, m + " beside " + least));
    return steps
        .finallyDo("clean", end -> note("clean " + end, 0))
        .returning(steps.step("use", INT).does(passed, m -> note("use", 2 * m)));
  }

  @Test
  void gate_thatPasses_handsItsSubjectOn() {
    assertThat(pipelines.run(gated(5), "r").result()).isEqualTo(14);
    assertThat(done).containsExactly("make", "use", "clean COMPLETED");
    assertThat(pipelines.run(gated(5), "r").result()).isEqualTo(14);
    assertThat(done).hasSize(3);
  }

  @Test
  void gate_thatRefuses_endsTheRunWithItsEvidence() {
    for (int i = 0; i < 2; i++) { // the second time from the journal
      PipelineRun<Integer> run = pipelines.run(gated(9), "r");
      assertThat(run).isInstanceOf(PipelineRun.Refused.class);
      assertThat(((PipelineRun.Refused<Integer>) run).refusals())
          .containsExactly(new GateResult("enough", false, "7 beside 9"));
      assertThatThrownBy(run::result).hasMessageContaining("7 beside 9");
      assertThat(done).containsExactly("make", "clean REFUSED");
    }
    assertThat(pipelines.unfinished()).isEmpty();
  }

  @Test
  void gate_thatRefused_isNotAskedAgain_afterACrashAtAnyLine() {
    pipelines.run(gated(9), "whole");
    pipelines.run(asking(), "asked");
    pipelines.as(Actor.of("ann", "risk")).reject("asked", "sign-off", "too risky");
    pipelines.run(asking(), "asked");
    for (String whole : List.of("whole", "asked")) {
      List<StepRecord> lines = pipelines.records(whole);
      int refused = 0;
      while (lines.get(refused).outcome() != StepRecord.Outcome.REFUSED) {
        refused++;
      }
      for (int cut = refused + 1; cut <= lines.size(); cut++) {
        String run = whole + cut;
        journal.append(run, 0, lines.subList(0, cut));
        // the gate of the code would pass now; what was recorded holds
        assertThat(pipelines.run(whole.equals("whole") ? gated(5) : asking(), run))
            .as(run)
            .isInstanceOf(PipelineRun.Refused.class);
        assertThat(pipelines.records(run).stream().map(StepRecord::outcome))
            .containsOnlyOnce(StepRecord.Outcome.REFUSED)
            .endsWith(StepRecord.Outcome.RUN_REFUSED);
      }
    }
    assertThat(done).doesNotContain("use");
  }

  private Pipeline<Integer> asking() {
    Pipeline.Builder steps = Pipeline.named("asking");
    StepOutput<Integer> made = steps.step("make", INT).does(() -> note("make", 7));
    StepOutput<Integer> other = steps.step("other", INT).does(() -> note("other", 1));
    StepOutput<Integer> agreed =
        steps.approval("sign-off", made, m -> "Take " + m + "?", ApprovalPolicy.of(2, "risk"));
    return steps.returning(
        steps.step("use", INT).does(agreed, other, (a, b) -> note("use", a + b)));
  }

  @Test
  void approval_waitsWithoutAThread_untilEnoughPeopleAgree() {
    PipelineRun<Integer> first = pipelines.run(asking(), "r");
    assertThat(first).isInstanceOf(PipelineRun.Waiting.class);
    assertThat(done).as("what needs no answer is done").containsExactlyInAnyOrder("make", "other");
    assertThat(pipelines.questions("r"))
        .singleElement()
        .satisfies(
            q -> {
              assertThat(q.text()).isEqualTo("Take 7?");
              assertThat(q.required()).isEqualTo(2);
            });
    int lines = pipelines.records("r").size();
    pipelines.run(asking(), "r");
    assertThat(pipelines.records("r")).as("asking again adds nothing").hasSize(lines);

    Pipelines ann = pipelines.as(Actor.of("ann", "risk"));
    Pipelines ben = pipelines.as(Actor.of("ben", "risk"));
    assertThatThrownBy(() -> pipelines.approve("r", "sign-off", "fine"))
        .hasMessageContaining("none of the roles [risk]");
    assertThatThrownBy(() -> ann.approve("r", "elsewhere", "fine"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("[sign-off]");
    ann.approve("r", "sign-off", "fine");
    ann.approve("r", "sign-off", "still fine");
    assertThat(pipelines.run(asking(), "r")).isInstanceOf(PipelineRun.Waiting.class);
    assertThat(pipelines.unfinished()).containsExactly("r");
    ben.approve("r", "sign-off", "fine too");
    assertThat(pipelines.run(asking(), "r").result()).isEqualTo(8);
    assertThat(done).hasSize(3);
    assertThat(pipelines.questions("r")).isEmpty();
    assertThat(pipelines.unfinished()).isEmpty();
  }

  @Test
  void approval_rejected_endsTheRun() {
    pipelines.run(asking(), "r");
    pipelines.as(Actor.of("ann", "risk")).reject("r", "sign-off", "too risky");
    PipelineRun<Integer> run = pipelines.run(asking(), "r");
    assertThat(run).isInstanceOf(PipelineRun.Refused.class);
    assertThatThrownBy(run::result).hasMessageContaining("'ann' rejected it: too risky");
  }

  @Test
  void approval_answeredWhileTheRunIsUnderWay_isHeard() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    Pipeline.Builder steps = Pipeline.named("heard");
    StepOutput<Integer> made = steps.step("make", INT).does(() -> 7);
    StepOutput<Integer> agreed =
        steps.approval("ok", made, m -> "Take " + m + "?", ApprovalPolicy.of(1));
    StepOutput<Integer> slow =
        steps
            .step("slow", INT)
            .does(
                made,
                m -> {
                  answered.await();
                  return 1;
                });
    Pipeline<Integer> pipeline =
        steps.returning(steps.step("use", INT).does(agreed, slow, Integer::sum));
    RunningPipeline<Integer> running =
        pipelines
            .prepare(pipeline, "r")
            .listener(
                event -> {
                  if (event instanceof PipelineEvent.StepBegan began
                      && began.step().equals("slow")) {
                    asked.countDown();
                  }
                })
            .start();
    asked.await();
    pipelines.approve("r", "ok", "fine");
    answered.countDown();
    assertThat(running.await().result()).isEqualTo(8);
  }

  // failures

  private Pipeline<Integer> failing() {
    Pipeline.Builder steps = Pipeline.named("failing");
    StepOutput<Integer> bad =
        steps
            .step("bad", INT)
            .does(
                () -> {
                  throw new IllegalStateException("planted");
                });
    StepOutput<Integer> after = steps.step("after-bad", INT).does(bad, b -> note("after", b));
    StepOutput<Integer> good = steps.step("good", INT).does(() -> note("good", 1));
    StepOutput<Integer> next = steps.step("next", INT).does(good, g -> note("next", g));
    return steps
        .finallyDo("first", end -> note("first " + end, 0))
        .finallyDo("second", end -> note("second " + end, 0))
        .returning(steps.step("all", INT).does(after, next, Integer::sum));
  }

  @Test
  void failure_failFast_beginsNothingElse() {
    assertThatThrownBy(() -> pipelines.prepare(failing(), "r").parallelism(1).run())
        .isInstanceOf(StepFailedException.class);
    assertThat(done).containsExactly("first FAILED", "second FAILED");
  }

  @Test
  void failure_runWhatCan_doesEverythingElse_andFinalizersAgainWhenResumed() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () -> pipelines.prepare(failing(), "r").onFailure(FailurePolicy.RUN_WHAT_CAN).run())
          .isInstanceOf(StepFailedException.class);
    }
    assertThat(done)
        .containsExactly(
            "good", "next", "first FAILED", "second FAILED", "first FAILED", "second FAILED");
    assertThat(pipelines.unfinished()).isEmpty();
  }

  @Test
  void finalizer_thatFails_failsTheRun_afterTheOthersAreDone() {
    boolean[] broken = {true};
    Pipeline.Builder steps = Pipeline.named("p");
    Pipeline<Integer> pipeline =
        steps
            .finallyDo(
                "breaks",
                end -> {
                  if (broken[0]) {
                    throw new IllegalStateException("planted");
                  }
                  return 0;
                })
            .finallyDo("works", end -> note("works " + end, 0))
            .returning(steps.step("one", INT).does(() -> note("one", 1)));
    assertThatThrownBy(() -> pipelines.run(pipeline, "r"))
        .isInstanceOf(StepFailedException.class)
        .hasMessageContaining("'breaks'");
    assertThat(done).containsExactly("one", "works COMPLETED");
    broken[0] = false;
    assertThat(pipelines.run(pipeline, "r").result()).isEqualTo(1);
    assertThat(pipelines.run(pipeline, "r").result()).isEqualTo(1);
    assertThat(done).containsExactly("one", "works COMPLETED", "works COMPLETED");
  }

  // threads and time

  @Test
  void branches_areDoneAtTheSameTime() {
    CyclicBarrier together = new CyclicBarrier(3);
    Pipeline.Builder steps = Pipeline.named("p");
    List<StepOutput<Integer>> branches = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      branches.add(
          steps.step("branch" + i, INT).does(() -> together.await(30, TimeUnit.SECONDS) * 0 + 1));
    }
    Pipeline<Integer> pipeline =
        steps.returning(
            steps.step("sum", INT).does(branches, all -> all.stream().mapToInt(i -> i).sum()));
    assertThat(pipelines.run(pipeline, "r").result()).isEqualTo(3);
  }

  @Test
  void cancel_interruptsWhatIsUnderWay_andEndsTheRunForGood() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Pipeline.Builder steps = Pipeline.named("p");
    StepOutput<Integer> slow =
        steps
            .step("slow", INT)
            .does(
                () -> {
                  begun.countDown();
                  new CountDownLatch(1).await();
                  return 1;
                });
    Pipeline<Integer> pipeline =
        steps
            .finallyDo("clean", end -> note("clean " + end, 0))
            .returning(steps.step("next", INT).does(slow, s -> note("next", s)));
    RunningPipeline<Integer> running = pipelines.prepare(pipeline, "r").start();
    begun.await();
    running.cancel();
    PipelineRun<Integer> run = running.await();
    assertThat(run).isInstanceOf(PipelineRun.Cancelled.class);
    assertThatThrownBy(run::result).hasMessageContaining("was cancelled");
    assertThat(done).containsExactly("clean CANCELLED");
    assertThat(pipelines.run(pipeline, "r")).isInstanceOf(PipelineRun.Cancelled.class);
    assertThat(pipelines.unfinished()).isEmpty();
  }

  @Test
  void cancel_fromAnotherProcess_isHeardWithTheNextCommit() {
    Pipelines elsewhere = Pipelines.builder(journal, artifacts).build();
    Pipeline.Builder steps = Pipeline.named("p");
    StepOutput<Integer> one =
        steps
            .step("one", INT)
            .does(
                () -> {
                  elsewhere.cancel("r");
                  return 1;
                });
    Pipeline<Integer> pipeline =
        steps.returning(steps.step("two", INT).does(one, o -> note("two", o)));
    assertThat(pipelines.run(pipeline, "r")).isInstanceOf(PipelineRun.Cancelled.class);
    assertThat(done).isEmpty();
    assertThatThrownBy(() -> elsewhere.cancel("unknown")).isInstanceOf(NotFoundException.class);
    elsewhere.close();
  }

  @Test
  void timeLimit_over_canBeResumed() {
    boolean[] slow = {true};
    Pipeline.Builder steps = Pipeline.named("p");
    StepOutput<Integer> first = steps.step("first", INT).does(() -> note("first", 1));
    steps.finallyDo("clean", end -> note("clean " + end, 0));
    Pipeline<Integer> pipeline =
        steps.returning(
            steps
                .step("second", INT)
                .does(
                    first,
                    f -> {
                      if (slow[0]) {
                        new CountDownLatch(1).await();
                      }
                      return note("second", f + 1);
                    }));
    PipelineRun<Integer> over =
        pipelines.prepare(pipeline, "r").timeLimit(Duration.ofMillis(50)).run();
    assertThat(over)
        .isInstanceOfSatisfying(
            PipelineRun.Cancelled.class, c -> assertThat(c.resumable()).isTrue());
    assertThat(pipelines.unfinished()).containsExactly("r");
    slow[0] = false;
    assertThat(pipelines.run(pipeline, "r").result()).isEqualTo(2);
    assertThat(done).containsExactly("first", "clean CANCELLED", "second", "clean COMPLETED");
  }

  @Test
  void interruptedCaller_getsItsThreadBack_andTheRunCanBeResumed() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch release = new CountDownLatch(1);
    Pipeline.Builder steps = Pipeline.named("p");
    List<StepOutput<Integer>> branches = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      branches.add(
          steps
              .step("branch" + i, INT)
              .does(
                  () -> {
                    begun.countDown();
                    release.await();
                    return 1;
                  }));
    }
    Pipeline<Integer> pipeline =
        steps.returning(steps.step("sum", INT).does(branches, all -> all.size()));
    List<Object> seen = Collections.synchronizedList(new ArrayList<>());
    Thread caller =
        new Thread(
            () -> {
              seen.add(pipelines.run(pipeline, "r"));
              seen.add(Thread.currentThread().isInterrupted());
            });
    caller.start();
    begun.await();
    caller.interrupt();
    caller.join();
    assertThat(seen.get(0)).isInstanceOf(PipelineRun.Cancelled.class);
    assertThat(seen.get(1)).isEqualTo(true);
    release.countDown();
    assertThat(pipelines.run(pipeline, "r").result()).isEqualTo(2);
  }

  @Test
  void close_endsTheThreads() {
    assertThat(pipelines.run(gated(5), "r").result()).isEqualTo(14);
    pipelines.close();
    assertThatThrownBy(() -> pipelines.prepare(gated(5), "r2").start())
        .hasMessageContaining("closed");
  }

  // what a run is told

  @Test
  void parameters_areRecorded_andCannotChange() {
    Pipeline.Builder steps = Pipeline.named("p");
    Parameter<Integer> depth = steps.parameter("depth", INT);
    Parameter<String> name = steps.parameter("name", StepValue.json(String.class), "x");
    Pipeline<String> pipeline =
        steps.returning(
            steps.step("both", StepValue.json(String.class)).does(depth, name, (d, n) -> n + d));
    assertThatThrownBy(() -> pipelines.run(pipeline, "r"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'depth'");
    assertThat(pipelines.records("r")).isEmpty();
    assertThat(pipelines.prepare(pipeline, "r").set(depth, 3).run().result()).isEqualTo("x3");
    assertThat(pipelines.run(pipeline, "r").result()).isEqualTo("x3");
    assertThatThrownBy(() -> pipelines.prepare(pipeline, "r").set(depth, 4).run())
        .hasMessageContaining("another value of parameter 'depth'");
    assertThatThrownBy(() -> steps.parameter("depth", INT)).hasMessageContaining("already has");
    Parameter<Integer> stranger = Pipeline.named("q").parameter("depth", INT);
    assertThatThrownBy(() -> pipelines.prepare(pipeline, "r").set(stranger, 1))
        .hasMessageContaining("no parameter of pipeline 'p'");
  }

  @Test
  void listener_hearsAllInOrder_andItsFailuresGoNoFurther() {
    List<String> heard = new ArrayList<>();
    PipelineRun<Integer> run =
        pipelines
            .prepare(gated(5), "r")
            .listener(
                event -> {
                  throw new IllegalStateException("planted");
                })
            .listener(event -> heard.add(event.getClass().getSimpleName()))
            .run();
    assertThat(run.result()).isEqualTo(14);
    assertThat(heard)
        .containsExactly(
            "RunBegan",
            "StepBegan",
            "StepEnded",
            "StepBegan",
            "StepEnded",
            "StepBegan",
            "StepEnded",
            "RunEnded");
  }
}
