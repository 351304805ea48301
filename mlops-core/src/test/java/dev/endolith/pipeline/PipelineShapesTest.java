package dev.endolith.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.error.StepFailedException;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.InMemoryStores;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Branches, items, parts: what a graph can look like. */
class PipelineShapesTest {
  private static final StepValue<Integer> INT = StepValue.json(Integer.class);
  private static final StepValue<List<Integer>> INTS = StepValue.listOf(Integer.class);

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

  @Test
  void forEach_ofAListKnownAtRunTime_doesEachItemAndKeepsTheOrder() {
    Pipeline.Builder steps = Pipeline.named("each");
    Parameter<Integer> count = steps.parameter("count", INT, 3);
    StepOutput<List<Integer>> items =
        steps.step("items", INTS).does(count, n -> IntStream.range(0, n).boxed().toList());
    StepOutput<Integer> factor = steps.step("factor", INT).does(() -> 10);
    StepOutput<List<Integer>> made =
        steps.forEach(
            "scale",
            items,
            (inner, item) -> {
              StepOutput<Integer> next = inner.step("next", INT).does(item, i -> i + 1);
              return inner.step("times", INT).does(next, factor, (i, f) -> note("times", i * f));
            });
    StepOutput<Integer> sum =
        steps.step("sum", INT).does(made, all -> all.stream().mapToInt(i -> i).sum());
    Pipeline<Integer> pipeline = steps.returning(sum);

    assertThat(pipelines.run(pipeline, "three").result()).isEqualTo(60);
    assertThat(pipelines.prepare(pipeline, "none").set(count, 0).run().result()).isZero();
    PipelineRun<Integer> many = pipelines.prepare(pipeline, "many").set(count, 500).run();
    assertThat(many.result()).isEqualTo(10 * 500 * 501 / 2);
    assertThat(many.done()).hasSize(2 + 500 * 2 + 1).contains("scale/499/times");
    assertThat(done).hasSize(503);
    assertThat(pipelines.prepare(pipeline, "many").run().done()).isEmpty();
    assertThat(done).hasSize(503);
  }

  @Test
  void forEach_withinForEach_isApartByPath() {
    Pipeline.Builder steps = Pipeline.named("nested");
    StepOutput<List<List<Integer>>> rows =
        steps
            .step("rows", StepValue.json(new TypeToken<List<List<Integer>>>() {}))
            .does(() -> List.of(List.of(1, 2), List.of(), List.of(3)));
    StepOutput<List<List<Integer>>> made =
        steps.forEach(
            "row",
            rows,
            (inner, row) ->
                inner.forEach(
                    "cell",
                    row,
                    (innermost, cell) ->
                        innermost.step("square", INT).does(cell, c -> note("cell", c * c))));
    PipelineRun<List<List<Integer>>> run = pipelines.run(steps.returning(made), "r");

    assertThat(run.result()).isEqualTo(List.of(List.of(1, 4), List.of(), List.of(9)));
    assertThat(run.done())
        .containsExactlyInAnyOrder(
            "rows", "row/0/cell/0/square", "row/0/cell/1/square", "row/2/cell/0/square");
  }

  @Test
  void forEach_itemFails_theOthersAreNotDoneAgain() {
    boolean[] mended = {false};
    Pipeline.Builder steps = Pipeline.named("fails");
    StepOutput<List<Integer>> items = steps.step("items", INTS).does(() -> List.of(0, 1, 2, 3));
    StepOutput<List<Integer>> made =
        steps.forEach(
            "item",
            items,
            (inner, item) ->
                inner
                    .step("step", INT)
                    .does(
                        item,
                        i -> {
                          if (i == 2 && !mended[0]) {
                            throw new IllegalStateException("planted");
                          }
                          return note("item " + i, i);
                        }));
    Pipeline<List<Integer>> pipeline = steps.returning(made);

    assertThatThrownBy(
            () -> pipelines.prepare(pipeline, "r").onFailure(FailurePolicy.RUN_WHAT_CAN).run())
        .isInstanceOfSatisfying(
            StepFailedException.class, e -> assertThat(e.step()).isEqualTo("item/2/step"))
        .hasMessageContaining("item/2/step");
    assertThat(done).containsExactlyInAnyOrder("item 0", "item 1", "item 3");
    mended[0] = true;
    assertThat(pipelines.run(pipeline, "r").result()).containsExactly(0, 1, 2, 3);
    assertThat(done).hasSize(4);
  }

