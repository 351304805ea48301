package dev.endolith.tck;

import dev.endolith.pipeline.Argument;
import dev.endolith.pipeline.Parameter;
import dev.endolith.pipeline.Pipeline;
import dev.endolith.pipeline.RetryPolicy;
import dev.endolith.pipeline.Step;
import dev.endolith.pipeline.StepContext;
import dev.endolith.pipeline.StepOutput;
import dev.endolith.pipeline.StepValue;
import dev.endolith.pipeline.Steps;
import dev.endolith.registry.GateResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/*
 * Pipelines of numbers. Every step does something to the world, and answers a number that depends on
 * its name and its inputs, so that a wrong wire or a lost value changes the result. One seed is one
 * pipeline, whatever process it is built for.
 *
 * A name that begins with "once" is of a step that is done at most once.
 */
final class PipelineShapes {
  private static final StepValue<Integer> INT = StepValue.json(Integer.class);
  private static final Duration TIMEOUT = Duration.ofMillis(25);

  private final PipelineWorld.Host process;
  private final Random random;
  private int names;

  private PipelineShapes(PipelineWorld.Host process, long seed) {
    this.process = process;
    this.random = new Random(seed);
  }

  /** Named shapes first, then random ones. */
  static final List<String> NAMED =
      List.of("linear", "branch", "nested", "map", "conditional", "sub-pipeline", "once");

