package dev.endolith.pipeline;

import dev.endolith.data.Digest;
import dev.endolith.registry.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A graph of typed steps. Immutable; run it with {@link Pipelines}.
 *
 * <pre>{@code
 * Pipeline.Builder steps = Pipeline.named("sum");
 * StepOutput<Integer> two = steps.step("two", StepValue.json(Integer.class), () -> 2);
 * StepOutput<Integer> four = steps.step("double", StepValue.json(Integer.class), two, a -> 2 * a);
 * Pipeline<Integer> pipeline = steps.returning(four);
 * }</pre>
 *
 * @param <R> what it produces
 */
public final class Pipeline<R> {
  private final String name;
  private final List<Step<?>> steps;
  private final StepOutput<R> result;

  private Pipeline(String name, List<Step<?>> steps, StepOutput<R> result) {
    this.name = name;
    this.steps = List.copyOf(steps);
    this.result = result;
  }

  /**
   * Starts a pipeline.
   *
   * @param name its name, of the form of {@link Names}
   * @return a builder
   */
  public static Builder named(String name) {
    return new Builder(Names.check("pipeline", name));
  }

  /**
   * The pipeline's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * The names of the steps.
   *
   * @return the names, in the order in which they are done
   */
  public List<String> stepNames() {
    return steps.stream().<String>map(Step::name).toList();
  }

  List<Step<?>> steps() {
    return steps;
  }

  StepOutput<R> result() {
    return result;
  }

  /** Names and wiring of all steps: a run can only be resumed by the same shape. */
  String shape() {
    String text =
        steps.stream()
            .map(step -> step.name() + step.inputs() + (step.value() instanceof StepValue.Kept))
            .collect(Collectors.joining(";", name + ":", ">" + result.index()));
    return Digest.ofText(text).hex();
  }

  /** Runs the body on the inputs' values. */
  @FunctionalInterface
  interface Body<A> {
    A run(List<Object> inputs) throws Exception;
  }

  record Step<A>(String name, List<Integer> inputs, StepValue<A> value, Body<A> body) {}

  /** Builds a pipeline, step by step. Confined to one thread. */
  public static final class Builder {
    private final String name;
    private final List<Step<?>> steps = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private Builder(String name) {
      this.name = name;
    }

    /**
     * Adds a step without inputs.
     *
     * @param step its name, unique in the pipeline
     * @param value how its output is kept
     * @param body what it does
     * @param <R> its output
     * @return its output
     */
    public <R> StepOutput<R> step(String step, StepValue<R> value, StepBody.Of0<R> body) {
      return add(step, value, inputs -> body.run());
    }

    /**
     * Adds a step with one input.
     *
     * @param step its name, unique in the pipeline
     * @param value how its output is kept
     * @param a its input
     * @param body what it does
     * @param <A> its input
     * @param <R> its output
     * @return its output
     */
    public <A, R> StepOutput<R> step(
        String step, StepValue<R> value, StepOutput<A> a, StepBody.Of1<? super A, R> body) {
      return add(step, value, inputs -> body.run(at(inputs, 0)), a);
    }

    /**
     * Adds a step with two inputs.
     *
     * @param step its name, unique in the pipeline
     * @param value how its output is kept
     * @param a its first input
     * @param b its second input
     * @param body what it does
     * @param <A> its first input
     * @param <B> its second input
     * @param <R> its output
     * @return its output
     */
    public <A, B, R> StepOutput<R> step(
        String step,
        StepValue<R> value,
        StepOutput<A> a,
        StepOutput<B> b,
        StepBody.Of2<? super A, ? super B, R> body) {
      return add(step, value, inputs -> body.run(at(inputs, 0), at(inputs, 1)), a, b);
    }

    /**
     * Adds a step with three inputs.
     *
     * @param step its name, unique in the pipeline
     * @param value how its output is kept
     * @param a its first input
     * @param b its second input
     * @param c its third input
     * @param body what it does
     * @param <A> its first input
     * @param <B> its second input
     * @param <C> its third input
     * @param <R> its output
     * @return its output
     */
    public <A, B, C, R> StepOutput<R> step(
        String step,
        StepValue<R> value,
        StepOutput<A> a,
        StepOutput<B> b,
        StepOutput<C> c,
        StepBody.Of3<? super A, ? super B, ? super C, R> body) {
      return add(
          step, value, inputs -> body.run(at(inputs, 0), at(inputs, 1), at(inputs, 2)), a, b, c);
    }

    /**
     * Adds a step with four inputs.
     *
     * @param step its name, unique in the pipeline
     * @param value how its output is kept
     * @param a its first input
     * @param b its second input
     * @param c its third input
     * @param d its fourth input
     * @param body what it does
     * @param <A> its first input
     * @param <B> its second input
     * @param <C> its third input
     * @param <D> its fourth input
     * @param <R> its output
     * @return its output
     */
    public <A, B, C, D, R> StepOutput<R> step(
        String step,
        StepValue<R> value,
        StepOutput<A> a,
        StepOutput<B> b,
        StepOutput<C> c,
        StepOutput<D> d,
        StepBody.Of4<? super A, ? super B, ? super C, ? super D, R> body) {
      return add(
          step,
          value,
          inputs -> body.run(at(inputs, 0), at(inputs, 1), at(inputs, 2), at(inputs, 3)),
          a,
          b,
          c,
          d);
    }

    /**
     * Ends the pipeline.
     *
     * @param result what the pipeline produces
     * @param <R> its type
     * @return the pipeline
     * @throws IllegalArgumentException if the output is of another pipeline
     */
    public <R> Pipeline<R> returning(StepOutput<R> result) {
      own(result);
      return new Pipeline<>(name, steps, result);
    }

    private <R> StepOutput<R> add(
        String step, StepValue<R> value, Body<R> body, StepOutput<?>... inputs) {
      Names.check("step", step);
      if (!names.add(step)) {
        throw new IllegalArgumentException(
            "pipeline '" + name + "' already has a step '" + step + "'; names are unique");
      }
      List<Integer> wires = new ArrayList<>();
      for (StepOutput<?> input : inputs) {
        wires.add(own(input));
      }
      steps.add(new Step<>(step, List.copyOf(wires), value, body));
      return new StepOutput<>(this, steps.size() - 1);
    }

    private int own(StepOutput<?> output) {
      if (output.owner() != this) {
        throw new IllegalArgumentException(
            "the output of a step of pipeline '"
                + output.owner().name
                + "' cannot be used in pipeline '"
                + name
                + "'");
      }
      return output.index();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    // a StepOutput<A> is only made for a step that produces A
    private static <A> A at(List<Object> inputs, int position) {
      return (A) inputs.get(position);
    }
  }
}