  @Test
  void when_doesOneBranch_andNothingOfTheOther() {
    Pipeline.Builder steps = Pipeline.named("choice");
    Parameter<Integer> size = steps.parameter("size", INT);
    StepOutput<Boolean> big =
        steps.step("big", StepValue.json(Boolean.class)).does(size, s -> s > 10);
    StepOutput<Integer> answer =
        steps.when(
            "by-size",
            big,
            then -> then.step("sample", INT).does(size, s -> note("sample", s / 2)),
            otherwise -> otherwise.step("all", INT).does(size, s -> note("all", s)));
    Pipeline<Integer> pipeline = steps.returning(answer);

    assertThat(pipelines.prepare(pipeline, "big").set(size, 20).run().result()).isEqualTo(10);
    assertThat(done).containsExactly("sample");
    PipelineRun<Integer> small = pipelines.prepare(pipeline, "small").set(size, 4).run();
    assertThat(small.result()).isEqualTo(4);
    assertThat(small.done()).containsExactly("big", "by-size/else/all");
    assertThat(done).containsExactly("sample", "all");
  }

  @Test
  void include_anotherPipeline_twiceWithArguments() {
    Pipeline.Builder inner = Pipeline.named("power");
    Parameter<Integer> base = inner.parameter("base", INT);
    Parameter<Integer> exponent = inner.parameter("exponent", INT, 2);
    Pipeline<Integer> power =
        inner.returning(
            inner
                .step("power", INT)
                .does(base, exponent, (b, e) -> note("power", (int) Math.pow(b, e))));

    Pipeline.Builder steps = Pipeline.named("outer");
    StepOutput<Integer> three = steps.step("three", INT).does(() -> 3);
    StepOutput<Integer> squared = steps.include("squared", power, Argument.of(base, three));
    StepOutput<Integer> cubed =
        steps.include("cubed", power, Argument.of(base, squared), Argument.of(exponent, three));
    PipelineRun<Integer> run = pipelines.run(steps.returning(cubed), "r");

    assertThat(run.result()).isEqualTo(729);
    assertThat(run.done()).containsExactly("three", "squared/power", "cubed/power");
    assertThatThrownBy(() -> Pipeline.named("x").include("p", power))
        .hasMessageContaining("'base'")
        .hasMessageContaining("no default");
    assertThat(pipelines.prepare(power, "alone").set(base, 5).run().result()).isEqualTo(25);
  }

  @Test
  void does_takesEightInputs_andAList() {
    Pipeline.Builder steps = Pipeline.named("wide");
    List<StepOutput<Integer>> n = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int value = 1 << i;
      n.add(steps.step("n" + i, INT).does(() -> value));
    }
    StepOutput<Integer> eight =
        steps
            .step("eight", INT)
            .does(
                n.get(0),
                n.get(1),
                n.get(2),
                n.get(3),
                n.get(4),
                n.get(5),
                n.get(6),
                n.get(7),
                (a, b, c, d, e, f, g, h) -> a + b + c + d + e + f + g + h);
    StepOutput<Integer> listed =
        steps.step("list", INT).does(n, all -> all.stream().mapToInt(i -> i).sum());
    StepOutput<Map<String, Integer>> both =
        steps
            .step("both", StepValue.json(new TypeToken<Map<String, Integer>>() {}))
            .does(eight, listed, (a, b) -> Map.of("eight", a, "list", b));