  static Pipeline<Integer> build(String shape, PipelineWorld.Host process) {
    PipelineShapes shapes =
        new PipelineShapes(process, NAMED.contains(shape) ? 0 : Long.parseLong(shape));
    Pipeline.Builder steps = Pipeline.named("shape");
    return switch (shape) {
      case "linear" -> steps.returning(shapes.chain(steps, 5));
      case "branch" -> {
        StepOutput<Integer> a = shapes.task(steps, List.of());
        List<StepOutput<Integer>> arms = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          arms.add(shapes.task(steps, List.of(shapes.task(steps, List.of(a)))));
        }
        yield steps.returning(shapes.task(steps, arms));
      }
      case "nested" -> {
        StepOutput<Integer> a = shapes.task(steps, List.of());
        StepOutput<Integer> b = shapes.each(steps, List.of(a), 1);
        yield steps.returning(shapes.task(steps, List.of(a, b)));
      }
      case "map" -> {
        StepOutput<Integer> a = shapes.task(steps, List.of());
        yield steps.returning(shapes.each(steps, List.of(a), 0));
      }
      case "conditional" -> {
        StepOutput<Integer> a = shapes.task(steps, List.of());
        StepOutput<Integer> b = shapes.choice(steps, List.of(a), 0);
        yield steps.returning(shapes.choice(steps, List.of(b), 1));
      }
      case "sub-pipeline" -> {
        StepOutput<Integer> a = shapes.task(steps, List.of());
        yield steps.returning(shapes.part(steps, List.of(a), 1));
      }
      case "once" -> {
        StepOutput<Integer> a = shapes.once(steps, List.of());
        StepOutput<Integer> b = shapes.once(steps, List.of(a));
        yield steps.returning(shapes.task(steps, List.of(a, shapes.once(steps, List.of(b)))));
      }
      default -> steps.returning(shapes.some(steps, List.of(), 2));
    };
  }

  private String name(String kind) {
    return kind + names++;
  }

  /** A few random nodes, and one that takes the last of them and a few others. */
  private StepOutput<Integer> some(Steps steps, List<StepOutput<Integer>> around, int depth) {
    List<StepOutput<Integer>> pool = new ArrayList<>(around);
    pool.add(task(steps, pick(pool)));
    int more = 1 + random.nextInt(3);
    for (int i = 0; i < more; i++) {
      int kind = random.nextInt(depth > 0 ? 10 : 7);
      pool.add(
          switch (kind) {
            case 0, 1, 2 -> task(steps, pick(pool));
            case 3 -> once(steps, pick(pool));
            case 4 -> again(steps, pick(pool));
            case 5 -> gate(steps, pool.get(pool.size() - 1));
            case 6 -> recovered(steps, pick(pool));
            case 7 -> each(steps, pool, depth - 1);
            case 8 -> choice(steps, pool, depth - 1);
            default -> part(steps, pool, depth - 1);
          });
    }
    List<StepOutput<Integer>> inputs = pick(pool);
    inputs.add(pool.get(pool.size() - 1));
    return task(steps, inputs);
  }

  private List<StepOutput<Integer>> pick(List<StepOutput<Integer>> pool) {
    List<StepOutput<Integer>> picked = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0 && !pool.isEmpty(); i--) {
      picked.add(pool.get(random.nextInt(pool.size())));
    }
    return picked;
  }

  private Step<Integer> step(Steps steps, String name) {
    Step<Integer> step = steps.step(name, INT);
    return process.hangs() ? step.timeout(TIMEOUT) : step;
  }

  private StepOutput<Integer> does(
      Steps steps, Step<Integer> step, String name, List<StepOutput<Integer>> inputs) {
    int salt = name.hashCode();
    StepOutput<StepContext> context = steps.context();
    return switch (inputs.size()) {
      case 0 -> step.does(context, c -> process.effect(c, mix(salt, List.of())));
      case 1 ->
          step.does(context, inputs.get(0), (c, a) -> process.effect(c, mix(salt, List.of(a))));
      case 2 ->
          step.does(
              context,
              inputs.get(0),
              inputs.get(1),
              (c, a, b) -> process.effect(c, mix(salt, List.of(a, b))));
      default -> {
        List<StepOutput<?>> all = new ArrayList<>(inputs);
        all.add(context);
        yield step.<Object>does(
            all,
            values -> {
              List<Integer> numbers =
                  values.stream().filter(Integer.class::isInstance).map(v -> (Integer) v).toList();
              StepContext c = (StepContext) values.get(values.size() - 1);
              return process.effect(c, mix(salt, numbers));
            });
      }
    };
  }

  private static int mix(int salt, List<Integer> inputs) {
    int mixed = salt;
    for (int input : inputs) {
      mixed = 31 * mixed + input;
    }
    return mixed;
  }

  private StepOutput<Integer> task(Steps steps, List<StepOutput<Integer>> inputs) {
    String name = name("task");
    return does(steps, step(steps, name), name, inputs);
  }

  private StepOutput<Integer> once(Steps steps, List<StepOutput<Integer>> inputs) {
    String name = name("once");
    return does(steps, step(steps, name).atMostOnce(), name, inputs);
  }

  /** Fails the first time in each process, and is tried again. */
  private StepOutput<Integer> again(Steps steps, List<StepOutput<Integer>> inputs) {
    String name = name("again");
    StepOutput<Integer> input = task(steps, inputs);
    return step(steps, name)
        .retry(RetryPolicy.attempts(2))
        .does(
            steps.context(),
            input,
            (c, a) -> {
              if (c.attempt() == 1) {
                throw new IllegalStateException("the first attempt always fails");
              }
              return process.effect(c, mix(name.hashCode(), List.of(a)));
            });
  }

  private StepOutput<Integer> recovered(Steps steps, List<StepOutput<Integer>> inputs) {
    String name = name("recovered");
    StepOutput<Integer> input = task(steps, inputs);
    return step(steps, name)
        .recover(IllegalStateException.class, failure -> name.hashCode())
        .does(
            input,
            a -> {
              throw new IllegalStateException("always fails");
            });
  }

  private StepOutput<Integer> gate(Steps steps, StepOutput<Integer> subject) {
    String name = name("gate");
    return steps.gate(name, subject, value -> new GateResult(name, true, "always passes"));
  }

  private StepOutput<Integer> chain(Steps steps, int length) {
    StepOutput<Integer> last = task(steps, List.of());
    for (int i = 1; i < length; i++) {
      last = task(steps, List.of(last));
    }
    return last;
  }

  private StepOutput<Integer> each(Steps steps, List<StepOutput<Integer>> pool, int depth) {
    int size = random.nextInt(4) + (depth == 0 ? 1 : 0);
    StepOutput<Integer> from = pool.get(pool.size() - 1);
    StepOutput<List<Integer>> items =
        steps
            .step(name("items"), StepValue.listOf(Integer.class))
            .does(from, f -> IntStream.range(0, size).map(i -> f + i).boxed().toList());
    StepOutput<List<Integer>> made =
        steps.forEach(
            name("each"),
            items,
            (inner, item) ->
                depth > 0
                    ? some(inner, List.of(from, item), depth - 1)
                    : task(inner, List.of(item, from)));
    String name = name("sum");
    return step(steps, name).does(made, all -> mix(name.hashCode(), all));
  }

  private StepOutput<Integer> choice(Steps steps, List<StepOutput<Integer>> pool, int depth) {
    StepOutput<Integer> from = pool.get(pool.size() - 1);
    StepOutput<Boolean> even =
        steps.step(name("even"), StepValue.<Boolean>recomputed()).does(from, f -> f % 2 == 0);
    return steps.when(
        name("choice"),
        even,
        then -> depth > 0 ? some(then, List.of(from), depth - 1) : task(then, List.of(from)),
        otherwise -> task(otherwise, List.of(task(otherwise, List.of(from)))));
  }

  private StepOutput<Integer> part(Steps steps, List<StepOutput<Integer>> pool, int depth) {
    Pipeline.Builder inner = Pipeline.named("part");
    Parameter<Integer> given = inner.parameter("given", INT);
    Parameter<Integer> usual = inner.parameter("usual", INT, 4711);
    StepOutput<Integer> made =
        depth > 0
            ? some(inner, List.of(given, usual), depth - 1)
            : task(inner, List.of(usual, given));
    Pipeline<Integer> part = inner.returning(made);
    return steps.include(name("part"), part, Argument.of(given, pool.get(pool.size() - 1)));
  }
}
