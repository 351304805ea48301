package dev.endolith.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.error.ConflictException;
import dev.endolith.error.StepFailedException;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.InMemoryStores;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineTest {
  record Sum(int value) {}

  private final ArtifactStore artifacts = InMemoryStores.create(Clock.systemUTC()).artifacts();
  private final PipelineJournal journal = PipelineJournal.inMemory();
  private final Pipelines pipelines = Pipelines.builder(journal, artifacts).build();
  private final List<String> effects = new ArrayList<>();
  private int failAt = -1;

  /** Five steps with arities 0 to 4; each leaves an effect, and one may be told to fail. */
  private Pipeline<Sum> pipeline() {
    Pipeline.Builder steps = Pipeline.named("sum");
    StepOutput<Integer> one =
        steps.step("one", StepValue.json(Integer.class)).does(() -> effect(0, 1));
    StepOutput<byte[]> big =
        steps
            .step("big", StepValue.<byte[]>bytes(b -> b, b -> b))
            .does(one, a -> new byte[effect(1, 100_000 * a)]);
    StepOutput<Integer> size =
        steps
            .step("size", StepValue.<Integer>recomputed())
            .does(one, big, (a, b) -> effect(2, a + b.length));
    StepOutput<Integer> three =
        steps
            .step("three", StepValue.json(Integer.class))
            .does(one, big, size, (a, b, c) -> effect(3, a + b.length + c));
    StepOutput<Sum> all =
        steps
            .step("all", StepValue.json(Sum.class))
            .does(one, big, size, three, (a, b, c, d) -> new Sum(effect(4, a + b.length + c + d)));
    return steps.returning(all);
  }

  private int effect(int step, int value) {
    if (step == failAt) {
      throw new IllegalStateException("planted");
    }
    effects.add("step " + step);
    return value;
  }

  @Test
  void run_doesEveryStepOnce_andAnswersTheResult() {
    PipelineRun<Sum> run = pipelines.run(pipeline(), "r1");
    assertThat(run.result()).isEqualTo(new Sum(1 + 100_000 + 100_001 + 200_002));
    assertThat(run.done()).containsExactly("one", "big", "size", "three", "all");
    assertThat(effects).hasSize(5);
    assertThat(pipelines.records("r1")).extracting(StepRecord::outcome).hasSize(12);
    assertThat(pipelines.records("r1").get(4).value()).as("beyond 64 KiB").startsWith("sha256:");
  }

  @Test
  void run_again_answersWithoutDoingAnything() {
    pipelines.run(pipeline(), "r1");
    effects.clear();
    PipelineRun<Sum> again = pipelines.run(pipeline(), "r1");
    assertThat(again.result().value()).isEqualTo(300_004 + 100_000);
    assertThat(again.done()).isEmpty();
    assertThat(again.resumed()).containsExactly("one", "big", "size", "three", "all");
    assertThat(effects).isEmpty();
  }

  @Test
  void run_afterAFailureAtEachStep_goesOnWithoutRepeatingKeptSteps() {
    for (int step = 0; step < 5; step++) {
      effects.clear();
      failAt = step;
      String id = "fails-" + step;
      assertThatThrownBy(() -> pipelines.run(pipeline(), id))
          .isInstanceOfSatisfying(StepFailedException.class, e -> assertThat(e.run()).isEqualTo(id))
          .hasMessageContaining("planted")
          .hasMessageContaining("run '" + id + "' again");
      failAt = -1;
      PipelineRun<Sum> resumed = pipelines.run(pipeline(), id);
      assertThat(resumed.result()).isEqualTo(new Sum(400_004));
      // only the step that is not kept may be done twice
      assertThat(effects.stream().filter(e -> !e.equals("step 2")))
          .containsExactly("step 0", "step 1", "step 3", "step 4");
    }
  }

  /** A crash is a journal that ends somewhere: after each of its lines the run is resumed. */
  @Test
  void run_afterACrashAtEachLine_endsWithTheSameResult() {
    pipelines.run(pipeline(), "whole");
    List<StepRecord> lines = journal.records("whole");
    for (int cut = 0; cut <= lines.size(); cut++) {
      PipelineJournal crashed = PipelineJournal.inMemory();
      if (cut > 0) {
        crashed.append("r", 0, lines.subList(0, cut));
      }
      Pipelines after = Pipelines.builder(crashed, artifacts).build();
      assertThat(after.run(pipeline(), "r").result()).isEqualTo(new Sum(400_004));
    }
  }

  @Test
  void run_ofAnotherShape_isRefused() {
    pipelines.run(pipeline(), "r1");
    Pipeline.Builder other = Pipeline.named("sum");
    Pipeline<Integer> shorter =
        other.returning(other.step("one", StepValue.json(Integer.class)).does(() -> 1));
    assertThatThrownBy(() -> pipelines.run(shorter, "r1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("another shape");
  }

  @Test
  void secondRunner_ofTheSameRun_isFencedOut() {
    Pipeline.Builder steps = Pipeline.named("nested");
    Pipeline<Integer> inner =
        steps.returning(
            steps
                .step("one", StepValue.json(Integer.class))
                .does(
                    () -> {
                      journal.append(
                          "r",
                          2,
                          List.of(journal.records("r").get(1))); // another process gets ahead
                      return 1;
                    }));
    assertThatThrownBy(() -> pipelines.run(inner, "r"))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("another process");
  }

  @Test
  void wiring_mistakes_areRefused() {
    Pipeline.Builder a = Pipeline.named("a");
    StepOutput<Integer> ofA = a.step("one", StepValue.json(Integer.class)).does(() -> 1);
    assertThatThrownBy(() -> a.step("one", StepValue.json(Integer.class)).does(() -> 1))
        .hasMessageContaining("already has a step 'one'");
    Pipeline.Builder b = Pipeline.named("b");
    assertThatThrownBy(() -> b.step("two", StepValue.json(Integer.class)).does(ofA, x -> x))
        .hasMessageContaining("cannot be used in pipeline 'b'");
    assertThatThrownBy(() -> Pipeline.named("No Good")).hasMessageContaining("pipeline name");
    assertThat(a.returning(ofA).stepNames()).containsExactly("one");
    assertThat(a.returning(ofA).name()).isEqualTo("a");
  }
}