    assertThat(pipelines.run(steps.returning(both), "r").result())
        .isEqualTo(Map.of("eight", 255, "list", 255));
  }

  @Test
  void scopes_outputsDoNotLeakOut() {
    Pipeline.Builder steps = Pipeline.named("leak");
    StepOutput<List<Integer>> items = steps.step("items", INTS).does(() -> List.of(1));
    List<StepOutput<Integer>> leaked = new ArrayList<>();
    steps.forEach(
        "each",
        items,
        (inner, item) -> {
          leaked.add(inner.step("inner", INT).does(item, i -> i));
          return leaked.get(0);
        });
    assertThatThrownBy(() -> steps.step("outer", INT).does(leaked.get(0), i -> i))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("outside of its part");
    assertThatThrownBy(() -> steps.forEach("same", items, (inner, item) -> items))
        .hasMessageContaining("made outside of it");
  }

  @Test
  void values_thatCannotBeKept_areRefusedByName() {
    assertThatThrownBy(() -> StepValue.json(List.class)).hasMessageContaining("TypeToken");
    assertThatThrownBy(() -> StepValue.json(Number.class)).hasMessageContaining("abstract");

    Pipeline.Builder steps = Pipeline.named("lost");
    Pipeline<Hidden> pipeline =
        steps.returning(
            steps.step("hides", StepValue.json(Hidden.class)).does(() -> new Hidden(1, 2)));
    assertThatThrownBy(() -> pipelines.run(pipeline, "r"))
        .isInstanceOf(StepFailedException.class)
        .hasMessageContaining("'hides'");
  }

  /** Does not read back what it writes. */
  static final class Hidden {
    public final int shown;

    Hidden(int shown, int hidden) {
      this.shown = shown + hidden;
    }
  }

  @Test
  void graph_isDrawn() {
    Pipeline.Builder steps = Pipeline.named("drawn");
    Parameter<Integer> size = steps.parameter("size", INT);
    StepOutput<List<Integer>> items = steps.step("items", INTS).does(size, s -> List.of(s));
    StepOutput<List<Integer>> made =
        steps.forEach(
            "each", items, (inner, i) -> inner.step("one", INT).does(i, size, (a, b) -> a));
    StepOutput<Boolean> some =
        steps.step("some", StepValue.json(Boolean.class)).does(made, m -> !m.isEmpty());
    StepOutput<Integer> end =
        steps.when(
            "choose",
            some,
            yes -> yes.step("yes", INT).does(() -> 1),
            no -> no.step("no", INT).does(() -> 0));
    PipelineGraph graph = steps.returning(end).graph();

    assertThat(graph.edges())
        .contains(
            new PipelineGraph.Edge("$size", "items"),
            new PipelineGraph.Edge("items", "each"),
            new PipelineGraph.Edge("$size", "each/*/one"),
            new PipelineGraph.Edge("some", "choose"));
    assertThat(graph.mermaid())
        .startsWith("flowchart TD\n")
        .contains("([\"$size\"])", "[[\"each\"]]", "{\"choose\"}", " --> ");
    assertThat(graph.dot()).startsWith("digraph \"drawn\" {").contains("\"some\" -> \"choose\";");
  }

  @Test
  void run_ofTenThousandSteps_isDone() {
    Pipeline.Builder steps = Pipeline.named("long");
    StepOutput<Integer> last = steps.step("s0", INT).does(() -> 0);
    for (int i = 1; i < 10_000; i++) {
      last = steps.step("s" + i, INT).does(last, n -> n + 1);
    }
    Pipeline<Integer> pipeline = steps.returning(last);
    assertThat(pipelines.run(pipeline, "r").result()).isEqualTo(9_999);
    assertThat(pipelines.run(pipeline, "r").resumed()).hasSize(10_000);
  }
}
